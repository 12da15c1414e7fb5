#pragma once

#include <bit>
#include <cstdint>
#include <regex>
#include <string_view>

#include "isa/operand_forms.h"
#include "isa/rows.h"
#include "tests/support/capstone_decoder.h"

/// Where the decoder and capstone 4.0.2 differ, and why we are right. The words that we leave
/// UNDEFINED because they are UNPREDICTABLE are told by the manual's conditions, written out here a
/// second time from the fields.
namespace sramscope::testing {

/// One word on which they differ.
struct Case {
  isa::Insn in;  ///< our decoding
  std::uint32_t word = 0;
  Disassembled theirs;
  const isa::Row* row = nullptr;  ///< the row that the word matches, also when its form rejects it

  bool ours() const { return in.op != isa::Op::Undefined; }
  bool rejected() const { return !ours() && row != nullptr; }
  isa::Timing timing() const { return isa::facts(row->op).timing; }
  std::string_view name() const { return isa::facts(row->op).name; }
  std::uint32_t field(char letter) const { return row->encoding.gather(letter, word); }
  bool has(char letter) const { return row->encoding.has(letter); }
  bool named(std::string_view prefix) const { return row != nullptr && name().starts_with(prefix); }
};

/// The most specific row of a word on `arch`; forms are not asked.
inline const isa::Row* matching_row(std::uint32_t word, unsigned size, const isa::Arch& arch) {
  const isa::Row* best = nullptr;
  for (const isa::Row& row : isa::rows()) {
    if (row.encoding.size() != size || !row.encoding.matches(word)) continue;
    if (!arch.has(isa::facts(row.op).since)) continue;
    if (best == nullptr ||
        std::popcount(row.encoding.mask()) > std::popcount(best->encoding.mask())) {
      best = &row;
    }
  }
  return best;
}

/// The sweep in which a difference must show up, or the entry is not needed.
enum class Scope { narrow, wide_rows, wide_sample };

struct KnownDifference {
  Scope scope;
  std::string_view reason;
  bool (*explains)(const Case&);
};

namespace known {

using isa::Op;
using isa::Timing;

// ---- differences in taste -----------------------------------------------------------------------

inline bool trap_alias(const Case& c) { return c.word == 0xdefe && c.theirs.mnemonic == "trap"; }
inline bool adr_alias(const Case& c) {
  return (c.in.op == Op::ADR_T2 && c.theirs.mnemonic == "subw") ||
         (c.in.op == Op::ADR_T3 && c.theirs.mnemonic == "addw");
}
inline bool wide_immediate_suffix(const Case& c) {
  return (c.in.op == Op::MOV_imm_T3 && c.theirs.mnemonic == "movw") ||
         (c.in.op == Op::ADD_imm_T4 && c.theirs.mnemonic == "addw") ||
         (c.in.op == Op::SUB_imm_T4 && c.theirs.mnemonic == "subw");
}
inline bool scalar_size_suffix(const Case& c) {
  return (c.in.op == Op::VMOV_scalar_Rt || c.in.op == Op::VMOV_Rt_scalar) &&
         c.theirs.mnemonic == "vmov.32";
}
inline bool fldmx(const Case& c) {
  const bool doubles = c.ours() && isa::facts(c.in.op).name.ends_with("_D");
  const bool multiple =
      c.theirs.mnemonic.starts_with("fldm") || c.theirs.mnemonic.starts_with("fstm");
  return doubles && multiple && (c.in.imm & 1) != 0;
}
inline bool memory_hint(const Case& c) {
  const bool unnamed = !c.theirs || c.theirs.mnemonic == "pld";
  return c.ours() && unnamed && (c.named("MEMHINT") || c.in.op == Op::PLDW_lit_T1);
}

// ---- other cores --------------------------------------------------------------------------------

/// Matches a row of the table that this core lacks.
inline bool core_lacks(const Case& c) {
  const isa::Arch everything{.v7m = true,
                             .dsp = true,
                             .fp = true,
                             .fp5 = true,
                             .fpd = true,
                             .v8m_base = true,
                             .v8m_main = true,
                             .mve = true};
  return !c.ours() && c.row == nullptr && matching_row(c.word, c.in.size, everything) != nullptr;
}
inline bool advanced_simd(const Case& c) {
  const std::uint32_t top = c.word >> 24;
  const bool data = top == 0xef || top == 0xff;
  const bool memory = top == 0xf9 && (c.word >> 20 & 1) == 0;
  return c.row == nullptr && (data || memory);
}
/// The coprocessor space but for coprocessors 10 and 11, the FPU.
inline bool other_coprocessor(const Case& c) {
  const std::uint32_t number = c.word >> 8 & 0xf;
  return c.row == nullptr && (c.word & 0xec000000) == 0xec000000 && number != 10 && number != 11;
}
/// In the FPU's own space: registers that no M-profile FPU has, and instructions that are not
/// floating-point ones.
inline bool not_this_fpu(const Case& c) {
  static const std::regex kForeign("\\b(d(1[6-9]|2[0-9]|3[01])|q[0-9]+)\\b");
  if (c.row != nullptr || (c.word & 0xec000000) != 0xec000000) return false;
  const std::string& name = c.theirs.mnemonic;
  const bool generic = name.starts_with("cdp") || name.starts_with("mcr") ||
                       name.starts_with("mrc") || name.starts_with("mrrc") ||
                       name.starts_with("ldc") || name.starts_with("stc");
  const bool lane = name.starts_with("vmov.") || name.starts_with("vdup.");
  return generic || lane || std::regex_search(c.theirs.operands, kForeign);
}
inline bool fpu_system_register(const Case& c) {
  const bool system = c.theirs.mnemonic == "vmrs" || c.theirs.mnemonic == "vmsr";
  return c.row == nullptr && system && (c.word >> 16 & 0xf) != 1;
}
inline bool hypervisor(const Case& c) {
  return !c.ours() && (c.theirs.mnemonic == "hvc" || c.theirs.mnemonic == "smc");
}

// ---- UNPREDICTABLE, and UNDEFINED here (operand_forms.h) ----------------------------------------

/// The word would be a row's if its should-be bits were as they should.
inline bool should_be_bits(const Case& c) {
  if (c.ours()) return false;
  for (const isa::Row& row : isa::rows()) {
    const isa::Encoding& e = row.encoding;
    const std::uint32_t fixed = e.mask() & ~e.should_be();
    if (e.size() == c.in.size && !e.matches(c.word) && (c.word & fixed) == (e.match() & fixed))
      return true;
  }
  return false;
}
inline bool sp_or_pc(const Case& c) {
  static const std::regex kSpOrPc("\\b(sp|pc)\\b");
  return c.rejected() && std::regex_search(c.theirs.operands, kSpOrPc);
}
inline bool is_list(const Case& c) {
  return c.timing() == Timing::LoadMultiple || c.timing() == Timing::StoreMultiple;
}
inline bool register_list(const Case& c) {
  if (!c.rejected() || c.in.size != 4 || !is_list(c)) return false;
  const std::uint32_t list = c.word & 0xffff;
  const bool base_in_list = (list >> (c.word >> 16 & 0xf) & 1) != 0 && (c.word >> 21 & 1) != 0;
  return base_in_list || std::popcount(list) < 2 || (list & 0xc000) == 0xc000;
}
inline bool written_base(const Case& c) {
  if (!c.rejected() || !c.has('W') || c.field('W') == 0 || is_list(c)) return false;
  const std::uint32_t base = c.field(c.has('b') ? 'b' : 'n');
  return base == c.field('d') || (c.has('a') && base == c.field('a'));
}
inline bool same_destination(const Case& c) {
  if (!c.rejected() || !c.has('a')) return false;
  if (c.timing() == Timing::StoreExclusive) {
    return c.field('a') == c.field('n') || c.field('a') == c.field('d');
  }
  return c.field('a') == c.field('d');
}
inline bool operand_twice(const Case& c) {
  return c.rejected() && c.timing() == Timing::Bits && c.field('n') != c.field('m');
}
inline bool bit_field(const Case& c) {
  if (!c.rejected() || c.timing() != Timing::BitField) return false;
  const bool insert = c.named("BF");
  return insert ? c.field('w') < c.field('i') : c.field('i') + c.field('w') > 31;
}
inline bool doubled_zero(const Case& c) {
  const std::uint32_t imm = c.row != nullptr ? c.field('i') : 0;
  return c.rejected() && (c.word & 0xfa008000) == 0xf0000000 && (imm & 0xff) == 0 &&
         imm >> 8 != 0 && imm >> 8 < 4;
}
inline bool special_register(const Case& c) {
  return c.rejected() && (c.named("MRS") || c.named("MSR"));
}
inline bool if_then(const Case& c) {
  const std::uint32_t mask = c.word & 0xf;
  return c.rejected() && c.named("IT_") && (c.word >> 4 & 0xe) == 0xe && std::popcount(mask) >= 1;
}
inline bool empty_cps(const Case& c) { return c.rejected() && c.named("CPS") && (c.word & 3) == 0; }
inline bool fp_list(const Case& c) {
  if (!c.rejected()) return false;
  if (c.timing() == Timing::FpMove2) return c.has('M') && c.field('m') == 15 && c.field('M') == 1;
  if (c.timing() != Timing::FpLoadMultiple && c.timing() != Timing::FpStoreMultiple) return false;
  const bool doubles = c.name().ends_with("_D");
  const std::uint32_t count = doubles ? c.field('i') / 2 : c.field('i');
  const std::uint32_t first = doubles ? c.field('d') : c.field('d') << 1 | c.field('D');
  return count == 0 || first + count > (doubles ? 16u : 32u);
}
inline bool fraction_bits(const Case& c) {
  return c.rejected() && c.name().ends_with("_fixed") && (c.field('i') << 1 | c.field('j')) > 16;
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
    {Scope::wide_sample, "the core lacks it; capstone knows no cores", known::core_lacks},
    {Scope::wide_sample, "Advanced SIMD is not in the M profile", known::advanced_simd},
    {Scope::wide_sample, "no coprocessor but the FPU", known::other_coprocessor},
    {Scope::wide_sample, "D16-D31, Q registers and raw coprocessor access to the FPU",
     known::not_this_fpu},
    {Scope::wide_sample, "FPSCR is the only register of VMRS and VMSR (A7.7.257)",
     known::fpu_system_register},
    {Scope::wide_sample, "HVC and SMC are not in the M profile", known::hypervisor},
    {Scope::wide_sample, "UNPREDICTABLE: should-be bits", known::should_be_bits},
    {Scope::wide_rows, "UNPREDICTABLE: SP or PC as an operand", known::sp_or_pc},
    {Scope::wide_rows, "UNPREDICTABLE: register list", known::register_list},
    {Scope::wide_rows, "UNPREDICTABLE: the written base is transferred", known::written_base},
    {Scope::wide_rows, "UNPREDICTABLE: two results in one register", known::same_destination},
    {Scope::wide_rows, "UNPREDICTABLE: Rm encoded twice, differently", known::operand_twice},
    {Scope::wide_rows, "UNPREDICTABLE: bit field beyond bit 31", known::bit_field},
    {Scope::wide_sample, "UNPREDICTABLE: immediate of zero bytes repeated", known::doubled_zero},
    {Scope::wide_rows, "UNPREDICTABLE: special register that does not exist",
     known::special_register},
    {Scope::narrow, "UNPREDICTABLE: IT with condition 15, or AL with else", known::if_then},
    {Scope::narrow, "UNPREDICTABLE: CPS of nothing", known::empty_cps},
    {Scope::wide_rows, "UNPREDICTABLE: FP registers beyond the last", known::fp_list},
    {Scope::wide_rows, "UNPREDICTABLE: fixed point with more fraction bits than width",
     known::fraction_bits},
};

}  // namespace sramscope::testing
