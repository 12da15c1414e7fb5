#pragma once

#include "isa/operand_forms.h"
#include "tests/differential/unpredictable_operands.h"

/// Where the decoder and capstone 4.0.2 differ, and why we are right.
namespace sramscope::testing {

/// The sweep in which a difference must show up, or the entry is not needed.
enum class Scope { narrow, wide_rows, wide_sample };

struct KnownDifference {
  Scope scope;
  std::string_view reason;
  bool (*explains)(const DecodeCase&);
};

namespace known {

using isa::Op;
using isa::Timing;

// ---- differences in taste -----------------------------------------------------------------------

inline bool trap_alias(const DecodeCase& c) { return c.word() == 0xdefe && c.mnemonic == "trap"; }
inline bool adr_alias(const DecodeCase& c) {
  return (c.in.op == Op::ADR_T2 && c.mnemonic == "subw") ||
         (c.in.op == Op::ADR_T3 && c.mnemonic == "addw");
}
inline bool wide_immediate_suffix(const DecodeCase& c) {
  return (c.in.op == Op::MOV_imm_T3 && c.mnemonic == "movw") ||
         (c.in.op == Op::ADD_imm_T4 && c.mnemonic == "addw") ||
         (c.in.op == Op::SUB_imm_T4 && c.mnemonic == "subw");
}
inline bool scalar_size_suffix(const DecodeCase& c) {
  return (c.in.op == Op::VMOV_scalar_Rt || c.in.op == Op::VMOV_Rt_scalar) &&
         c.mnemonic == "vmov.32";
}
inline bool fldmx(const DecodeCase& c) {
  const bool doubles = c.ours() && isa::facts(c.in.op).name.ends_with("_D");
  const bool multiple = c.mnemonic.starts_with("fldm") || c.mnemonic.starts_with("fstm");
  return doubles && multiple && (c.in.imm & 1) != 0;
}
inline bool memory_hint(const DecodeCase& c) {
  const bool unnamed = !c.theirs() || c.mnemonic == "pld";
  return c.ours() && unnamed && (c.named("MEMHINT") || c.in.op == Op::PLDW_lit_T1);
}
inline bool security_extension(const DecodeCase& c) {
  switch (c.in.op) {
    case Op::SG_T1:
      return c.mnemonic == "ldrd";
    case Op::TT_T1:
    case Op::TTT_T1:
    case Op::TTA_T1:
    case Op::TTAT_T1:
      return c.mnemonic == "strex";
    case Op::BXNS_T1:
      return c.mnemonic == "bx";
    case Op::VLSTM_T1:
    case Op::VLLDM_T1:
    case Op::BLXNS_T1:
      return !c.theirs();
    default:
      return false;
  }
}
/// MSPLIM, PSPLIM, BASEPRI_NS ...
inline bool v8m_special_register(const DecodeCase& c) {
  const std::uint32_t sysm = c.word() & 0xff;
  return (c.in.op == Op::MRS_T1 || c.in.op == Op::MSR_T1) && !c.theirs() &&
         (sysm >= 0x80 || sysm == 10 || sysm == 11);
}

// ---- other cores --------------------------------------------------------------------------------

/// Matches a row of the table that this core lacks, or one that only a row that it lacks
/// specialises.
inline bool core_lacks(const DecodeCase& c) {
  const isa::Row* row = matching_row(c.words, kEverything);
  const bool in_fpu = c.row != nullptr && is_coprocessor_row(c.row->op);
  return !c.ours() && row != c.row && !in_fpu;
}
/// FP instructions of a core without FPU are those of coprocessors that are not there, and so are
/// those of D16-D31 and whatever capstone sees in the space of the FPU.
inline bool absent_coprocessor(const DecodeCase& c) {
  const std::uint32_t number = coprocessor_of(c.word());
  return c.ours() && is_coprocessor_row(c.in.op) && !c.arch->fp && (number == 10 || number == 11);
}
inline bool advanced_simd(const DecodeCase& c) {
  const std::uint32_t top = c.word() >> 24;
  const bool data = top == 0xef || top == 0xff;
  const bool memory = top == 0xf9 && (c.word() >> 20 & 1) == 0;
  return c.row == nullptr && (data || memory);
}
/// In the FPU's own space: registers that no M-profile FPU has, and instructions that are not
/// floating-point ones.
inline bool not_this_fpu(const DecodeCase& c) {
  const auto is_foreign = [](std::string_view word) {
    if (word.size() < 2 || std::isdigit(static_cast<unsigned char>(word[1])) == 0) return false;
    return word[0] == 'q' || (word[0] == 'd' && word.size() == 3 && word.substr(1) >= "16");
  };
  if (c.ours() || !in_coprocessor_space(c.word())) return false;
  const std::string& name = c.mnemonic;
  const bool generic = name.starts_with("cdp") || name.starts_with("mcr") ||
                       name.starts_with("mrc") || name.starts_with("mrrc") ||
                       name.starts_with("ldc") || name.starts_with("stc");
  const bool lane = name.starts_with("vmov.") || name.starts_with("vdup.");
  return generic || lane || any_word(c.operands, is_foreign);
}
/// Rows of the FPU that this one lacks: doubles on a single-precision one, VSEL on FPv4.
inline bool fpu_lacks(const DecodeCase& c) {
  const isa::Row* row = matching_row(c.words, kEverything);
  return !c.ours() && c.row != nullptr && is_coprocessor_row(c.row->op) && row != c.row;
}
inline bool fpu_system_register(const DecodeCase& c) {
  const bool system = c.mnemonic == "vmrs" || c.mnemonic == "vmsr";
  return !c.ours() && system && (c.word() >> 16 & 0xf) != 1;
}
inline bool hypervisor(const DecodeCase& c) {
  return !c.ours() && (c.mnemonic == "hvc" || c.mnemonic == "smc");
}

}  // namespace known

inline constexpr KnownDifference kKnownDifferences[] = {
    {Scope::narrow, "UDF #0xfe is what capstone calls trap", known::trap_alias},
    {Scope::wide_rows, "ADR is shown as ADDW or SUBW of pc", known::adr_alias},
    {Scope::wide_rows, "MOVW, ADDW, SUBW are Arm's names for these encodings",
     known::wide_immediate_suffix},
    {Scope::wide_rows, "VMOV of a scalar is shown with its size", known::scalar_size_suffix},
    {Scope::wide_rows, "VLDM, VSTM of an odd number of words are FLDMX, FSTMX", known::fldmx},
    {Scope::wide_rows, "unallocated memory hints pass time (A5.3.9)", known::memory_hint},
    {Scope::narrow, "the Security Extension is unknown to capstone 4", known::security_extension},
    {Scope::wide_rows, "special registers of ARMv8-M are unknown to capstone 4",
     known::v8m_special_register},
    {Scope::wide_sample, "the core lacks it; capstone knows no cores", known::core_lacks},
    {Scope::wide_sample, "FP on a core without FPU: a coprocessor that is absent (NOCP)",
     known::absent_coprocessor},
    {Scope::wide_sample, "Advanced SIMD is not in the M profile", known::advanced_simd},
    {Scope::wide_sample, "the FPU lacks it: doubles, or additions of FPv5", known::fpu_lacks},
    {Scope::wide_sample, "D16-D31, Q registers and raw coprocessor access to the FPU",
     known::not_this_fpu},
    {Scope::wide_sample, "FPSCR is the only register of VMRS and VMSR (A7.7.257)",
     known::fpu_system_register},
    {Scope::wide_sample, "HVC and SMC are not in the M profile", known::hypervisor},
    {Scope::wide_sample, "UNPREDICTABLE: should-be bits", unpredictable::should_be_bits},
    {Scope::wide_rows, "UNPREDICTABLE: SP or PC in data processing (A5.1.2)",
     unpredictable::data_processing},
    {Scope::wide_rows,
     "UNPREDICTABLE: ADD and SUB: PC, SP as the result of another register, SP or PC shifted",
     unpredictable::add_sub},
    {Scope::wide_rows, "UNPREDICTABLE: ADD and SUB: SP plus a register shifted by more than LSL #3",
     unpredictable::shifted_to_sp},
    {Scope::wide_rows, "UNPREDICTABLE: CMP and CMN: PC, and SP as the second register",
     unpredictable::compare},
    {Scope::wide_rows, "UNPREDICTABLE: MOV.W: PC, SP to SP, SP with S", unpredictable::move},
    {Scope::wide_rows, "UNPREDICTABLE: loads and stores of SP or PC, but for LDR and STR of words",
     unpredictable::transferred},
    {Scope::wide_rows, "UNPREDICTABLE: SP or PC as an index", unpredictable::index_register},
    {Scope::wide_rows, "UNPREDICTABLE: PC as a base", unpredictable::base_register},
    {Scope::wide_rows, "UNPREDICTABLE: SP in a list, PC in one that is stored, PC as its base",
     unpredictable::listed},
    {Scope::wide_rows, "UNPREDICTABLE: TBB and TBH: a table at SP, SP or PC as the index",
     unpredictable::table},
    {Scope::narrow, "UNPREDICTABLE: BX and BLX of PC, BXNS and BLXNS of SP, ADD PC, PC",
     unpredictable::branch_register},
    {Scope::wide_rows, "UNPREDICTABLE: SP or PC to or from a special or FP register",
     unpredictable::system_register_operand},
    {Scope::wide_rows, "UNPREDICTABLE: register list", unpredictable::register_list},
    {Scope::wide_rows, "UNPREDICTABLE: the written base is transferred",
     unpredictable::written_base},
    {Scope::wide_rows, "UNPREDICTABLE: two results in one register",
     unpredictable::same_destination},
    {Scope::wide_rows, "UNPREDICTABLE: Rm encoded twice, differently",
     unpredictable::operand_twice},
    {Scope::wide_rows, "UNPREDICTABLE: bit field beyond bit 31", unpredictable::bit_field},
    {Scope::wide_sample, "UNPREDICTABLE: immediate of zero bytes repeated",
     unpredictable::doubled_zero},
    {Scope::wide_rows, "UNPREDICTABLE: MRS and MSR: SYSm that is not allocated",
     unpredictable::special_unallocated},
    {Scope::wide_rows, "UNPREDICTABLE: MRS and MSR: BASEPRI and FAULTMASK without main extension",
     unpredictable::special_of_main},
    {Scope::wide_rows, "UNPREDICTABLE: MSR: a mask that is not 0b10, nor GE with DSP",
     unpredictable::special_mask},
    {Scope::narrow, "UNPREDICTABLE: IT with condition 15, or AL with else", unpredictable::if_then},
    {Scope::narrow, "UNPREDICTABLE: CPS of nothing", unpredictable::empty_cps},
    {Scope::narrow, "FAULTMASK is ARMv7-M's and ARMv8-M Mainline's", unpredictable::fault_mask},
    {Scope::wide_rows, "UNPREDICTABLE: FP registers beyond the last", unpredictable::fp_list},
    {Scope::wide_rows, "UNPREDICTABLE: fixed point with more fraction bits than width",
     unpredictable::fraction_bits},
};

}  // namespace sramscope::testing
