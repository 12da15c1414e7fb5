#pragma once

#include <cstdint>

#include "isa/alu.h"
#include "isa/insn.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// Moves, logic, shifts, additions and comparisons (ARM ARM A7.7). Products and bit fields are in
/// arithmetic.h.
namespace sramscope::isa::semantics {

// ---- shared bodies -----------------------------------------------------------------------------

// Flags come before the result: what an interpreter has told the compiler about `sets_flags` holds
// until the first store, which might change the Insn for all that the compiler knows.

/// Result of a logical operation whose carry is that of operand 2.
template <CoreLike C>
[[gnu::always_inline]] inline void logic(C& core, const Insn& in, const ShiftResult& result) {
  if (in.sets_flags) set_flags(core, result);
  core.set_r(gpr(in.d), result.value);
}

/// Result that defines N and Z only.
template <CoreLike C>
[[gnu::always_inline]] inline void result_nz(C& core, const Insn& in, std::uint32_t result) {
  if (in.sets_flags) core.state.flags.set_nz(result);
  core.set_r(low(in.d), result);
}

/// Result of an addition into a register that is neither SP nor PC.
template <CoreLike C>
[[gnu::always_inline]] inline void sum_to_gpr(C& core, const Insn& in, const AddResult& sum) {
  if (in.sets_flags) set_flags(core, sum);
  core.set_r(gpr(in.d), sum.value);
}

/// Result of an addition that may go to SP.
template <CoreLike C>
[[gnu::always_inline]] inline void sum_to_sp(C& core, const Insn& in, const AddResult& sum) {
  core.check_stack_limit(in.d, sum.value);
  if (in.sets_flags) set_flags(core, sum);
  core.set_r(in.d, sum.value);
}

constexpr AddResult add(std::uint32_t x, std::uint32_t y) { return add_with_carry(x, y, 0); }
constexpr AddResult subtract(std::uint32_t x, std::uint32_t y) { return add_with_carry(x, ~y, 1); }

// ---- logical -----------------------------------------------------------------------------------

template <CoreLike C>
void AND_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {core.r(in.n) & op.value, op.carry});
}
template <CoreLike C>
void AND_reg_T1(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.n)) & core.r(low(in.m)));
}
template <CoreLike C>
void AND_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {core.r(in.n) & op.value, op.carry});
}
template <CoreLike C>
void EOR_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {core.r(in.n) ^ op.value, op.carry});
}
template <CoreLike C>
void EOR_reg_T1(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.n)) ^ core.r(low(in.m)));
}
template <CoreLike C>
void EOR_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {core.r(in.n) ^ op.value, op.carry});
}
template <CoreLike C>
void ORR_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {core.r(in.n) | op.value, op.carry});
}
template <CoreLike C>
void ORR_reg_T1(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.n)) | core.r(low(in.m)));
}
template <CoreLike C>
void ORR_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {core.r(in.n) | op.value, op.carry});
}
template <CoreLike C>
void BIC_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {core.r(in.n) & ~op.value, op.carry});
}
template <CoreLike C>
void BIC_reg_T1(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.n)) & ~core.r(low(in.m)));
}
template <CoreLike C>
void BIC_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {core.r(in.n) & ~op.value, op.carry});
}
template <CoreLike C>
void ORN_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {core.r(in.n) | ~op.value, op.carry});
}
template <CoreLike C>
void ORN_reg_T1(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {core.r(in.n) | ~op.value, op.carry});
}
template <CoreLike C>
void MVN_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  logic(core, in, {~op.value, op.carry});
}
template <CoreLike C>
void MVN_reg_T1(C& core, const Insn& in) {
  result_nz(core, in, ~core.r(low(in.m)));
}
template <CoreLike C>
void MVN_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  logic(core, in, {~op.value, op.carry});
}
template <CoreLike C>
void TST_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  set_flags(core, ShiftResult{core.r(in.n) & op.value, op.carry});
}
template <CoreLike C>
void TST_reg_T1(C& core, const Insn& in) {
  core.state.flags.set_nz(core.r(low(in.n)) & core.r(low(in.m)));
}
template <CoreLike C>
void TST_reg_T2(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  set_flags(core, ShiftResult{core.r(in.n) & op.value, op.carry});
}
template <CoreLike C>
void TEQ_imm_T1(C& core, const Insn& in) {
  const ShiftResult op = immediate(core, in);
  set_flags(core, ShiftResult{core.r(in.n) ^ op.value, op.carry});
}
template <CoreLike C>
void TEQ_reg_T1(C& core, const Insn& in) {
  const ShiftResult op = shifted(core, in);
  set_flags(core, ShiftResult{core.r(in.n) ^ op.value, op.carry});
}

