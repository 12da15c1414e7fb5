#pragma once

#include "tests/differential/decode_case.h"

/// Where the manual makes SP, PC or a special register as an operand UNPREDICTABLE, which is
/// UNDEFINED here: its conditions, instruction class by instruction class, written a second time
/// (ARM ARM DDI 0403E, A5.1.2 and A7.7).
namespace sramscope::testing::unpredictable {

inline bool bad(std::uint32_t reg) { return reg == 13 || reg == 15; }
inline bool bad_field(const DecodeCase& c, char letter) {
  return c.has(letter) && bad(c.field(letter));
}
inline bool any_bad(const DecodeCase& c, std::string_view letters) {
  return std::any_of(letters.begin(), letters.end(),
                     [&](char letter) { return bad_field(c, letter); });
}
inline bool base_is_pc(const DecodeCase& c) { return c.has('n') && c.field('n') == 15; }
inline bool wide_rejected(const DecodeCase& c) { return c.rejected() && c.words.first >= 0xe800; }

inline bool is_memory(Timing timing) { return timing >= Timing::Load && timing <= Timing::Preload; }
inline bool is_fp(Timing timing) { return timing >= Timing::FpAlu && timing <= Timing::FpSystem; }

/// ADD and SUB of immediates and shifted registers: these have forms with SP.
inline bool is_add_sub(const DecodeCase& c) { return c.named("ADD_") || c.named("SUB_"); }
inline bool is_compare_sp(const DecodeCase& c) { return c.named("CMP_") || c.named("CMN_"); }

/// "if d IN {13,15} || n IN {13,15} || m IN {13,15} then UNPREDICTABLE", and a likewise.
inline bool data_processing(const DecodeCase& c) {
  const bool applies = wide_rejected(c) && c.timing() <= Timing::Div && !is_add_sub(c) &&
                       !is_compare_sp(c) && !c.named("MOV_reg_T3");
  return applies && any_bad(c, "dnbma");
}
/// ADD and SUB: PC is no operand; SP a result of SP only; the second register neither (A7.7.3 to
/// A7.7.6).
inline bool add_sub(const DecodeCase& c) {
  if (!wide_rejected(c) || !is_add_sub(c)) return false;
  const bool sp_from_other = c.field('d') == 13 && c.field('n') != 13;
  return c.field('d') == 15 || base_is_pc(c) || sp_from_other || bad_field(c, 'm');
}
/// ADD and SUB (SP plus register): SP is a result with LSL #0 to #3 only.
inline bool shifted_to_sp(const DecodeCase& c) {
  if (!wide_rejected(c) || !is_add_sub(c) || !c.has('m')) return false;
  return c.field('d') == 13 && c.field('n') == 13 && (c.field('y') != 0 || c.field('i') > 3);
}
/// CMP and CMN: Rn may be SP; CMP (register) T2 lets both be (A7.7.25 to A7.7.28).
inline bool compare(const DecodeCase& c) {
  if (!c.rejected() || !is_compare_sp(c)) return false;
  const bool narrow = c.words.first < 0xe800;
  return base_is_pc(c) || (c.has('m') && (narrow ? c.field('m') == 15 : bad(c.field('m'))));
}
/// MOV (register) T3: one of the two may be SP, without S (A7.7.77).
inline bool move(const DecodeCase& c) {
  if (!c.rejected() || !c.named("MOV_reg_T3")) return false;
  const std::uint32_t d = c.field('d');
  const std::uint32_t m = c.field('m');
  return c.field('S') != 0 ? bad(d) || bad(m) : d == 15 || m == 15 || (d == 13 && m == 13);
}
/// Rt of bytes, halfwords, pairs, exclusive and unprivileged transfers is neither; that of STR is
/// not PC.
inline bool transferred(const DecodeCase& c) {
  if (!wide_rejected(c) || !is_memory(c.timing()) || c.timing() == Timing::Preload) return false;
  const bool word = c.named("LDR_") || c.named("STR_");
  return word ? c.named("STR_") && c.field('d') == 15 : any_bad(c, "da");
}
inline bool index_register(const DecodeCase& c) {
  return wide_rejected(c) && is_memory(c.timing()) && bad_field(c, 'm');
}
/// Only literals are relative to PC; the others have no literal form.
inline bool base_register(const DecodeCase& c) {
  return wide_rejected(c) && (is_memory(c.timing()) || is_fp(c.timing())) && base_is_pc(c);
}
/// LDM never loads SP, STM stores neither, and PC is no base (A7.7.41, A7.7.159).
inline bool listed(const DecodeCase& c) {
  if (!wide_rejected(c) || !is_list(c)) return false;
  const std::uint32_t never = c.timing() == Timing::LoadMultiple ? 0x2000 : 0xa000;
  return base_is_pc(c) || (c.word() & never) != 0;
}
/// TBB and TBH: the table is not at SP, the index neither (A7.7.185).
inline bool table(const DecodeCase& c) {
  return c.rejected() && c.timing() == Timing::TableBranch &&
         (c.field('n') == 13 || bad_field(c, 'm'));
}
/// BX, BLX and ADD (register) T2 of PC and PC; BXNS and BLXNS of SP as well.
inline bool branch_register(const DecodeCase& c) {
  if (!c.rejected() || c.words.first >= 0xe800) return false;
  if (c.named("ADD_reg_T2")) return c.field('d') == 15 && c.field('m') == 15;
  return c.timing() == Timing::BranchReg &&
         (c.field('m') == 15 || (c.named("BXNS") || c.named("BLXNS")));
}
/// MRS, MSR, VMRS, VMSR, VMOV of core registers; TT, whose address may be in SP.
inline bool system_register_operand(const DecodeCase& c) {
  if (!wide_rejected(c)) return false;
  if (c.named("TT")) return any_bad(c, "d") || base_is_pc(c);
  if (c.timing() == Timing::System) return any_bad(c, "dn");
  const bool moves = c.timing() == Timing::FpMove || c.timing() == Timing::FpMove2;
  return moves ? any_bad(c, "da") : c.timing() == Timing::FpSystem && bad_field(c, 'd');
}

// ---- MRS and MSR (B5.2.2, B5.2.3) ---------------------------------------------------------------

inline bool is_mrs_msr(const DecodeCase& c) {
  return c.rejected() && (c.named("MRS") || c.named("MSR"));
}
inline std::uint32_t sysm_of(const DecodeCase& c) { return c.word() & 0xff; }

/// SYSm that no architecture allocates; from 0x80 on Non-secure registers of ARMv8-M.
inline bool special_unallocated(const DecodeCase& c) {
  if (!is_mrs_msr(c)) return false;
  static constexpr std::uint8_t kAllocated[] = {0,    1,    2,    3,    5,    6,    7,   8,    9,
                                                10,   11,   16,   17,   18,   19,   20,  0x88, 0x89,
                                                0x8a, 0x8b, 0x90, 0x91, 0x93, 0x94, 0x98};
  return std::find(std::begin(kAllocated), std::end(kAllocated), sysm_of(c)) ==
         std::end(kAllocated);
}
/// BASEPRI, BASEPRI_MAX and FAULTMASK are not in ARMv6-M and ARMv8-M Baseline.
inline bool special_of_main(const DecodeCase& c) {
  return is_mrs_msr(c) && sysm_of(c) >= 17 && sysm_of(c) <= 19 && !c.arch->has(isa::Since::V7M);
}
/// MSR: the mask is 0b10, or with the DSP extension and for APSR also 0b01 (GE) and 0b11.
inline bool special_mask(const DecodeCase& c) {
  if (!is_mrs_msr(c) || !c.named("MSR")) return false;
  const std::uint32_t mask = c.word() >> 10 & 3;
  const bool writes_flags = sysm_of(c) <= 3;
  return mask == 0 || (mask != 2 && !(writes_flags && c.arch->has(isa::Since::V7EM)));
}

}  // namespace sramscope::testing::unpredictable
