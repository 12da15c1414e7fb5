#pragma once

#include <cstdint>

#include "isa/semantics/float_convert.h"
#include "isa/semantics/float_move.h"
#include "isa/semantics/float_operands.h"

/// Floating-point arithmetic: one function per row of vfp.def, after the pseudocode of A7.7 in the
/// ARMv7-M ARM (FPv5: ARMv8-M ARM). Conversions are in float_convert.h, loads, stores and moves in
/// float_move.h.
namespace sramscope::isa::semantics {

// ---- arithmetic ---------------------------------------------------------------------------------

template <CoreLike C>
void VADD_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::fast::add<fp::Single>>(core, in);
}
template <CoreLike C>
void VADD_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::fast::add<fp::Double>>(core, in);
}
template <CoreLike C>
void VSUB_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::fast::sub<fp::Single>>(core, in);
}
template <CoreLike C>
void VSUB_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::fast::sub<fp::Double>>(core, in);
}
template <CoreLike C>
void VMUL_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::fast::mul<fp::Single>>(core, in);
}
template <CoreLike C>
void VMUL_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::fast::mul<fp::Double>>(core, in);
}
template <CoreLike C>
void VDIV_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::fast::div<fp::Single>>(core, in);
}
template <CoreLike C>
void VDIV_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::fast::div<fp::Double>>(core, in);
}

/// The product of VNMUL is rounded, then negated (A7.7).
template <CoreLike C>
void VNMUL_F32(C& core, const Insn& in) {
  core.use_fpu();
  const auto product = fpu::fast::mul<fp::Single>(
      fp::get<fp::Single>(core, in.n), fp::get<fp::Single>(core, in.m), core.state.fpscr);
  fp::set<fp::Single>(core, in.d, fpu::negate<fp::Single>(product));
}
template <CoreLike C>
void VNMUL_F64(C& core, const Insn& in) {
  core.use_fpu();
  const auto product = fpu::fast::mul<fp::Double>(
      fp::get<fp::Double>(core, in.n), fp::get<fp::Double>(core, in.m), core.state.fpscr);
  fp::set<fp::Double>(core, in.d, fpu::negate<fp::Double>(product));
}
template <CoreLike C>
void VSQRT_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(
      core, in.d, fpu::fast::sqrt<fp::Single>(fp::get<fp::Single>(core, in.m), core.state.fpscr));
}
template <CoreLike C>
void VSQRT_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(
      core, in.d, fpu::fast::sqrt<fp::Double>(fp::get<fp::Double>(core, in.m), core.state.fpscr));
}

