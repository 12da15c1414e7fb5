#pragma once

#include <cstdint>

#include "isa/semantics/float_operands.h"

/// Floating-point conversions: one function per row of vfp.def, after the pseudocode of A7.7 in the
/// ARMv7-M ARM (FPv5: ARMv8-M ARM).
namespace sramscope::isa::semantics {

// ---- integers -----------------------------------------------------------------------------------

template <CoreLike C>
void VCVT_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[in.d] =
      fpu::fast::to_signed<fp::Single>(fp::get<fp::Single>(core, in.m), core.state.fpscr);
}
template <CoreLike C>
void VCVT_F32_S32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(core, in.d,
                      fpu::fast::from_signed<fp::Single>(core.state.s[in.m], core.state.fpscr));
}
template <CoreLike C>
void VCVTR_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/true, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VCVTA_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/true, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VCVTN_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/true, fpu::Rounding::nearest);
}
template <CoreLike C>
void VCVTP_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/true, fpu::Rounding::up);
}
template <CoreLike C>
void VCVTM_S32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/true, fpu::Rounding::down);
}
template <CoreLike C>
void VCVT_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::Rounding::zero);
}
template <CoreLike C>
void VCVT_F32_U32(C& core, const Insn& in) {
  core.use_fpu();
  const fpu::Fixed format{.width = 32, .is_signed = false, .fraction_bits = 0};
  std::uint32_t& fpscr = core.state.fpscr;
  fp::set<fp::Single>(
      core, in.d,
      fpu::from_fixed<fp::Single>(core.state.s[in.m], format, fpu::rounding(fpscr), fpscr));
}
template <CoreLike C>
void VCVTR_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VCVTA_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VCVTN_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::Rounding::nearest);
}
template <CoreLike C>
void VCVTP_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::Rounding::up);
}
template <CoreLike C>
void VCVTM_U32_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Single>(core, in, /*is_signed=*/false, fpu::Rounding::down);
}
template <CoreLike C>
void VCVT_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  core.state.s[in.d] =
      fpu::fast::to_signed<fp::Double>(fp::get<fp::Double>(core, in.m), core.state.fpscr);
}
template <CoreLike C>
void VCVT_F64_S32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(core, in.d,
                      fpu::fast::from_signed<fp::Double>(core.state.s[in.m], core.state.fpscr));
}
template <CoreLike C>
void VCVTR_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/true, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VCVTA_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/true, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VCVTN_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/true, fpu::Rounding::nearest);
}
template <CoreLike C>
void VCVTP_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/true, fpu::Rounding::up);
}
template <CoreLike C>
void VCVTM_S32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/true, fpu::Rounding::down);
}
template <CoreLike C>
void VCVT_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::Rounding::zero);
}
template <CoreLike C>
void VCVT_F64_U32(C& core, const Insn& in) {
  core.use_fpu();
  const fpu::Fixed format{.width = 32, .is_signed = false, .fraction_bits = 0};
  std::uint32_t& fpscr = core.state.fpscr;
  fp::set<fp::Double>(
      core, in.d,
      fpu::from_fixed<fp::Double>(core.state.s[in.m], format, fpu::rounding(fpscr), fpscr));
}
template <CoreLike C>
void VCVTR_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VCVTA_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VCVTN_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::Rounding::nearest);
}
template <CoreLike C>
void VCVTP_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::Rounding::up);
}
template <CoreLike C>
void VCVTM_U32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::to_integer<fp::Double>(core, in, /*is_signed=*/false, fpu::Rounding::down);
}

// ---- fixed point --------------------------------------------------------------------------------

