#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "isa/state.h"
#include "memory/bus.h"
#include "memory/shadow.h"
#include "sim/micro_op.h"
#include "sramscope/machine.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// What went wrong in the guest. Thrown from the slow paths through the tail-called handlers to the outer loop; the
/// instruction has changed nothing yet.
struct GuestFault {
  enum class Kind : std::uint8_t {
    read,        ///< data read from where nothing readable is
    write,       ///< data write to where nothing writable is
    fetch,       ///< instruction fetch from where nothing executable is
    unaligned,   ///< access that must be aligned
    undefined,   ///< undefined or unsupported instruction
    state,       ///< branch to an address without the Thumb bit
    no_fpu,      ///< FP instruction while CPACR denies access
    divide_by_zero,    ///< while CCR.DIV_0_TRP is set
    protection,        ///< data access that the MPU denies
    fetch_protection,  ///< instruction fetch that the MPU denies
    exception_return,  ///< EXC_RETURN that does not fit the state of the core
    stacking,          ///< exception entry could not write its frame
    unstacking,        ///< exception return could not read its frame
    stack_limit,       ///< SP below MSPLIM or PSPLIM
    vector,            ///< vector table could not be read
    supervisor,        ///< SVC where it cannot be taken
    semihosting,       ///< unknown semihosting operation
  };
  Kind kind = Kind::undefined;
  Addr address = 0;
  std::uint32_t size = 0;
  /// Overrides the address of the current op as the place of the fault when `has_pc`.
  Addr pc = 0;
  bool has_pc = false;
  std::string detail;
};

/// The firmware asked to end the run; thrown like a fault, but nothing is wrong.
struct GuestStop {
  StopKind kind = StopKind::exited;
  std::uint32_t exit_status = 0;
};

class Services;
struct JumpCache;

/// One core: architectural state, bus port and the counters of the run. Everything that handlers touch often stands first.
struct CoreBase {
  isa::State state;
  /// Where a branch of the current block goes; kNoBranch while none was taken.
  Addr next_pc = kNoBranch;
  /// Return to the outer loop when lane `kLaneCycles` reaches this (modulo 2^32).
  std::uint32_t deadline = 0;
  alignas(16) std::uint32_t lanes[kLaneCount] = {};
  /// Op whose memory access is under way.
  const MicroOp* op = between_blocks();
  memory::Page* pages = nullptr;
  memory::Shadow* shadow = nullptr;
  JumpCache* jumps = nullptr;
  /// Block whose end was reached when control came back to the outer loop.
  Block* left = nullptr;
  /// Cycles on top of the lanes: wait states of data reads, divides ...
  Cycles extra_cycles = 0;
  std::uint64_t flash_load_bytes = 0;
  /// Subtracted from the instruction lane to give a tick.
  std::uint32_t tick_base = 0;
  Addr stack_base = 0;
  Addr lowest_sp = 0;
  /// FP instructions may run: enabled, the context is marked as in use, and nothing waits to be saved.
  bool fpu_ready = false;
  bool unaligned_traps = false;
  bool divide_by_zero_traps = false;

  // Seldom used.
  memory::Bus* bus = nullptr;
  Services* services = nullptr;
  Addr exclusive_address = 0;
  bool exclusive = false;
  std::uint32_t primask = 0;
  std::uint32_t faultmask = 0;
  std::uint32_t basepri = 0;
  std::uint32_t control = 0;
  /// Number of the exception being handled, 0 in Thread mode.
  std::uint32_t ipsr = 0;
  /// Implemented bits of priorities.
  std::uint32_t priority_mask = 0xff;
  std::uint32_t main_stack_limit = 0;
  std::uint32_t process_stack_limit = 0;
  /// The EXC_RETURN value that ended the block.
  std::uint32_t exc_return = 0;
  /// The stack pointer that is not in r13.
  Addr other_sp = 0;
  bool code_changed = false;
  /// Something happened that may make an exception due.
  bool event = false;
  /// WFE's event register.
  bool event_register = false;

  static constexpr Addr kNoBranch = 1;
  /// Stands for `op` while no instruction is under way.
  static const MicroOp* between_blocks();

  // CoreLike: see isa/state.h.
  std::uint32_t r(unsigned n) const { return state.r[n]; }
  void set_r(unsigned n, std::uint32_t value) { state.r[n] = n == 13 ? value & ~3u : value; }
  void branch(Addr target) { next_pc = target & ~1u; }
  void branch_exchange(std::uint32_t target) {
    if ((target & 1) == 0 || target >= 0xf0000000u) [[unlikely]] return special_branch(target);
    next_pc = target & ~1u;
  }
  std::uint32_t load_exclusive(Addr address, unsigned size);
  std::uint32_t store_exclusive(Addr address, unsigned size, std::uint32_t value);
  void clear_exclusive() { exclusive = false; }
  std::uint32_t read_special(unsigned sysm);
  void write_special(unsigned sysm, unsigned mask, std::uint32_t value);
  void change_processor_state(const isa::Insn& in);
  void hint(const isa::Insn& in);
  void barrier(const isa::Insn&) {}
  void supervisor_call(unsigned number);
  void breakpoint(unsigned number);
  [[noreturn]] void undefined(const isa::Insn& in);
  bool divide_by_zero();
  void use_fpu() {
    if (!fpu_ready) [[unlikely]] prepare_fpu();
  }