template <CoreLike C>
void VMLA_F32(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Single, fp::Sign::keep, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VMLA_F64(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Double, fp::Sign::keep, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VMLS_F32(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Single, fp::Sign::keep, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VMLS_F64(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Double, fp::Sign::keep, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VNMLA_F32(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Single, fp::Sign::negate, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VNMLA_F64(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Double, fp::Sign::negate, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VNMLS_F32(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Single, fp::Sign::negate, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VNMLS_F64(C& core, const Insn& in) {
  fp::multiply_then_add<fp::Double, fp::Sign::negate, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VFMA_F32(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Single, fp::Sign::keep, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VFMA_F64(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Double, fp::Sign::keep, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VFMS_F32(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Single, fp::Sign::keep, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VFMS_F64(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Double, fp::Sign::keep, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VFNMA_F32(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Single, fp::Sign::negate, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VFNMA_F64(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Double, fp::Sign::negate, fp::Sign::negate>(core, in);
}
template <CoreLike C>
void VFNMS_F32(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Single, fp::Sign::negate, fp::Sign::keep>(core, in);
}
template <CoreLike C>
void VFNMS_F64(C& core, const Insn& in) {
  fp::fused_multiply_add<fp::Double, fp::Sign::negate, fp::Sign::keep>(core, in);
}

// ---- sign, copy, selection: no exceptions -------------------------------------------------------

template <CoreLike C>
void VABS_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(core, in.d, fpu::absolute<fp::Single>(fp::get<fp::Single>(core, in.m)));
}
template <CoreLike C>
void VABS_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(core, in.d, fpu::absolute<fp::Double>(fp::get<fp::Double>(core, in.m)));
}
template <CoreLike C>
void VNEG_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(core, in.d, fpu::negate<fp::Single>(fp::get<fp::Single>(core, in.m)));
}
template <CoreLike C>
void VNEG_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(core, in.d, fpu::negate<fp::Double>(fp::get<fp::Double>(core, in.m)));
}
template <CoreLike C>
void VMOV_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(core, in.d, fp::get<fp::Single>(core, in.m));
}
template <CoreLike C>
void VMOV_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(core, in.d, fp::get<fp::Double>(core, in.m));
}
template <CoreLike C>
void VMOV_imm_F32(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[in.d] = in.imm;
}
template <CoreLike C>
void VMOV_imm_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(core, in.d, std::uint64_t{in.imm} << 32);
}
template <CoreLike C>
void VSELEQ_F32(C& core, const Insn& in) {
  fp::select<fp::Single, 0>(core, in);
}
template <CoreLike C>
void VSELEQ_F64(C& core, const Insn& in) {
  fp::select<fp::Double, 0>(core, in);
}
template <CoreLike C>
void VSELVS_F32(C& core, const Insn& in) {
  fp::select<fp::Single, 6>(core, in);
}
template <CoreLike C>
void VSELVS_F64(C& core, const Insn& in) {
  fp::select<fp::Double, 6>(core, in);
}
template <CoreLike C>
void VSELGE_F32(C& core, const Insn& in) {
  fp::select<fp::Single, 10>(core, in);
}
template <CoreLike C>
void VSELGE_F64(C& core, const Insn& in) {
  fp::select<fp::Double, 10>(core, in);
}
template <CoreLike C>
void VSELGT_F32(C& core, const Insn& in) {
  fp::select<fp::Single, 12>(core, in);
}
template <CoreLike C>
void VSELGT_F64(C& core, const Insn& in) {
  fp::select<fp::Double, 12>(core, in);
}

// ---- comparison ---------------------------------------------------------------------------------

template <CoreLike C>
void VCMP_F32(C& core, const Insn& in) {
  fp::compare_registers<fp::Single>(core, in, /*signal_quiet=*/false);
}
template <CoreLike C>
void VCMP_zero_F32(C& core, const Insn& in) {
  fp::compare_zero<fp::Single>(core, in, /*signal_quiet=*/false);
}
template <CoreLike C>
void VCMP_F64(C& core, const Insn& in) {
  fp::compare_registers<fp::Double>(core, in, /*signal_quiet=*/false);
}
template <CoreLike C>
void VCMP_zero_F64(C& core, const Insn& in) {
  fp::compare_zero<fp::Double>(core, in, /*signal_quiet=*/false);
}
template <CoreLike C>
void VCMPE_F32(C& core, const Insn& in) {
  fp::compare_registers<fp::Single>(core, in, /*signal_quiet=*/true);
}
template <CoreLike C>
void VCMPE_zero_F32(C& core, const Insn& in) {
  fp::compare_zero<fp::Single>(core, in, /*signal_quiet=*/true);
}
template <CoreLike C>
void VCMPE_F64(C& core, const Insn& in) {
  fp::compare_registers<fp::Double>(core, in, /*signal_quiet=*/true);
}
template <CoreLike C>
void VCMPE_zero_F64(C& core, const Insn& in) {
  fp::compare_zero<fp::Double>(core, in, /*signal_quiet=*/true);
}
template <CoreLike C>
void VMAXNM_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::max_num<fp::Single>>(core, in);
}
template <CoreLike C>
void VMAXNM_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::max_num<fp::Double>>(core, in);
}
template <CoreLike C>
void VMINNM_F32(C& core, const Insn& in) {
  fp::binary<fp::Single, fpu::min_num<fp::Single>>(core, in);
}
template <CoreLike C>
void VMINNM_F64(C& core, const Insn& in) {
  fp::binary<fp::Double, fpu::min_num<fp::Double>>(core, in);
}

}  // namespace sramscope::isa::semantics
