#pragma once

#include <cstdint>

#include "isa/fpu.h"
#include "isa/state.h"

/// Floating-point loads, stores and moves to and from core registers: one function per row of
/// vfp.def, after the pseudocode of A7.7 in the ARMv7-M ARM. Registers are moved word by word: D<i>
/// is S<2i> (low) and S<2i+1>.
namespace sramscope::isa::semantics {

namespace fp {

/// All transfers are of words, and must be aligned (A3.2.1).
template <CoreLike C>
std::uint32_t load_word(C& core, Addr address) {
  return core.template load_aligned<std::uint32_t>(address);
}
template <CoreLike C>
void store_word(C& core, Addr address, std::uint32_t value) {
  core.template store_aligned<std::uint32_t>(address, value);
}

template <CoreLike C>
Addr offset_address(const C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  return in.add ? base + in.imm : base - in.imm;
}

template <CoreLike C>
void load_single(C& core, const Insn& in, Addr address) {
  core.state.s[in.d] = load_word(core, address);
}
/// A fault in the second word leaves the register alone.
template <CoreLike C>
void load_double(C& core, const Insn& in, Addr address) {
  const std::uint32_t low = load_word(core, address);
  const std::uint32_t high = load_word(core, address + 4);
  core.state.s[2u * in.d] = low;
  core.state.s[2u * in.d + 1] = high;
}

/// VLDM and VSTM: `words` from the single register `first` on, upwards from `address`.
template <CoreLike C>
void load_list(C& core, unsigned first, unsigned words, Addr address) {
  for (unsigned i = 0; i < words; ++i) core.state.s[first + i] = load_word(core, address + 4 * i);
}
template <CoreLike C>
void store_list(C& core, unsigned first, unsigned words, Addr address) {
  for (unsigned i = 0; i < words; ++i) store_word(core, address + 4 * i, core.state.s[first + i]);
}

/// Increment after: the base is written last, so that a fault leaves it alone.
template <CoreLike C>
void load_up(C& core, const Insn& in, unsigned first, unsigned words) {
  core.use_fpu();
  const Addr base = core.r(in.n);
  if (in.writeback) core.check_stack_limit(in.n, base + 4 * in.imm);
  load_list(core, first, words, base);
  if (in.writeback) core.set_r(in.n, base + 4 * in.imm);
}
template <CoreLike C>
void store_up(C& core, const Insn& in, unsigned first, unsigned words) {
  core.use_fpu();
  const Addr base = core.r(in.n);
  if (in.writeback) core.check_stack_limit(in.n, base + 4 * in.imm);
  store_list(core, first, words, base);
  if (in.writeback) core.set_r(in.n, base + 4 * in.imm);
}
/// Decrement before, always with writeback.
template <CoreLike C>
void load_down(C& core, const Insn& in, unsigned first, unsigned words) {
  core.use_fpu();
  const Addr base = core.r(in.n) - 4 * in.imm;
  core.check_stack_limit(in.n, base);
  load_list(core, first, words, base);
  core.set_r(in.n, base);
}
template <CoreLike C>
void store_down(C& core, const Insn& in, unsigned first, unsigned words) {
  core.use_fpu();
  const Addr base = core.r(in.n) - 4 * in.imm;
  core.check_stack_limit(in.n, base);
  store_list(core, first, words, base);
  core.set_r(in.n, base);
}

/// Words of a list of doubles: FLDMX and FSTMX count one more.
constexpr unsigned even_words(const Insn& in) { return in.imm & ~1u; }

}  // namespace fp

// ---- one register -------------------------------------------------------------------------------

template <CoreLike C>
void VLDR_S(C& core, const Insn& in) {
  core.use_fpu();
  fp::load_single(core, in, fp::offset_address(core, in));
}
template <CoreLike C>
void VLDR_D(C& core, const Insn& in) {
  core.use_fpu();
  fp::load_double(core, in, fp::offset_address(core, in));
}
template <CoreLike C>
void VLDR_lit_S(C& core, const Insn& in) {
  core.use_fpu();
  fp::load_single(core, in, in.imm);
}
template <CoreLike C>
void VLDR_lit_D(C& core, const Insn& in) {
  core.use_fpu();
  fp::load_double(core, in, in.imm);
}
template <CoreLike C>
void VSTR_S(C& core, const Insn& in) {
  core.use_fpu();
  fp::store_word(core, fp::offset_address(core, in), core.state.s[in.d]);
}
template <CoreLike C>
void VSTR_D(C& core, const Insn& in) {
  core.use_fpu();
  fp::store_list(core, 2u * in.d, 2, fp::offset_address(core, in));
}

// ---- several registers --------------------------------------------------------------------------

template <CoreLike C>
void VLDMIA_S(C& core, const Insn& in) {
  fp::load_up(core, in, in.d, in.imm);
}
template <CoreLike C>
void VLDMIA_D(C& core, const Insn& in) {
  fp::load_up(core, in, 2u * in.d, fp::even_words(in));
}
template <CoreLike C>
void VPOP_S(C& core, const Insn& in) {
  fp::load_up(core, in, in.d, in.imm);
}
template <CoreLike C>
void VPOP_D(C& core, const Insn& in) {
  fp::load_up(core, in, 2u * in.d, fp::even_words(in));
}
template <CoreLike C>
void VLDMDB_S(C& core, const Insn& in) {
  fp::load_down(core, in, in.d, in.imm);
}
template <CoreLike C>
void VLDMDB_D(C& core, const Insn& in) {
  fp::load_down(core, in, 2u * in.d, fp::even_words(in));
}
template <CoreLike C>
void VSTMIA_S(C& core, const Insn& in) {
  fp::store_up(core, in, in.d, in.imm);
}
template <CoreLike C>
void VSTMIA_D(C& core, const Insn& in) {
  fp::store_up(core, in, 2u * in.d, fp::even_words(in));
}
template <CoreLike C>
void VSTMDB_S(C& core, const Insn& in) {
  fp::store_down(core, in, in.d, in.imm);
}
template <CoreLike C>
void VSTMDB_D(C& core, const Insn& in) {
  fp::store_down(core, in, 2u * in.d, fp::even_words(in));
}
template <CoreLike C>
void VPUSH_S(C& core, const Insn& in) {
  fp::store_down(core, in, in.d, in.imm);
}
template <CoreLike C>
void VPUSH_D(C& core, const Insn& in) {
  fp::store_down(core, in, 2u * in.d, fp::even_words(in));
}

/// The FP registers that a function may clobber, saved around a call to the Non-secure state.
/// Hardware saves them only when that state touches the FPU, which here it never does: nobody can
/// tell (DDI 0553B C2.4.411, C2.4.379).
template <CoreLike C>
void VLSTM_T1(C& core, const Insn& in) {
  if (in.imm == 0) return;
  const Addr base = core.r(in.n);
  core.use_fpu();
  fp::store_list(core, 0, 16, base);
  fp::store_word(core, base + 64, core.state.fpscr);
}
template <CoreLike C>
void VLLDM_T1(C& core, const Insn& in) {
  if (in.imm == 0) return;
  const Addr base = core.r(in.n);
  core.use_fpu();
  const std::uint32_t fpscr = fp::load_word(core, base + 64);
  fp::load_list(core, 0, 16, base);
  core.state.fpscr = fpscr & fpu::kFpscrMask;
}

// ---- core registers -----------------------------------------------------------------------------

template <CoreLike C>
void VMOV_Sn_Rt(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[in.n] = core.r(in.d);
}
template <CoreLike C>
void VMOV_Rt_Sn(C& core, const Insn& in) {
  core.use_fpu();
  core.set_r(in.d, core.state.s[in.n]);
}
/// Dn[x] is the single register n of the Insn (float_forms.h).
template <CoreLike C>
void VMOV_scalar_Rt(C& core, const Insn& in) {
  VMOV_Sn_Rt(core, in);
}
template <CoreLike C>
void VMOV_Rt_scalar(C& core, const Insn& in) {
  VMOV_Rt_Sn(core, in);
}
template <CoreLike C>
void VMOV_SS_RR(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[in.m] = core.r(in.d);
  core.state.s[in.m + 1u] = core.r(in.a);
}
template <CoreLike C>
void VMOV_RR_SS(C& core, const Insn& in) {
  core.use_fpu();
  core.set_r(in.d, core.state.s[in.m]);
  core.set_r(in.a, core.state.s[in.m + 1u]);
}
template <CoreLike C>
void VMOV_D_RR(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[2u * in.m] = core.r(in.d);
  core.state.s[2u * in.m + 1] = core.r(in.a);
}
template <CoreLike C>
void VMOV_RR_D(C& core, const Insn& in) {
  core.use_fpu();
  core.set_r(in.d, core.state.s[2u * in.m]);
  core.set_r(in.a, core.state.s[2u * in.m + 1]);
}

// ---- FPSCR --------------------------------------------------------------------------------------

template <CoreLike C>
void VMRS(C& core, const Insn& in) {
  core.use_fpu();
  core.set_r(in.d, core.state.fpscr);
}
template <CoreLike C>
void VMRS_APSR_nzcv(C& core, const Insn&) {
  core.use_fpu();
  core.state.flags.set_nzcv(core.state.fpscr);
}
template <CoreLike C>
void VMSR(C& core, const Insn& in) {
  core.use_fpu();
  core.state.fpscr = core.r(in.d) & fpu::kFpscrMask;
}

}  // namespace sramscope::isa::semantics