// ---- move --------------------------------------------------------------------------------------

template <CoreLike C>
void MOV_imm_T1(C& core, const Insn& in) {
  result_nz(core, in, in.imm);
}
template <CoreLike C>
void MOV_imm_T2(C& core, const Insn& in) {
  logic(core, in, immediate(core, in));
}
template <CoreLike C>
void MOV_imm_T3(C& core, const Insn& in) {
  core.set_r(gpr(in.d), in.imm);
}
template <CoreLike C>
void MOVT_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), in.imm << 16 | (core.r(in.d) & 0xffff));
}
template <CoreLike C>
void MOV_reg_T1(C& core, const Insn& in) {
  write_or_branch(core, in.d, read(core, in, in.m));
}
template <CoreLike C>
void MOV_reg_T2(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.m)));
}
template <CoreLike C>
void MOV_reg_T3(C& core, const Insn& in) {
  const std::uint32_t value = core.r(in.m);
  if (in.sets_flags) core.state.flags.set_nz(value);
  set_r_or_sp(core, in.d, value);
}

// ---- shift -------------------------------------------------------------------------------------

/// By a constant, which is never zero: LSL #0 is MOV.
template <auto kShift, CoreLike C>
[[gnu::always_inline]] inline void shift_by_imm(C& core, const Insn& in) {
  if (in.shift_n == 0 || in.shift_n > 32) __builtin_unreachable();
  logic(core, in, kShift(core.r(in.m), in.shift_n, core.state.flags.carry));
}
/// By a register, of which only the bottom byte counts; a shift by zero leaves the carry alone.
template <auto kShift, CoreLike C>
[[gnu::always_inline]] inline void shift_by_reg(C& core, const Insn& in) {
  logic(core, in, kShift(core.r(in.n), core.r(in.m) & 0xff, core.state.flags.carry));
}

template <CoreLike C>
void LSL_imm_T1(C& core, const Insn& in) {
  shift_by_imm<lsl_c>(core, in);
}
template <CoreLike C>
void LSL_imm_T2(C& core, const Insn& in) {
  shift_by_imm<lsl_c>(core, in);
}
template <CoreLike C>
void LSL_reg_T1(C& core, const Insn& in) {
  shift_by_reg<lsl_c>(core, in);
}
template <CoreLike C>
void LSL_reg_T2(C& core, const Insn& in) {
  shift_by_reg<lsl_c>(core, in);
}
template <CoreLike C>
void LSR_imm_T1(C& core, const Insn& in) {
  shift_by_imm<lsr_c>(core, in);
}
template <CoreLike C>
void LSR_imm_T2(C& core, const Insn& in) {
  shift_by_imm<lsr_c>(core, in);
}
template <CoreLike C>
void LSR_reg_T1(C& core, const Insn& in) {
  shift_by_reg<lsr_c>(core, in);
}
template <CoreLike C>
void LSR_reg_T2(C& core, const Insn& in) {
  shift_by_reg<lsr_c>(core, in);
}
template <CoreLike C>
void ASR_imm_T1(C& core, const Insn& in) {
  shift_by_imm<asr_c>(core, in);
}
template <CoreLike C>
void ASR_imm_T2(C& core, const Insn& in) {
  shift_by_imm<asr_c>(core, in);
}
template <CoreLike C>
void ASR_reg_T1(C& core, const Insn& in) {
  shift_by_reg<asr_c>(core, in);
}
template <CoreLike C>
void ASR_reg_T2(C& core, const Insn& in) {
  shift_by_reg<asr_c>(core, in);
}
template <CoreLike C>
void ROR_imm_T1(C& core, const Insn& in) {
  shift_by_imm<ror_c>(core, in);
}
template <CoreLike C>
void ROR_reg_T1(C& core, const Insn& in) {
  shift_by_reg<ror_c>(core, in);
}
template <CoreLike C>
void ROR_reg_T2(C& core, const Insn& in) {
  shift_by_reg<ror_c>(core, in);
}
template <CoreLike C>
void RRX_T1(C& core, const Insn& in) {
  logic(core, in, rrx_c(core.r(in.m), core.state.flags.carry));
}

// ---- add and subtract --------------------------------------------------------------------------