  /// Tick of the current op.
  Tick now() const { return lanes[kLaneInstructions] + static_cast<std::uint32_t>(op->tick) - tick_base; }
  /// Comes back to the outer loop at the end of the block.
  void request_event() {
    event = true;
    deadline = lanes[kLaneCycles];
  }
  bool on_psp() const { return ipsr == 0 && (control & 2) != 0; }
  void swap_stacks() { std::swap(state.r[13], other_sp); }
  bool privileged() const { return ipsr != 0 || (control & 1) == 0; }
  void fp_context_changed() { fpu_ready = false; }
  /// xPSR with these ITSTATE bits.
  std::uint32_t program_status(unsigned it_state) const {
    return state.flags.nzcv() | state.q << 27 | (it_state & 3) << 25 | 1u << 24 | state.ge << 16 |
           (it_state & 0xfc) << 8 | ipsr;
  }
  void write_control(std::uint32_t value);
  void set_program_status(std::uint32_t psr) {
    state.flags.set_nzcv(psr);
    state.q = (psr >> 27) & 1;
    state.ge = (psr >> 16) & 15;
  }
  void add_cycles(std::uint32_t n) {
    extra_cycles += n;
    deadline -= n;
  }

  // Slow paths: devices, pages not armed, pages with code, unaligned and crossing accesses, faults.
  std::uint32_t load_slow(Addr address, unsigned size);
  void store_slow(Addr address, unsigned size, std::uint32_t value);
  [[noreturn]] void misaligned(Addr address, unsigned size);
  void special_branch(std::uint32_t target);
  void prepare_fpu();
  /// Takes back what the block charged for an instruction that its IT condition skips.
  void skip_conditional(const MicroOp* skipped, std::uint32_t cycles);
  void charge_divide(const isa::Insn& in);
  void track_stack() {
    if (on_psp()) return;  // the main stack is what is measured
    if (state.r[13] < lowest_sp) lowest_sp = state.r[13];
    if (state.r[13] > stack_base) rebase_stack();
  }
  void rebase_stack();

 private:
  std::uint32_t load_direct(Addr address, unsigned size);
  void store_direct(Addr address, unsigned size, std::uint32_t value);
};

/// The core as semantics see it; `kShadow` selects whether accesses are stamped.
template <bool kShadow>
struct Core : CoreBase {
  template <class T>
  T load(Addr address) {
    const memory::Page& page = pages[address >> memory::kPageBits];
    if ((address & (sizeof(T) - 1)) != 0 || page.read == nullptr) [[unlikely]] {
      return static_cast<T>(load_slow(address, sizeof(T)));
    }
    const std::uint32_t offset = address & memory::kPageMask;
    T value;
    std::memcpy(&value, page.read + offset, sizeof(T));
    if (kShadow && page.stamps != nullptr) {
      memory::stamp_read<sizeof(T)>(page.stamps, offset, now());
    } else {
      flash_load_bytes += sizeof(T) & page.flash_mask;
    }
    if (page.read_wait != 0) add_cycles(page.read_wait);
    return value;
  }

  template <class T>
  T load_aligned(Addr address) {
    if ((address & (sizeof(T) - 1)) != 0) [[unlikely]] misaligned(address, sizeof(T));
    return load<T>(address);
  }

  template <class T>
  void store(Addr address, T value) {
    const memory::Page& page = pages[address >> memory::kPageBits];
    if ((address & (sizeof(T) - 1)) != 0 || page.write == nullptr) [[unlikely]] {
      return store_slow(address, sizeof(T), static_cast<std::uint32_t>(value));
    }
    const std::uint32_t offset = address & memory::kPageMask;
    if (kShadow && page.stamps != nullptr) {
      memory::stamp_write<sizeof(T)>(*shadow, page.stamps, offset, now(), address);
    }
    std::memcpy(page.write + offset, &value, sizeof(T));
  }

  template <class T>
  void store_aligned(Addr address, T value) {
    if ((address & (sizeof(T) - 1)) != 0) [[unlikely]] misaligned(address, sizeof(T));
    store<T>(address, value);
  }
};

/// What the core asks of the machine around it; every call is rare.
class Services {
 public:
  virtual ~Services() = default;
  /// A semihosting request (BKPT 0xAB): operation in r0, parameter in r1; the result goes to r0.
  virtual void semihosting(CoreBase& core) = 0;
  virtual void supervisor_call() = 0;
  /// WFI, or WFE without an event: time passes until something wakes the core.
  virtual void wait(bool for_event) = 0;
  /// Makes FP instructions possible: marks the context as in use, saves a lazily stacked one.
  virtual void prepare_fpu() = 0;
  virtual unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) = 0;
  /// Cycles an unaligned access costs on top of the aligned one.
  virtual unsigned unaligned_cycles(Addr address, unsigned size) = 0;
};

}  // namespace sramscope::sim
