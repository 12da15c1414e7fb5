#pragma once

#include <cstdint>

#include "isa/alu.h"
#include "isa/encoding.h"
#include "isa/insn.h"

/// The last column of the .def tables: how a row's operands become an Insn. decode() has already
/// put the fields with a conventional letter into place (encoding.h); a form does the rest, so that
/// whatever depends only on the encoding and the address is worked out once, at decode, and never
/// per executed instruction.
///
/// A form returns false for an encoding that is UNDEFINED, and so is one that is UNPREDICTABLE:
/// real cores differ on those, compilers never emit them, and a program that meets one has lost its
/// way, which we want to tell it. LLVM tells them apart likewise (capstone accepts them), and it
/// keeps SP and PC away from semantics that cannot hold them. Exceptions, executed because all
/// cores and tools agree on a meaning, say so at the form. What cannot be seen from one instruction
/// (a branch inside an IT block that is not the last) is not checked. The forms of vfp.def are in
/// float_forms.h.
namespace sramscope::isa::forms {

/// Not SP, not PC. An absent register passes.
constexpr bool is_rgpr(unsigned reg) { return reg != 13 && reg != 15; }
constexpr bool all_rgpr(const Insn& in) {
  return is_rgpr(in.d) && is_rgpr(in.n) && is_rgpr(in.m) && is_rgpr(in.a);
}

/// Two's complement value of the low `bits` of `value`.
constexpr std::uint32_t sign_extend(std::uint32_t value, unsigned bits) {
  const std::uint32_t sign = 1u << (bits - 1);
  return (value ^ sign) - sign;
}

// ---- data processing ----------------------------------------------------------------------------

/// The fields are the operands.
constexpr bool Plain(Insn&, const Fields&) { return true; }

/// 16 bit: sets the flags outside IT blocks (A6.7, "setflags = !InITBlock()"). 32 bit: neither SP
/// nor PC (A5.1.2).
constexpr bool Data(Insn& in, const Fields& f) {
  if (in.size == 4) return all_rgpr(in);
  in.sets_flags = !f.in_it;
  return true;
}

/// Two-register forms: d is also the first, or the second, operand.
constexpr bool DataDn(Insn& in, const Fields& f) {
  in.n = in.d;
  return Data(in, f);
}
constexpr bool DataDm(Insn& in, const Fields& f) {
  in.m = in.d;
  return Data(in, f);
}

constexpr bool set_shift(Insn& in, std::uint32_t type, std::uint32_t imm5) {
  const DecodedShift shift = decode_imm_shift(type, imm5);
  in.shift_type = shift.type;
  in.shift_n = shift.amount;
  in.imm = 0;
  return true;
}

constexpr bool LslImm(Insn& in, const Fields& f) {
  return set_shift(in, kLsl, in.imm) && Data(in, f);
}
constexpr bool LsrImm(Insn& in, const Fields& f) {
  return set_shift(in, kLsr, in.imm) && Data(in, f);
}
constexpr bool AsrImm(Insn& in, const Fields& f) {
  return set_shift(in, kAsr, in.imm) && Data(in, f);
}
constexpr bool RorImm(Insn& in, const Fields& f) {
  return set_shift(in, kRor, in.imm) && Data(in, f);
}

/// ADD (register) T2, the only one that reaches high registers: ADD PC, PC is UNPREDICTABLE
/// (A7.7.4).
constexpr bool HighAdd(Insn& in, const Fields&) {
  in.n = in.d;
  return !(in.d == 15 && in.m == 15);
}
/// CMP (register) T2 (A7.7.28). Two low registers are UNPREDICTABLE on paper, but mean the same
/// everywhere.
constexpr bool HighCmp(Insn& in, const Fields&) { return in.n != 15 && in.m != 15; }

/// Operand 2 a register shifted by a constant (A5.3.11): S-prefixed comparisons included.
constexpr bool ShiftReg(Insn& in, const Fields&) {
  return set_shift(in, in.shift_type, in.imm) && all_rgpr(in);
}
/// CMP and CMN (register): Rn may be SP.
constexpr bool ShiftRegCmp(Insn& in, const Fields&) {
  set_shift(in, in.shift_type, in.imm);
  return in.n != 15 && is_rgpr(in.m);
}
/// ADD and SUB (register), with the forms "SP plus register" (A7.7.6, A7.7.173): SP is a result
/// only of SP and a shift by LSL #0..3.
constexpr bool ShiftRegSp(Insn& in, const Fields& f) {
  if (in.n != 13) return ShiftReg(in, f);
  set_shift(in, in.shift_type, in.imm);
  if (in.d == 13 && (in.shift_type != kLsl || in.shift_n > 3)) return false;
  return in.d != 15 && is_rgpr(in.m);
}
/// MOV (register) T3 (A7.7.77): without S, one of the two may be SP.
constexpr bool MovReg(Insn& in, const Fields&) {
  if (in.sets_flags) return all_rgpr(in);
  return in.d != 15 && in.m != 15 && !(in.d == 13 && in.m == 13);
}

/// Modified immediates (A5.3.2).
constexpr bool expand(Insn& in) {
  const ExpandedImm imm = thumb_expand_imm(in.imm);
  in.imm = imm.value;
  in.imm_sets_carry = imm.sets_carry;
  in.imm_carry = imm.carry;
  return !imm.unpredictable;
}
constexpr bool ModImm(Insn& in, const Fields&) { return expand(in) && all_rgpr(in); }
constexpr bool ModImmCmp(Insn& in, const Fields&) { return expand(in) && in.n != 15; }
/// ADD and SUB (immediate), with the forms "SP plus immediate".
constexpr bool ModImmSp(Insn& in, const Fields&) {
  return expand(in) && in.n != 15 && in.d != 15 && (in.d != 13 || in.n == 13);
}
/// ADDW, SUBW: a plain 12-bit immediate.
constexpr bool Imm12Sp(Insn& in, const Fields&) {
  return in.n != 15 && in.d != 15 && (in.d != 13 || in.n == 13);
}
/// MOVW, MOVT: imm4 is 'j' and stands above i:imm3:imm8.
constexpr bool Imm16(Insn& in, const Fields& f) {
  in.imm |= f('j') << 12;
  return all_rgpr(in);
}
/// ADR: the address itself.
constexpr bool AdrAdd(Insn& in, const Fields& f) {
  in.imm = f.aligned_pc() + in.imm;
  return all_rgpr(in);
}
constexpr bool AdrSub(Insn& in, const Fields& f) {
  in.imm = f.aligned_pc() - in.imm;
  return all_rgpr(in);
}
/// ADR T1.
constexpr bool AdrX4(Insn& in, const Fields& f) {
  in.imm = f.aligned_pc() + in.imm * 4;
  return true;
}

/// SSAT: imm becomes the width 1..32, 'h' selects ASR. ASR #0 is SSAT16, a row of its own where it
/// exists.
constexpr bool SatSigned(Insn& in, const Fields& f) {
  if (f('h') != 0 && in.imm == 0) return false;
  set_shift(in, f('h') * kAsr, in.imm);
  in.imm = f('s') + 1;
  return all_rgpr(in);
}
/// USAT: width 0..31.
constexpr bool SatUnsigned(Insn& in, const Fields& f) {
  if (f('h') != 0 && in.imm == 0) return false;
  set_shift(in, f('h') * kAsr, in.imm);
  in.imm = f('s');
  return all_rgpr(in);
}

/// Bit fields: shift_n is the lsb, imm a mask as wide as the field, at bit 0.
constexpr bool set_bit_field(Insn& in, std::uint32_t lsb, std::uint32_t msb) {
  if (msb > 31 || msb < lsb) return false;
  in.shift_n = static_cast<std::uint8_t>(lsb);
  in.imm = 0xffffffffu >> (31 - (msb - lsb));
  return all_rgpr(in);
}
/// SBFX, UBFX: 'w' is the width minus one.
constexpr bool Extract(Insn& in, const Fields& f) {
  return set_bit_field(in, in.imm, in.imm + f('w'));
}
/// BFI, BFC: 'w' is the msb.
constexpr bool Insert(Insn& in, const Fields& f) { return set_bit_field(in, in.imm, f('w')); }

/// Extends: shift_n is the rotation; 'r' counts bytes.
constexpr bool Rotated(Insn& in, const Fields& f) {
  in.shift_n = static_cast<std::uint8_t>(f('r') * 8);
  return all_rgpr(in);
}
/// CLZ, RBIT, REV ...: Rm is encoded twice, and must be the same.
constexpr bool TwiceRm(Insn& in, const Fields&) {
  const bool same = in.n == in.m;
  in.n = kNoReg;
  return same && all_rgpr(in);
}
/// 64-bit products: d is RdLo, a is RdHi.
constexpr bool LongProduct(Insn& in, const Fields&) { return in.d != in.a && all_rgpr(in); }

// ---- loads and stores ---------------------------------------------------------------------------

constexpr bool ImmX2(Insn& in, const Fields&) {
  in.imm *= 2;
  return true;
}
constexpr bool ImmX4(Insn& in, const Fields&) {
  in.imm *= 4;
  return true;
}
/// 16-bit SP-relative: n is implied; with SpSpX4 d as well.
constexpr bool SpX4(Insn& in, const Fields&) {
  in.n = 13;
  in.imm *= 4;
  return true;
}
constexpr bool SpSpX4(Insn& in, const Fields& f) {
  in.d = 13;
  return SpX4(in, f);
}

/// What all 32-bit single transfers share: 's' shifts the index left; neither index nor writeback
/// is UNDEFINED; the written base is not also transferred.
constexpr bool single_transfer(Insn& in, const Fields& f) {
  in.shift_n = static_cast<std::uint8_t>(f('s'));
  return (in.index || in.writeback) && !(in.writeback && in.n == in.d) && is_rgpr(in.m);
}
/// Bytes, halfwords and unprivileged words: Rt is neither SP nor PC.
constexpr bool Narrow(Insn& in, const Fields& f) { return single_transfer(in, f) && is_rgpr(in.d); }
/// LDR may load SP and PC, STR may store SP.
constexpr bool LoadWord(Insn& in, const Fields& f) { return single_transfer(in, f); }
constexpr bool StoreWord(Insn& in, const Fields& f) { return single_transfer(in, f) && in.d != 15; }

/// Literals: imm is the absolute address.
constexpr void set_literal(Insn& in, const Fields& f) {
  in.imm = in.add ? f.aligned_pc() + in.imm : f.aligned_pc() - in.imm;
  in.add = true;
}
constexpr bool LiteralX4(Insn& in, const Fields& f) {
  in.imm *= 4;
  set_literal(in, f);
  return true;
}
constexpr bool LiteralWord(Insn& in, const Fields& f) {
  set_literal(in, f);
  return true;
}
constexpr bool LiteralNarrow(Insn& in, const Fields& f) {
  set_literal(in, f);
  return is_rgpr(in.d);
}
constexpr bool LiteralDual(Insn& in, const Fields& f) {
  in.imm *= 4;
  set_literal(in, f);
  return is_rgpr(in.d) && is_rgpr(in.a) && in.d != in.a;
}

/// LDRD, STRD: Rt is d, Rt2 is a.
constexpr bool dual_transfer(Insn& in) {
  in.imm *= 4;
  if (!in.index && !in.writeback) return false;
  if (in.writeback && (in.n == in.d || in.n == in.a)) return false;
  return in.n != 15 && is_rgpr(in.d) && is_rgpr(in.a);
}
constexpr bool LoadTwo(Insn& in, const Fields&) { return dual_transfer(in) && in.d != in.a; }
constexpr bool StoreTwo(Insn& in, const Fields&) { return dual_transfer(in); }

/// LDREX, STREX and friends, LDA, STL: word offset; a, the status, differs from the other
/// registers.
constexpr bool Exclusive(Insn& in, const Fields&) {
  in.imm *= 4;
  return in.n != 15 && is_rgpr(in.d) && is_rgpr(in.a) && in.a != in.n && in.a != in.d;
}

/// TBB, TBH: the table may stand at PC.
constexpr bool Table(Insn& in, const Fields&) { return in.n != 13 && is_rgpr(in.m); }

/// PLD, PLI.
constexpr bool Hinted(Insn& in, const Fields& f) {
  in.shift_n = static_cast<std::uint8_t>(f('s'));
  return is_rgpr(in.m);
}
constexpr bool HintedDown(Insn& in, const Fields&) {
  in.add = false;
  return true;
}
constexpr bool HintedLiteral(Insn& in, const Fields& f) {
  set_literal(in, f);
  return true;
}

/// 16-bit LDM, STM, PUSH, POP: 'l' is LR or PC. An empty list is UNPREDICTABLE.
constexpr bool LoadList16(Insn& in, const Fields&) {
  in.writeback = (in.imm >> in.n & 1) == 0;
  return in.imm != 0;
}
constexpr bool StoreList16(Insn& in, const Fields&) {
  in.writeback = true;
  return in.imm != 0;
}
constexpr bool stack_list(Insn& in, std::uint32_t extra) {
  in.n = 13;
  in.writeback = true;
  in.imm |= extra;
  return in.imm != 0;
}
constexpr bool PushList(Insn& in, const Fields& f) { return stack_list(in, f('l') << 14); }
constexpr bool PopList(Insn& in, const Fields& f) { return stack_list(in, f('l') << 15); }

/// 32-bit LDM, STM (A7.7.41, A7.7.159): at least two registers, never SP, not both LR and PC, PC
/// only loaded, the written base not in the list.
constexpr bool list32(Insn& in, const Fields& f) {
  in.imm = f.word & 0xffff;
  const bool base_in_list = (in.imm >> (in.n & 15) & 1) != 0;
  return in.n != 15 && std::popcount(in.imm) >= 2 && !(in.writeback && base_in_list);
}
constexpr bool LoadList(Insn& in, const Fields& f) {
  return list32(in, f) && (in.imm & 0x2000) == 0 && (in.imm & 0xc000) != 0xc000;
}
constexpr bool StoreList(Insn& in, const Fields& f) {
  return list32(in, f) && (in.imm & 0xa000) == 0;
}
/// PUSH.W, POP.W: base and writeback are implied.
constexpr bool PushList32(Insn& in, const Fields& f) {
  in.n = 13;
  in.writeback = true;
  return StoreList(in, f);
}
constexpr bool PopList32(Insn& in, const Fields& f) {
  in.n = 13;
  in.writeback = true;
  return LoadList(in, f);
}

// ---- branches and system ------------------------------------------------------------------------

constexpr bool branch_to(Insn& in, const Fields& f, std::uint32_t offset) {
  in.imm = f.pc() + offset;
  return true;
}
/// B T1, T3, CBZ: UNPREDICTABLE inside an IT block. Their conditions 14 and 15 are other
/// instructions.
constexpr bool BranchT1(Insn& in, const Fields& f) {
  return !f.in_it && branch_to(in, f, sign_extend(in.imm, 8) * 2);
}
constexpr bool BranchT2(Insn& in, const Fields& f) {
  return branch_to(in, f, sign_extend(in.imm, 11) * 2);
}
/// S:J2:J1:imm6:imm11; 's' is S, 'j' J1, 'k' J2.
constexpr bool BranchT3(Insn& in, const Fields& f) {
  if (in.cond >= 14 || f.in_it) return false;
  const std::uint32_t offset = f('s') << 19 | f('k') << 18 | f('j') << 17 | in.imm;
  return branch_to(in, f, sign_extend(offset, 20) * 2);
}
/// S:I1:I2:imm10:imm11 with I = NOT(J EOR S).
constexpr bool BranchT4(Insn& in, const Fields& f) {
  const std::uint32_t s = f('s');
  const std::uint32_t i1 = f('j') ^ s ^ 1;
  const std::uint32_t i2 = f('k') ^ s ^ 1;
  return branch_to(in, f, sign_extend(s << 23 | i1 << 22 | i2 << 21 | in.imm, 24) * 2);
}
constexpr bool CompareZero(Insn& in, const Fields& f) {
  return !f.in_it && branch_to(in, f, in.imm * 2);
}
/// Hints of 32 and 16 bits: imm is the number, 0 NOP, 1 YIELD, 2 WFE, 3 WFI, 4 SEV.
constexpr bool Hint(Insn& in, const Fields& f) {
  in.imm = f.encoding.size() == 2 ? f.word >> 4 & 0xf : f.word & 0xff;
  return true;
}
/// BX, BLX (register): the target is m.
constexpr bool Register(Insn& in, const Fields&) { return in.m != 15; }
/// BXNS, BLXNS: neither SP nor PC.
constexpr bool SecureRegister(Insn& in, const Fields&) { return is_rgpr(in.m); }
/// TT, TTT, TTA, TTAT: any address but PC's.
constexpr bool TestTarget(Insn& in, const Fields&) { return in.n != 15 && is_rgpr(in.d); }

/// IT: imm is the mask. Condition 15, and "always" with an else, are UNPREDICTABLE, as is IT in IT
/// (A7.7.38).
constexpr bool IfThen(Insn& in, const Fields& f) {
  in.imm = f('k');
  const bool one_bit = (in.imm & (in.imm - 1)) == 0;
  return !f.in_it && in.cond != 15 && (in.cond != 14 || one_bit);
}
/// CPS: imm is the whole encoding. FAULTMASK (F) exists from v7-M on (B5.2.1).
constexpr bool ChangeState(Insn& in, const Fields& f) {
  in.imm = f.word;
  if (f('F') != 0 && !f.arch.has(Since::V7M)) return false;
  return !f.in_it && (f('I') != 0 || f('F') != 0);
}

/// Coprocessors: imm is the number of the one meant. 10 and 11 are the FPU: what reaches these rows
/// on a core that has one is no instruction of it, and UNDEFINED.
constexpr bool Coprocessor(Insn& in, const Fields& f) {
  in.imm = f('p');
  return !(f.arch.has(Since::FP) && (in.imm == 10 || in.imm == 11));
}
/// LDC, STC: what would be neither indexed nor written back nor upwards is UNDEFINED (A5.3.18).
constexpr bool CoprocessorMemory(Insn& in, const Fields& f) {
  const bool allocated = f('P') != 0 || f('U') != 0 || f('W') != 0;
  in.n = kNoReg;
  in.writeback = false;
  return allocated && Coprocessor(in, f);
}
/// VLSTM, VLLDM: imm is the number of words, S0-S15 and FPSCR. Without an FPU they do nothing.
constexpr bool FpContext(Insn& in, const Fields& f) {
  in.imm = f.arch.has(Since::FP) ? 17 : 0;
  return in.n != 15;
}

/// Special registers by SYSm (B5.1.1): 0-3 the PSRs, 5-7, MSP, PSP, MSPLIM, PSPLIM, PRIMASK,
/// BASEPRI, BASEPRI_MAX, FAULTMASK, CONTROL. With bit 7 set the Non-secure ones of ARMv8-M, where
/// SP_NS is one more; the limits of the Non-secure stacks and all about fault priorities are
/// Mainline's.
constexpr bool special_exists(std::uint32_t sysm, const Arch& arch) {
  if ((sysm & 0x80) != 0) {
    const std::uint32_t number = sysm & 0x7f;
    if (number == 8 || number == 9 || number == 16 || number == 20 || number == 24) {
      return arch.has(Since::V8MB);
    }
    return arch.has(Since::V8MM) && (number == 10 || number == 11 || number == 17 || number == 19);
  }
  if (sysm == 10 || sysm == 11) return arch.has(Since::V8MB);
  if (sysm >= 17 && sysm <= 19) return arch.has(Since::V7M);
  return (sysm <= 9 && sysm != 4) || sysm == 16 || sysm == 20;
}
/// MRS: imm is SYSm.
constexpr bool ReadSpecial(Insn& in, const Fields& f) {
  in.imm = f('s');
  return special_exists(in.imm, f.arch) && is_rgpr(in.d);
}
/// MSR: imm is mask:SYSm, mask in bits 9:8 (bit 1 NZCVQ, bit 0 GE). The mask is 2 but for the PSRs
/// of cores with DSP.
constexpr bool WriteSpecial(Insn& in, const Fields& f) {
  const std::uint32_t mask = f('x');
  in.imm = mask << 8 | f('s');
  if (mask != 2 && (mask == 0 || f('s') > 3 || !f.arch.has(Since::V7EM))) return false;
  return special_exists(f('s'), f.arch) && is_rgpr(in.n);
}

}  // namespace sramscope::isa::forms
