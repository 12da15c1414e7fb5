#pragma once

#include <bit>
#include <cstdint>

#include "isa/alu.h"
#include "isa/insn.h"
#include "isa/semantics/integer.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// Products, quotients, extends, bit fields and saturation of the base architecture (ARM ARM A7.7).
namespace sramscope::isa::semantics {

// ---- multiply and divide -----------------------------------------------------------------------

template <CoreLike C>
void MUL_T1(C& core, const Insn& in) {
  result_nz(core, in, core.r(low(in.n)) * core.r(low(in.m)));
}
template <CoreLike C>
void MUL_T2(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.r(in.n) * core.r(in.m));
}
template <CoreLike C>
void MLA_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.r(in.a) + core.r(in.n) * core.r(in.m));
}
template <CoreLike C>
void MLS_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.r(in.a) - core.r(in.n) * core.r(in.m));
}

/// RdHi:RdLo.
template <CoreLike C>
std::uint64_t long_accumulator(const C& core, const Insn& in) {
  return std::uint64_t{core.r(in.a)} << 32 | core.r(in.d);
}
template <CoreLike C>
void set_long(C& core, const Insn& in, std::uint64_t value) {
  core.set_r(gpr(in.d), static_cast<std::uint32_t>(value));
  core.set_r(gpr(in.a), static_cast<std::uint32_t>(value >> 32));
}
constexpr std::uint64_t unsigned_product(std::uint32_t x, std::uint32_t y) {
  return std::uint64_t{x} * y;
}
constexpr std::uint64_t signed_product(std::uint32_t x, std::uint32_t y) {
  const std::int64_t wide = static_cast<std::int32_t>(x);
  return static_cast<std::uint64_t>(wide * static_cast<std::int32_t>(y));
}

template <CoreLike C>
void SMULL_T1(C& core, const Insn& in) {
  set_long(core, in, signed_product(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void UMULL_T1(C& core, const Insn& in) {
  set_long(core, in, unsigned_product(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SMLAL_T1(C& core, const Insn& in) {
  set_long(core, in, long_accumulator(core, in) + signed_product(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void UMLAL_T1(C& core, const Insn& in) {
  set_long(core, in, long_accumulator(core, in) + unsigned_product(core.r(in.n), core.r(in.m)));
}

/// The quotient of INT_MIN by -1 wraps (A7.7.127).
template <CoreLike C>
void SDIV_T1(C& core, const Insn& in) {
  const std::int64_t dividend = static_cast<std::int32_t>(core.r(in.n));
  const auto divisor = static_cast<std::int32_t>(core.r(in.m));
  if (divisor == 0) {
    if (core.divide_by_zero()) core.set_r(gpr(in.d), 0);
    return;
  }
  core.set_r(gpr(in.d), static_cast<std::uint32_t>(dividend / divisor));
}
template <CoreLike C>
void UDIV_T1(C& core, const Insn& in) {
  const std::uint32_t divisor = core.r(in.m);
  if (divisor == 0) {
    if (core.divide_by_zero()) core.set_r(gpr(in.d), 0);
    return;
  }
  core.set_r(gpr(in.d), core.r(in.n) / divisor);
}

// ---- extend, reverse, count --------------------------------------------------------------------

template <CoreLike C>
void SXTB_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), sign_extend_byte(core.r(low(in.m))));
}
template <CoreLike C>
void SXTB_T2(C& core, const Insn& in) {
  const std::uint32_t rotated = std::rotr(core.r(in.m), in.shift_n);
  core.set_r(gpr(in.d), sign_extend_byte(rotated));
}
template <CoreLike C>
void SXTH_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), sign_extend_halfword(core.r(low(in.m))));
}
template <CoreLike C>
void SXTH_T2(C& core, const Insn& in) {
  const std::uint32_t rotated = std::rotr(core.r(in.m), in.shift_n);
  core.set_r(gpr(in.d), sign_extend_halfword(rotated));
}
template <CoreLike C>
void UXTB_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), core.r(low(in.m)) & 0xff);
}
template <CoreLike C>
void UXTB_T2(C& core, const Insn& in) {
  const std::uint32_t rotated = std::rotr(core.r(in.m), in.shift_n);
  core.set_r(gpr(in.d), rotated & 0xff);
}
template <CoreLike C>
void UXTH_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), core.r(low(in.m)) & 0xffff);
}
template <CoreLike C>
void UXTH_T2(C& core, const Insn& in) {
  const std::uint32_t rotated = std::rotr(core.r(in.m), in.shift_n);
  core.set_r(gpr(in.d), rotated & 0xffff);
}
template <CoreLike C>
void REV_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), reverse_bytes(core.r(in.m)));
}
template <CoreLike C>
void REV_T2(C& core, const Insn& in) {
  core.set_r(gpr(in.d), reverse_bytes(core.r(in.m)));
}
template <CoreLike C>
void REV16_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), reverse_halfword_bytes(core.r(in.m)));
}
template <CoreLike C>
void REV16_T2(C& core, const Insn& in) {
  core.set_r(gpr(in.d), reverse_halfword_bytes(core.r(in.m)));
}
template <CoreLike C>
void REVSH_T1(C& core, const Insn& in) {
  core.set_r(low(in.d), sign_extend_halfword(reverse_bytes(core.r(in.m)) >> 16));
}
template <CoreLike C>
void REVSH_T2(C& core, const Insn& in) {
  core.set_r(gpr(in.d), sign_extend_halfword(reverse_bytes(core.r(in.m)) >> 16));
}
template <CoreLike C>
void RBIT_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), reverse_bits(core.r(in.m)));
}
template <CoreLike C>
void CLZ_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), static_cast<std::uint32_t>(std::countl_zero(core.r(in.m))));
}

// ---- bit fields and saturation -----------------------------------------------------------------

// The form leaves the lsb in shift_n and a mask as wide as the field in imm.
template <CoreLike C>
void UBFX_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.r(in.n) >> in.shift_n & in.imm);
}
template <CoreLike C>
void SBFX_T1(C& core, const Insn& in) {
  const std::uint32_t sign = (in.imm >> 1) + 1;
  const std::uint32_t field = core.r(in.n) >> in.shift_n & in.imm;
  core.set_r(gpr(in.d), (field ^ sign) - sign);
}
template <CoreLike C>
void BFI_T1(C& core, const Insn& in) {
  const std::uint32_t kept = core.r(in.d) & ~(in.imm << in.shift_n);
  core.set_r(gpr(in.d), kept | (core.r(in.n) & in.imm) << in.shift_n);
}
template <CoreLike C>
void BFC_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.r(in.d) & ~(in.imm << in.shift_n));
}

/// Writes a saturated result; Q is sticky.
template <CoreLike C>
void saturated_result(C& core, const Insn& in, const Saturated& result) {
  core.set_r(gpr(in.d), result.value);
  core.state.q |= static_cast<std::uint32_t>(result.saturated);
}
/// Rn, shifted left or arithmetically right: the operand of SSAT and USAT, as a signed number.
template <CoreLike C>
std::int32_t saturation_operand(const C& core, const Insn& in) {
  return static_cast<std::int32_t>(shift_c(core.r(in.n), in.shift_type, in.shift_n, 0).value);
}
template <CoreLike C>
void SSAT_T1(C& core, const Insn& in) {
  saturated_result(core, in, signed_saturate(saturation_operand(core, in), in.imm));
}
template <CoreLike C>
void USAT_T1(C& core, const Insn& in) {
  saturated_result(core, in, unsigned_saturate(saturation_operand(core, in), in.imm));
}

}  // namespace sramscope::isa::semantics
