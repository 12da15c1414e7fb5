#include "tests/support/vector_core.h"

#include <cstring>
#include <iterator>

#include "isa/insn.h"
#include "isa/semantics/all.h"
#include "isa/state.h"

namespace sramscope::testing {
namespace {

/// Thrown where the guest would fault or trap.
struct Fault {
  const char* what;
};

struct VectorCore {
  VectorCore(Memory& bytes_of_both, Addr base, const isa::Arch& arch)
      : memory(bytes_of_both),
        memory_base(base),
        dsp(arch.dsp),
        sticky(arch.v7m || arch.v8m_main),
        pc(base + kCodeOffset) {}

  std::uint32_t r(unsigned n) const { return state.r[n]; }
  void set_r(unsigned n, std::uint32_t v) { state.r[n] = n == 13 ? v & ~3u : v; }
  void branch(Addr target) { pc = target & ~1u; }
  void branch_exchange(std::uint32_t target) {
    if ((target & 1) == 0) throw Fault{"leaves Thumb state"};
    pc = target & ~1u;
  }
  void branch_interwork(std::uint32_t target) { branch_exchange(target); }
  void check_stack_limit(unsigned, Addr) {}
  template <class T>
  T load(Addr address) {
    T value;
    std::memcpy(&value, at(address, sizeof(T)), sizeof(T));
    return value;
  }
  template <class T>
  void store(Addr address, T value) {
    std::memcpy(at(address, sizeof(T)), &value, sizeof(T));
  }
  template <class T>
  T load_aligned(Addr address) {
    if (address % sizeof(T) != 0) throw Fault{"unaligned"};
    return load<T>(address);
  }
  template <class T>
  void store_aligned(Addr address, T value) {
    if (address % sizeof(T) != 0) throw Fault{"unaligned"};
    store<T>(address, value);
  }
  std::uint32_t load_exclusive(Addr address, unsigned size) {
    std::uint32_t value = 0;
    std::memcpy(&value, at(address, size), size);
    return value;
  }
  /// Vectors clear the monitor first.
  std::uint32_t store_exclusive(Addr, unsigned, std::uint32_t) { return 1; }
  void clear_exclusive() {}
  std::uint32_t apsr() const { return state.flags.nzcv() | state.q << 27 | state.ge << 16; }
  void set_apsr(unsigned mask, std::uint32_t v) {
    if ((mask & 2) != 0) {
      state.flags.set_nzcv(v);
      if (sticky) state.q = v >> 27 & 1;
    }
    if ((mask & 1) != 0 && dsp) state.ge = v >> 16 & 0xf;
  }
  std::uint32_t read_special(unsigned) const { return apsr(); }
  void write_special(unsigned, unsigned mask, std::uint32_t v) { set_apsr(mask, v); }
  void change_processor_state(const isa::Insn&) { throw Fault{"CPS"}; }
  void hint(const isa::Insn&) {}
  void barrier(const isa::Insn&) {}
  void supervisor_call(unsigned) { throw Fault{"SVC"}; }
  void breakpoint(unsigned) { throw Fault{"BKPT"}; }
  void undefined(const isa::Insn&) { throw Fault{"undefined"}; }
  void coprocessor_absent(const isa::Insn&) { throw Fault{"no such coprocessor"}; }
  /// No MPU: readable and writable, in the Secure state (bits R, RW and S).
  std::uint32_t test_target(Addr, isa::TestTarget) const { return 0x004c0000; }
  bool divide_by_zero() { return true; }
  void use_fpu() {}

  std::uint8_t* at(Addr address, std::size_t size) {
    const Addr offset = address - memory_base;
    if (offset > kMemoryBytes - size) throw Fault{"access outside the memory"};
    return memory.data() + offset;
  }

  isa::State state;
  Memory& memory;
  Addr memory_base;
  bool dsp;
  bool sticky;
  Addr pc;
};

using Handler = void (*)(VectorCore&, const isa::Insn&);
constexpr Handler kHandlers[] = {
#define INSN(id, pattern, since, timing, form) &isa::semantics::id<VectorCore>,
#include "isa/all.def"
#undef INSN
    [](VectorCore&, const isa::Insn&) { throw Fault{"undefined"}; },
};
static_assert(std::size(kHandlers) == isa::kOpCount);

void run_code(const Vector& vector, VectorCore& core, const isa::Arch& arch) {
  std::optional<unsigned> condition;
  for (unsigned i = 0; i < vector.halfwords;) {
    const isa::Insn in =
        isa::decode(vector.code[i], vector.code[(i + 1) & 3], core.pc, arch, condition.has_value());
    i += in.size / 2u;
    core.pc += in.size;
    if (in.op == isa::Op::IT_T1) {
      condition = in.cond;
      continue;
    }
    if (condition && !isa::condition_holds(core.state.flags, *condition)) continue;
    kHandlers[static_cast<unsigned>(in.op)](core, in);
  }
}

}  // namespace

Outcome VectorRunner::run(const Vector& vector, Memory& memory) const {
  place_code(vector, memory);
  VectorCore core(memory, vector.base, arch_);
  core.state.r = vector.before.r;
  core.set_apsr(3, vector.before.apsr);
  core.state.s = vector.before.s;
  core.state.fpscr = vector.before.fpscr;
  Outcome outcome;
  try {
    run_code(vector, core, arch_);
  } catch (const Fault& fault) {
    outcome.fault = fault.what;
  }
  outcome.after.r = core.state.r;
  outcome.after.r[15] = core.pc;
  outcome.after.apsr = core.apsr();
  outcome.after.s = core.state.s;
  outcome.after.fpscr = core.state.fpscr;
  return outcome;
}

}  // namespace sramscope::testing