template <CoreLike C>
void VCVT_S16_F32_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Single>(core, in, 16, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_F32_S16_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Single>(core, in, 16, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_S32_F32_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Single>(core, in, 32, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_F32_S32_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Single>(core, in, 32, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_U16_F32_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Single>(core, in, 16, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_F32_U16_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Single>(core, in, 16, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_U32_F32_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Single>(core, in, 32, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_F32_U32_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Single>(core, in, 32, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_S16_F64_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Double>(core, in, 16, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_F64_S16_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Double>(core, in, 16, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_S32_F64_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Double>(core, in, 32, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_F64_S32_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Double>(core, in, 32, /*is_signed=*/true);
}
template <CoreLike C>
void VCVT_U16_F64_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Double>(core, in, 16, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_F64_U16_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Double>(core, in, 16, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_U32_F64_fixed(C& core, const Insn& in) {
  fp::to_fixed<fp::Double>(core, in, 32, /*is_signed=*/false);
}
template <CoreLike C>
void VCVT_F64_U32_fixed(C& core, const Insn& in) {
  fp::from_fixed<fp::Double>(core, in, 32, /*is_signed=*/false);
}

// ---- formats ------------------------------------------------------------------------------------

template <CoreLike C>
void VCVTB_F32_F16(C& core, const Insn& in) {
  core.use_fpu();
  const auto half = static_cast<std::uint16_t>(core.state.s[in.m]);
  fp::set<fp::Single>(core, in.d, fpu::convert<fp::Single, fp::Half>(half, core.state.fpscr));
}
template <CoreLike C>
void VCVTB_F16_F32(C& core, const Insn& in) {
  core.use_fpu();
  const std::uint32_t half =
      fpu::convert<fp::Half, fp::Single>(fp::get<fp::Single>(core, in.m), core.state.fpscr);
  core.state.s[in.d] = (core.state.s[in.d] & 0xffff0000u) | half;
}
template <CoreLike C>
void VCVTB_F64_F16(C& core, const Insn& in) {
  core.use_fpu();
  const auto half = static_cast<std::uint16_t>(core.state.s[in.m]);
  fp::set<fp::Double>(core, in.d, fpu::convert<fp::Double, fp::Half>(half, core.state.fpscr));
}
template <CoreLike C>
void VCVTB_F16_F64(C& core, const Insn& in) {
  core.use_fpu();
  const std::uint32_t half =
      fpu::convert<fp::Half, fp::Double>(fp::get<fp::Double>(core, in.m), core.state.fpscr);
  core.state.s[in.d] = (core.state.s[in.d] & 0xffff0000u) | half;
}
template <CoreLike C>
void VCVTT_F32_F16(C& core, const Insn& in) {
  core.use_fpu();
  const auto half = static_cast<std::uint16_t>(core.state.s[in.m] >> 16);
  fp::set<fp::Single>(core, in.d, fpu::convert<fp::Single, fp::Half>(half, core.state.fpscr));
}
template <CoreLike C>
void VCVTT_F16_F32(C& core, const Insn& in) {
  core.use_fpu();
  const std::uint32_t half =
      fpu::convert<fp::Half, fp::Single>(fp::get<fp::Single>(core, in.m), core.state.fpscr);
  core.state.s[in.d] = (core.state.s[in.d] & 0x0000ffffu) | half << 16;
}
template <CoreLike C>
void VCVTT_F64_F16(C& core, const Insn& in) {
  core.use_fpu();
  const auto half = static_cast<std::uint16_t>(core.state.s[in.m] >> 16);
  fp::set<fp::Double>(core, in.d, fpu::convert<fp::Double, fp::Half>(half, core.state.fpscr));
}
template <CoreLike C>
void VCVTT_F16_F64(C& core, const Insn& in) {
  core.use_fpu();
  const std::uint32_t half =
      fpu::convert<fp::Half, fp::Double>(fp::get<fp::Double>(core, in.m), core.state.fpscr);
  core.state.s[in.d] = (core.state.s[in.d] & 0x0000ffffu) | half << 16;
}
template <CoreLike C>
void VCVT_F32_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Single>(
      core, in.d,
      fpu::convert<fp::Single, fp::Double>(fp::get<fp::Double>(core, in.m), core.state.fpscr));
}
template <CoreLike C>
void VCVT_F64_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::set<fp::Double>(
      core, in.d,
      fpu::convert<fp::Double, fp::Single>(fp::get<fp::Single>(core, in.m), core.state.fpscr));
}

// ---- integral values ----------------------------------------------------------------------------

template <CoreLike C>
void VRINTZ_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::Rounding::zero);
}
template <CoreLike C>
void VRINTZ_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::Rounding::zero);
}
template <CoreLike C>
void VRINTR_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VRINTR_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::rounding(core.state.fpscr));
}
template <CoreLike C>
void VRINTX_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::rounding(core.state.fpscr), /*exact=*/true);
}
template <CoreLike C>
void VRINTX_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::rounding(core.state.fpscr), /*exact=*/true);
}
template <CoreLike C>
void VRINTA_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VRINTA_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::Rounding::ties_away);
}
template <CoreLike C>
void VRINTN_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::Rounding::nearest);
}
template <CoreLike C>
void VRINTN_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::Rounding::nearest);
}
template <CoreLike C>
void VRINTP_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::Rounding::up);
}
template <CoreLike C>
void VRINTP_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::Rounding::up);
}
template <CoreLike C>
void VRINTM_F32(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Single>(core, in, fpu::Rounding::down);
}
template <CoreLike C>
void VRINTM_F64(C& core, const Insn& in) {
  core.use_fpu();
  fp::round_integral<fp::Double>(core, in, fpu::Rounding::down);
}

}  // namespace sramscope::isa::semantics
