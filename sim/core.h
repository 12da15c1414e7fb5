#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "isa/state.h"
#include "memory/bus.h"
#include "memory/shadow.h"
#include "sim/branch_predictor.h"
#include "sim/micro_op.h"
#include "sramscope/machine.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// What went wrong in the guest. Thrown from the slow paths through the tail-called handlers to the
/// outer loop; the instruction has changed nothing yet.
struct GuestFault {
  enum class Kind : std::uint8_t {
    read,              ///< data read from where nothing readable is
    write,             ///< data write to where nothing writable is
    fetch,             ///< instruction fetch from where nothing executable is
    unaligned,         ///< access that must be aligned
    undefined,         ///< undefined or unsupported instruction
    state,             ///< branch to an address without the Thumb bit
    no_fpu,            ///< FP instruction while CPACR denies access
    no_coprocessor,    ///< instruction of a coprocessor that the core does not have
    divide_by_zero,    ///< while CCR.DIV_0_TRP is set
    protection,        ///< data access that the MPU denies
    fetch_protection,  ///< instruction fetch that the MPU denies
    exception_return,  ///< EXC_RETURN that does not fit the state of the core
    stacking,          ///< exception entry could not write its frame
    unstacking,        ///< exception return could not read its frame
    lazy_stacking,     ///< the FP registers could not be saved
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
  /// The MPU is what refused the access, for the kinds that do not say so.
  bool by_mpu = false;
  std::string detail;
};

/// The run ends with this; thrown where a fault has no handler to go to.
struct RunEnd {
  Stop stop;
};

/// The firmware asked to end the run; thrown like a fault, but nothing is wrong.
struct GuestStop {
  StopKind kind = StopKind::exited;
  std::uint32_t exit_status = 0;
};

class Services;
class CallProfile;
struct JumpCache;

/// One core: architectural state, bus port and the counters of the run. Everything that handlers
/// touch often stands first.
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
  /// Cycles on top of the lanes: waits for memories, divides, exceptions ...
  Cycles extra_cycles = 0;
  std::uint64_t flash_load_bytes = 0;
  Addr stack_base = 0;
  Addr lowest_sp = 0;
  /// FP instructions may run: enabled, the context is marked as in use, and nothing waits to be
  /// saved.
  bool fpu_ready = false;
  bool unaligned_traps = false;
  bool divide_by_zero_traps = false;
  /// The core has bit-band aliases.
  bool bit_band = false;
  /// The MPU has the say: `pages` are those it admitted, and the slow path asks it.
  bool guarded = false;

  BranchPredictor predictor;
  /// When a load of a word may issue that was stored lately, by word modulo the number of entries.
  struct StoredWord {
    Addr word = 0xffffffff;
    memory::Clock ready = 0;
  };
  std::array<StoredWord, 64> stored{};
  /// See TimingModel::store_to_load.
  std::array<unsigned, 2> store_to_load{};
  struct {
    const MicroOp* op = nullptr;
    Addr address = 0;
    memory::Clock at = 0;
  } last_load;
  PredictionCosts prediction;
  /// Reference mode; else null.
  Pipeline* pipeline = nullptr;
  /// How late the next instruction is fetched after a mispredicted branch.
  unsigned refetch = 0;

