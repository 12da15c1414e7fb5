#pragma once

#include <array>
#include <concepts>
#include <cstdint>

#include "isa/insn.h"
#include "sramscope/types.h"

namespace sramscope::isa {

/// The condition flags, kept in the form in which they are cheapest to produce: N is bit 31 of `n_result`, Z is set
/// when `z_result` is zero.
struct Flags {
  std::uint32_t n_result = 0;
  std::uint32_t z_result = 1;
  std::uint32_t carry = 0;     ///< 0 or 1
  std::uint32_t overflow = 0;  ///< 0 or 1

  bool n() const { return (n_result >> 31) != 0; }
  bool z() const { return z_result == 0; }
  bool c() const { return carry != 0; }
  bool v() const { return overflow != 0; }
  void set_nz(std::uint32_t result) { n_result = z_result = result; }
  /// Packs into bits 31..28.
  std::uint32_t nzcv() const {
    return (n_result & 0x80000000u) | (z() ? 1u << 30 : 0) | carry << 29 | overflow << 28;
  }
  void set_nzcv(std::uint32_t bits) {
    n_result = bits & 0x80000000u;
    z_result = ((bits >> 30) & 1) ^ 1;
    carry = (bits >> 29) & 1;
    overflow = (bits >> 28) & 1;
  }
};

/// Architectural state that instructions work on directly.
struct State {
  std::array<std::uint32_t, 16> r{};  ///< r[15] is only meaningful between blocks
  Flags flags;
  std::uint32_t q = 0;   ///< sticky saturation, 0 or 1
  std::uint32_t ge = 0;  ///< GE[3:0]
  std::array<std::uint32_t, 32> s{};  ///< FP registers; D<i> is s[2i] (low) and s[2i+1]
  std::uint32_t fpscr = 0;
};

/// ARM ARM `ConditionHolds` (A7.3.1): cond 0..14.
inline bool condition_holds(const Flags& f, unsigned cond) {
  bool result = false;
  switch (cond >> 1) {
    case 0: result = f.z(); break;
    case 1: result = f.c(); break;
    case 2: result = f.n(); break;
    case 3: result = f.v(); break;
    case 4: result = f.c() && !f.z(); break;
    case 5: result = f.n() == f.v(); break;
    case 6: result = f.n() == f.v() && !f.z(); break;
    default: return true;
  }
  return (cond & 1) ? !result : result;
}

/// Which rights TT and its variants ask about: those of the current mode in the Secure state, if not otherwise said.
struct TestTarget {
  bool unprivileged = false;
  bool non_secure = false;
};

/// What a semantic function may ask of the core it runs on.
///
/// Memory accesses and the calls marked (*) do not return when the guest faults.
template <class C>
concept CoreLike = requires(C& core, const C& view, Addr addr, unsigned n, std::uint32_t v, const Insn& in) {
  { core.state } -> std::same_as<State&>;
  { view.r(n) } -> std::same_as<std::uint32_t>;      // r0..r14
  { core.set_r(n, v) };                              // r0..r14; SP[1:0] written as zero
  { core.branch(addr) };                             // BranchWritePC: simple branch, bit 0 ignored
  { core.branch_exchange(v) };                       // BXWritePC, LoadWritePC: Thumb bit, EXC_RETURN (*)
  { core.branch_interwork(v) };                      // BLXWritePC: Thumb bit, but no EXC_RETURN (*)
  { core.check_stack_limit(n, addr) };               // before Rn is written back: SP not below MSPLIM, PSPLIM (*)
  { core.template load<std::uint8_t>(addr) } -> std::same_as<std::uint8_t>;    // (*) also 16, 32; any alignment
  { core.template load_aligned<std::uint32_t>(addr) } -> std::same_as<std::uint32_t>;  // (*) faults when unaligned
  { core.template store<std::uint8_t>(addr, std::uint8_t{}) };                 // (*)
  { core.template store_aligned<std::uint32_t>(addr, v) };                     // (*)
  { core.load_exclusive(addr, n) } -> std::same_as<std::uint32_t>;             // (*) n bytes: 1, 2, 4
  { core.store_exclusive(addr, n, v) } -> std::same_as<std::uint32_t>;         // (*) 0 when stored, else 1
  { core.clear_exclusive() };
  { core.read_special(n) } -> std::same_as<std::uint32_t>;   // MRS: SYSm
  { core.write_special(n, n, v) };                           // MSR: SYSm, mask (bit 1 NZCVQ, bit 0 GE), value
  { core.change_processor_state(in) };                       // CPS: imm = raw 16-bit encoding
  { core.hint(in) };                                         // NOP YIELD WFE WFI SEV DBG by imm
  { core.barrier(in) };
  { core.supervisor_call(n) };                               // (*)
  { core.breakpoint(n) };                                    // BKPT: semihosting or stop (*)
  { core.undefined(in) };                                    // (*)
  { core.coprocessor_absent(in) };                           // NOCP fault; imm is the coprocessor's number (*)
  { core.test_target(addr, TestTarget{}) } -> std::same_as<std::uint32_t>;  // TT: the response word
  { core.divide_by_zero() } -> std::same_as<bool>;           // true: result is 0; traps when CCR.DIV_0_TRP (*)
  { core.use_fpu() };                                        // NOCP fault when CPACR denies it (*); lazy FP state
};

}  // namespace sramscope::isa
