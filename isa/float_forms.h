#pragma once

#include <cstdint>

#include "isa/encoding.h"
#include "isa/insn.h"
#include "isa/operand_forms.h"

/// The forms of vfp.def. A single register is Vx:X, with X in the letter D, N or M: the form makes
/// it 0..31. The rows of double registers fix that bit at zero, since M-profile FPUs have D0..D15
/// (A2.5): they keep the number 0..15. Core registers stand in d (Rt) and a (Rt2), base addresses
/// in n.
namespace sramscope::isa::forms {

constexpr std::uint8_t single_register(unsigned v, std::uint32_t low_bit) {
  return static_cast<std::uint8_t>(v << 1 | low_bit);
}

/// FP registers only.
constexpr bool Fp(Insn& in, const Fields& f) {
  if (f.has('D')) in.d = single_register(in.d, f('D'));
  if (f.has('N')) in.n = single_register(in.n, f('N'));
  if (f.has('M')) in.m = single_register(in.m, f('M'));
  return true;
}

/// VFPExpandImm (A6.4.1): the single, or the upper word of the double, whose lower word is zero.
constexpr std::uint32_t expand_float(std::uint32_t imm8, unsigned exponent_bits) {
  const std::uint32_t sign = imm8 >> 7;
  const std::uint32_t b = imm8 >> 6 & 1;
  const std::uint32_t repeated = b != 0 ? (1u << (exponent_bits - 3)) - 1 : 0;
  const std::uint32_t exponent = (b ^ 1) << (exponent_bits - 1) | repeated << 2 | (imm8 >> 4 & 3);
  const unsigned fraction_bits = 31 - exponent_bits;
  return sign << 31 | exponent << fraction_bits | (imm8 & 0xf) << (fraction_bits - 4);
}
constexpr bool FpImmSingle(Insn& in, const Fields& f) {
  in.imm = expand_float(in.imm, 8);
  return Fp(in, f);
}
constexpr bool FpImmDouble(Insn& in, const Fields& f) {
  in.imm = expand_float(in.imm, 11);
  return Fp(in, f);
}

/// Fixed point: imm becomes the number of fraction bits; the field is imm4:j.
constexpr bool fixed_point(Insn& in, const Fields& f, std::uint32_t width) {
  const std::uint32_t field = in.imm << 1 | f('j');
  in.imm = width - field;
  return field <= width && Fp(in, f);
}
constexpr bool FpFixed16(Insn& in, const Fields& f) { return fixed_point(in, f, 16); }
constexpr bool FpFixed32(Insn& in, const Fields& f) { return fixed_point(in, f, 32); }

/// VLDR, VSTR (A7.7).
constexpr bool FpTransfer(Insn& in, const Fields& f) {
  in.imm *= 4;
  return in.n != 15 && Fp(in, f);
}
constexpr bool FpLiteral(Insn& in, const Fields& f) { return LiteralX4(in, f) && Fp(in, f); }

/// VLDM, VSTM (A7.7): imm is the number of words. An odd one for doubles is the
/// deprecated FLDMX, whose last word is skipped.
constexpr bool FpListSingle(Insn& in, const Fields& f) {
  Fp(in, f);
  return in.n != 15 && in.imm != 0 && in.d + in.imm <= 32;
}
constexpr bool FpListDouble(Insn& in, const Fields&) {
  const std::uint32_t registers = in.imm / 2;
  return in.n != 15 && registers != 0 && in.d + registers <= 16;
}
/// Decrement before: always with writeback.
constexpr void set_down(Insn& in) {
  in.add = false;
  in.writeback = true;
}
constexpr bool FpDownSingle(Insn& in, const Fields& f) {
  set_down(in);
  return FpListSingle(in, f);
}
constexpr bool FpDownDouble(Insn& in, const Fields& f) {
  set_down(in);
  return FpListDouble(in, f);
}
/// VPOP and VPUSH: the base is implied.
constexpr bool FpPopSingle(Insn& in, const Fields& f) {
  in.n = 13;
  in.writeback = true;
  return FpListSingle(in, f);
}
constexpr bool FpPopDouble(Insn& in, const Fields& f) {
  in.n = 13;
  in.writeback = true;
  return FpListDouble(in, f);
}
constexpr bool FpPushSingle(Insn& in, const Fields& f) {
  in.n = 13;
  return FpDownSingle(in, f);
}
constexpr bool FpPushDouble(Insn& in, const Fields& f) {
  in.n = 13;
  return FpDownDouble(in, f);
}

/// One core register, d, and one FP register or none.
constexpr bool FpCore(Insn& in, const Fields& f) {
  Fp(in, f);
  return is_rgpr(in.d);
}
/// A word of a double: n becomes the number of the single that is the same word.
constexpr bool FpScalar(Insn& in, const Fields& f) {
  in.n = single_register(in.n, f('x'));
  return is_rgpr(in.d);
}
/// Two core registers, d and a, to a double or to two consecutive singles from m on.
constexpr bool FpFromTwo(Insn& in, const Fields& f) {
  Fp(in, f);
  return is_rgpr(in.d) && is_rgpr(in.a) && !(f.has('M') && in.m == 31);
}
constexpr bool FpToTwo(Insn& in, const Fields& f) { return FpFromTwo(in, f) && in.d != in.a; }

}  // namespace sramscope::isa::forms