  // Seldom used.
  /// `extra_cycles` by cause.
  CyclesByCause extra_by_cause{};
  /// The part of them that went by in sleep, and the part that instruction fetches waited for
  /// caches.
  Cycles sleep_cycles = 0;
  Cycles fetch_miss_cycles = 0;
  memory::Bus* bus = nullptr;
  Services* services = nullptr;
  /// Null where calls are not followed.
  CallProfile* calls = nullptr;
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
  /// Lower limits (MSPLIM, PSPLIM) of the stack that r13 points into, and of the other one.
  Addr stack_limit = 0;
  Addr other_stack_limit = 0;
  /// What the Non-secure special registers hold, by SYSm - 0x88: MSP_NS, PSP_NS, MSPLIM_NS,
  /// PSPLIM_NS ... CONTROL_NS.
  std::array<std::uint32_t, 13> non_secure{};
  /// EPSR.T: cleared by a branch to an address without the Thumb bit; the next instruction then
  /// faults.
  bool thumb = true;
  /// Where that branch is.
  Addr left_thumb_at = 0;
  /// Bits that software can write in CONTROL, in Thread mode and in handlers.
  std::uint32_t control_mask = 7;
  std::uint32_t control_mask_in_handlers = 5;
  /// The EXC_RETURN value that ended the block; 0: none.
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
    if ((target & 1) == 0 || target >= 0xf0000000u) [[unlikely]]
      return special_branch(target);
    next_pc = target & ~1u;
  }
  void branch_interwork(std::uint32_t target) {
    if ((target & 1) == 0 || target >= 0xf0000000u) [[unlikely]]
      return branch_outside(target);
    next_pc = target & ~1u;
  }
  void check_stack_limit(unsigned n, Addr sp) {
    if (n == 13 && sp < stack_limit) [[unlikely]]
      stack_overflow(sp);
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
  [[noreturn]] void coprocessor_absent(const isa::Insn& in);
  std::uint32_t test_target(Addr address, isa::TestTarget about);
  bool divide_by_zero();
  void use_fpu() {
    if (!fpu_ready) [[unlikely]]
      prepare_fpu();
  }

  /// Tick of the current op.
  Tick now() const { return lanes[kLaneTicks] + static_cast<std::uint32_t>(op->tick); }
  /// Comes back to the outer loop at the end of the block.
  void request_event() {
    event = true;
    deadline = lanes[kLaneCycles];
  }
  bool on_psp() const { return ipsr == 0 && (control & 2) != 0; }
  void swap_stacks() {
    std::swap(state.r[13], other_sp);
    std::swap(stack_limit, other_stack_limit);
  }
  bool privileged() const { return ipsr != 0 || (control & 1) == 0; }
  void fp_context_changed() { fpu_ready = false; }
  /// Handler or Thread mode, privilege or priority changed: the MPU may see things differently.
  void mode_changed();
  /// xPSR with these ITSTATE bits.
  std::uint32_t program_status(unsigned it_state) const {
    return state.flags.nzcv() | state.q << 27 | (it_state & 3) << 25 | std::uint32_t{thumb} << 24 |
           state.ge << 16 | (it_state & 0xfc) << 8 | ipsr;
  }
  void write_control(std::uint32_t value);
  void set_program_status(std::uint32_t psr) {
    state.flags.set_nzcv(psr);
    state.q = (psr >> 27) & 1;
    state.ge = (psr >> 16) & 15;
    thumb = ((psr >> 24) & 1) != 0;
  }
  void add_cycles(std::uint32_t n, CycleCause cause) {
    extra_cycles += n;
    extra_by_cause[static_cast<std::size_t>(cause)] += n;
    deadline -= n;
  }
  /// Core cycles at the current op, modulo 2^32.
  memory::Clock clock() const {
    return lanes[kLaneCycles] + static_cast<std::uint32_t>(extra_cycles) - op->cycles_after;
  }

  // Slow paths: devices, pages not armed, pages with code, unaligned and crossing accesses, faults.
  std::uint32_t load_slow(Addr address, unsigned size);
  /// The same without the MPU.
  std::uint32_t load_unguarded(Addr address, unsigned size);
  void store_slow(Addr address, unsigned size, std::uint32_t value);
  [[noreturn]] void misaligned(Addr address, unsigned size);
  void special_branch(std::uint32_t target);
  void branch_outside(std::uint32_t target);
  void leave_thumb();
  [[noreturn]] void stack_overflow(Addr sp);
  void prepare_fpu();
  /// Takes back what the block charged for an instruction that its IT condition skips.
  void skip_conditional(const MicroOp* skip);
  /// Reference mode: takes an instruction through the pipeline.
  void step(const isa::Insn& in, StepEntry entry, bool executed);
  /// A block is entered by a branch that was predicted somehow.
  void predict(const Block& block);
  /// A block is entered whose instructions may have to be waited for.
  void fetch_block(const MicroOp* first);
  /// The accesses of pages whose `timed` is set: charges what they wait.
  void order_banks(Addr address);
  void timed_load(unsigned timed, Addr address, unsigned size);
  void timed_store(unsigned timed, Addr address, unsigned size);
  void charge_divide(const isa::Insn& in);
  /// For the stack of calls; see CallProfile.
  void note_call(const isa::Insn& in);
  void note_leave(const isa::Insn& in);
  void note_branch(const isa::Insn& in);
  /// At a place of the layer plan; `call`: at its call.
  void reach_layer(bool call);
  void track_stack() {
    if (on_psp()) return;  // the main stack is what is measured
    if (state.r[13] < lowest_sp) lowest_sp = state.r[13];
    if (state.r[13] > stack_base) rebase_stack();
  }
  void rebase_stack();

 private:
  /// Throws unless a device may be accessed so.
  void check_device(GuestFault::Kind kind, Addr address, unsigned size);
  std::uint32_t load_bit(Addr alias, unsigned size);
  void store_bit(Addr alias, unsigned size, std::uint32_t value);
  void store_unguarded(Addr address, unsigned size, std::uint32_t value);
  std::uint32_t load_direct(Addr address, unsigned size);
  void store_direct(Addr address, unsigned size, std::uint32_t value);
  std::uint32_t& non_secure_register(unsigned sysm);
  void write_non_secure(unsigned sysm, std::uint32_t value);
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
    if (page.timed != 0) timed_load(page.timed, address, sizeof(T));
    return value;
  }

  template <class T>
  T load_aligned(Addr address) {
    if ((address & (sizeof(T) - 1)) != 0) [[unlikely]]
      misaligned(address, sizeof(T));
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
    if (page.timed != 0) timed_store(page.timed, address, sizeof(T));
  }

  template <class T>
  void store_aligned(Addr address, T value) {
    if ((address & (sizeof(T) - 1)) != 0) [[unlikely]]
      misaligned(address, sizeof(T));
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
  /// What an instruction of this cost takes when it is skipped.
  virtual InsnCost skipped(const InsnCost& executed) = 0;
  /// Can FAULTMASK be set: is the execution priority below that of HardFault?
  virtual bool can_set_faultmask() = 0;
  /// An undefined instruction of coprocessor `number`: throws the fault of a missing or disabled
  /// one, returns otherwise.
  virtual void coprocessor(unsigned number) = 0;
  /// Throws unless the MPU allows the access.
  virtual void check_protection(Addr address, unsigned size, bool is_write) = 0;
  /// Lets the fast path have the page of an address that was just accessed, as far as the MPU
  /// allows.
  virtual void admit_page(Addr address) = 0;
  /// Mode, privilege or FAULTMASK changed.
  virtual void mode_changed() = 0;
  /// May unprivileged code access this address of the private peripheral bus?
  virtual bool allows_unprivileged(Addr address) = 0;
  /// Are bus faults of data accesses ignored here (CCR.BFHFNMIGN)?
  virtual bool ignores_bus_faults() = 0;
  /// What TT says about an address.
  virtual std::uint32_t test_target(Addr address, isa::TestTarget about) = 0;
  /// WFI, or WFE without an event: time passes until something wakes the core.
  virtual void wait(bool for_event) = 0;
  /// Makes FP instructions possible: marks the context as in use, saves a lazily stacked one.
  virtual void prepare_fpu() = 0;
  virtual unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) = 0;
  /// The core is at a place of the layer plan, just before the instruction of `op`.
  virtual void reach_layer(const MicroOp& op, bool call) = 0;
  /// Cycles an unaligned access costs on top of the aligned one.
  virtual unsigned unaligned_cycles(Addr address, unsigned size) = 0;
};

}  // namespace sramscope::sim