template <CoreLike C>
void ADD_imm_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add(core.r(in.n), in.imm));
}
template <CoreLike C>
void ADD_imm_T2(C& core, const Insn& in) {
  sum_to_gpr(core, in, add(core.r(in.n), in.imm));
}
template <CoreLike C>
void ADD_imm_T3(C& core, const Insn& in) {
  sum_to_sp(core, in, add(core.r(in.n), in.imm));
}
template <CoreLike C>
void ADD_imm_T4(C& core, const Insn& in) {
  set_r_or_sp(core, in.d, core.r(in.n) + in.imm);
}
template <CoreLike C>
void ADD_reg_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void ADD_reg_T2(C& core, const Insn& in) {
  write_or_branch(core, in.d, read(core, in, in.n) + read(core, in, in.m));
}
template <CoreLike C>
void ADD_reg_T3(C& core, const Insn& in) {
  sum_to_sp(core, in, add(core.r(in.n), shifted(core, in).value));
}
template <CoreLike C>
void ADD_SP_imm_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), core.r(13) + in.imm);
}
template <CoreLike C>
void ADD_SP_imm_T2(C& core, const Insn& in) {
  set_r_or_sp(core, 13, core.r(13) + in.imm);
}
template <CoreLike C>
void SUB_imm_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(core.r(in.n), in.imm));
}
template <CoreLike C>
void SUB_imm_T2(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(core.r(in.n), in.imm));
}
template <CoreLike C>
void SUB_imm_T3(C& core, const Insn& in) {
  sum_to_sp(core, in, subtract(core.r(in.n), in.imm));
}
template <CoreLike C>
void SUB_imm_T4(C& core, const Insn& in) {
  set_r_or_sp(core, in.d, core.r(in.n) - in.imm);
}
template <CoreLike C>
void SUB_reg_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SUB_reg_T2(C& core, const Insn& in) {
  sum_to_sp(core, in, subtract(core.r(in.n), shifted(core, in).value));
}
template <CoreLike C>
void SUB_SP_imm_T1(C& core, const Insn& in) {
  set_r_or_sp(core, 13, core.r(13) - in.imm);
}
template <CoreLike C>
void ADR_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), in.imm);
}
template <CoreLike C>
void ADR_T2(C& core, const Insn& in) {
  core.set_r(gpr(in.d), in.imm);
}
template <CoreLike C>
void ADR_T3(C& core, const Insn& in) {
  core.set_r(gpr(in.d), in.imm);
}
template <CoreLike C>
void ADC_imm_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add_with_carry(core.r(in.n), in.imm, core.state.flags.carry));
}
template <CoreLike C>
void ADC_reg_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add_with_carry(core.r(in.n), core.r(in.m), core.state.flags.carry));
}
template <CoreLike C>
void ADC_reg_T2(C& core, const Insn& in) {
  sum_to_gpr(core, in,
             add_with_carry(core.r(in.n), shifted(core, in).value, core.state.flags.carry));
}
template <CoreLike C>
void SBC_imm_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add_with_carry(core.r(in.n), ~in.imm, core.state.flags.carry));
}
template <CoreLike C>
void SBC_reg_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, add_with_carry(core.r(in.n), ~core.r(in.m), core.state.flags.carry));
}
template <CoreLike C>
void SBC_reg_T2(C& core, const Insn& in) {
  sum_to_gpr(core, in,
             add_with_carry(core.r(in.n), ~shifted(core, in).value, core.state.flags.carry));
}
template <CoreLike C>
void RSB_imm_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(0, core.r(in.n)));
}
template <CoreLike C>
void RSB_imm_T2(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(in.imm, core.r(in.n)));
}
template <CoreLike C>
void RSB_reg_T1(C& core, const Insn& in) {
  sum_to_gpr(core, in, subtract(shifted(core, in).value, core.r(in.n)));
}
template <CoreLike C>
void CMP_imm_T1(C& core, const Insn& in) {
  set_flags(core, subtract(core.r(in.n), in.imm));
}
template <CoreLike C>
void CMP_imm_T2(C& core, const Insn& in) {
  set_flags(core, subtract(core.r(in.n), in.imm));
}
template <CoreLike C>
void CMP_reg_T1(C& core, const Insn& in) {
  set_flags(core, subtract(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void CMP_reg_T2(C& core, const Insn& in) {
  set_flags(core, subtract(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void CMP_reg_T3(C& core, const Insn& in) {
  set_flags(core, subtract(core.r(in.n), shifted(core, in).value));
}
template <CoreLike C>
void CMN_imm_T1(C& core, const Insn& in) {
  set_flags(core, add(core.r(in.n), in.imm));
}
template <CoreLike C>
void CMN_reg_T1(C& core, const Insn& in) {
  set_flags(core, add(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void CMN_reg_T2(C& core, const Insn& in) {
  set_flags(core, add(core.r(in.n), shifted(core, in).value));
}

}  // namespace sramscope::isa::semantics
