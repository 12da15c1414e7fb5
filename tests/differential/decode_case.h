#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "isa/rows.h"
#include "tests/support/decode_words.h"

/// What the comparisons of the decoder with other ones share.
namespace sramscope::testing {

inline constexpr isa::Arch kEverything{.v7m = true,
                                       .dsp = true,
                                       .fp = true,
                                       .fp5 = true,
                                       .fpd = true,
                                       .v8m_base = true,
                                       .v8m_main = true,
                                       .mve = true};

/// The rows that a first halfword leaves possible, the most specific ones first.
inline const std::vector<const isa::Row*>& candidate_rows(std::uint16_t first) {
  static const auto kBuckets = [] {
    std::vector<std::vector<const isa::Row*>> buckets(0x1000);
    for (std::uint32_t top = 0; top < 0x1000; ++top) {
      for (const isa::Row& row : isa::rows()) {
        const unsigned shift = row.encoding.size() == 2 ? 4 : 20;
        const std::uint32_t differs = (row.encoding.match() >> shift) ^ top;
        const std::uint32_t fixed = (row.encoding.mask() & ~row.encoding.should_be()) >> shift;
        const bool wide = top << 4 >= 0xe800;
        if ((row.encoding.size() == 4) == wide && (differs & fixed) == 0) {
          buckets[top].push_back(&row);
        }
      }
      std::stable_sort(buckets[top].begin(), buckets[top].end(), [](const auto* a, const auto* b) {
        return std::popcount(a->encoding.mask()) > std::popcount(b->encoding.mask());
      });
    }
    return buckets;
  }();
  return kBuckets[first >> 4];
}

/// The most specific row of a word on `arch`; forms are not asked.
inline const isa::Row* matching_row(Halfwords words, const isa::Arch& arch) {
  for (const isa::Row* row : candidate_rows(words.first)) {
    if (row->encoding.matches(words.word()) && arch.has(isa::facts(row->op).since)) return row;
  }
  return nullptr;
}

/// One word on which we and another decoder differ.
struct DecodeCase {
  isa::Insn in;  ///< our decoding
  Halfwords words;
  const isa::Arch* arch = nullptr;
  const isa::Row* row = nullptr;  ///< the row that the word matches, also when its form rejects it
  std::string mnemonic;           ///< theirs; empty when they do not decode it
  std::string operands;           ///< theirs

  std::uint32_t word() const { return words.word(); }
  bool ours() const { return in.op != isa::Op::Undefined; }
  bool theirs() const { return !mnemonic.empty(); }
  bool rejected() const { return !ours() && row != nullptr; }
  isa::Timing timing() const { return isa::facts(row->op).timing; }
  std::string_view name() const { return isa::facts(row->op).name; }
  std::uint32_t field(char letter) const { return row->encoding.gather(letter, word()); }
  bool has(char letter) const { return row->encoding.has(letter); }
  bool named(std::string_view prefix) const { return row != nullptr && name().starts_with(prefix); }
};

/// A reason for a difference.
struct DecodeDifference {
  std::string_view reason;
  bool (*explains)(const DecodeCase&);
  /// It need not show up in samples of fewer second halfwords per first one.
  std::uint32_t seen_from = 0;
};

/// Does a word of `text`, such as "sp", satisfy `is_meant`?
template <class Predicate>
bool any_word(std::string_view text, Predicate is_meant) {
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::size_t end = i;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end > i && is_meant(text.substr(i, end - i))) return true;
    i = end;
  }
  return false;
}

/// The coprocessor that a word would belong to; 10 and 11 are the FPU.
inline std::uint32_t coprocessor_of(std::uint32_t word) { return word >> 8 & 0xf; }
inline bool in_coprocessor_space(std::uint32_t word) {
  return (word & 0xec000000) == 0xec000000 && (word & 0x0f000000) != 0x0f000000;
}
inline bool is_coprocessor_row(isa::Op op) {
  return op >= isa::Op::STC_T1 && op <= isa::Op::MRC_T2;
}
inline bool is_udf(isa::Op op) { return op == isa::Op::UDF_T1 || op == isa::Op::UDF_T2; }

// ---- UNPREDICTABLE, and UNDEFINED here (operand_forms.h): the manual's conditions, written a
// second time ----------

namespace unpredictable {

using isa::Timing;

/// The word would be a row's if its should-be bits were as they should.
inline bool should_be_bits(const DecodeCase& c) {
  if (c.ours()) return false;
  for (const isa::Row* row : candidate_rows(c.words.first)) {
    const isa::Encoding& e = row->encoding;
    const std::uint32_t fixed = e.mask() & ~e.should_be();
    if (!e.matches(c.word()) && (c.word() & fixed) == (e.match() & fixed)) return true;
  }
  return false;
}
inline bool is_list(const DecodeCase& c) {
  return c.timing() == Timing::LoadMultiple || c.timing() == Timing::StoreMultiple;
}
inline bool register_list(const DecodeCase& c) {
  if (!c.rejected() || c.in.size != 4 || !is_list(c)) return false;
  const std::uint32_t list = c.word() & 0xffff;
  const bool base_in_list = (list >> (c.word() >> 16 & 0xf) & 1) != 0 && (c.word() >> 21 & 1) != 0;
  return base_in_list || std::popcount(list) < 2 || (list & 0xc000) == 0xc000;
}
inline bool written_base(const DecodeCase& c) {
  if (!c.rejected() || !c.has('W') || c.field('W') == 0 || is_list(c)) return false;
  const std::uint32_t base = c.field(c.has('b') ? 'b' : 'n');
  return base == c.field('d') || (c.has('a') && base == c.field('a'));
}
inline bool same_destination(const DecodeCase& c) {
  if (!c.rejected() || !c.has('a')) return false;
  if (c.timing() == Timing::StoreExclusive) {
    return c.field('a') == c.field('n') || c.field('a') == c.field('d');
  }
  return c.field('a') == c.field('d');
}
inline bool operand_twice(const DecodeCase& c) {
  return c.rejected() && c.timing() == Timing::Bits && c.field('n') != c.field('m');
}
inline bool bit_field(const DecodeCase& c) {
  if (!c.rejected() || c.timing() != Timing::BitField) return false;
  const bool insert = c.named("BF");
  return insert ? c.field('w') < c.field('i') : c.field('i') + c.field('w') > 31;
}
inline bool doubled_zero(const DecodeCase& c) {
  const std::uint32_t imm = c.row != nullptr ? c.field('i') : 0;
  return c.rejected() && (c.word() & 0xfa008000) == 0xf0000000 && (imm & 0xff) == 0 &&
         imm >> 8 != 0 && imm >> 8 < 4;
}
inline bool if_then(const DecodeCase& c) {
  return c.rejected() && c.named("IT_") && (c.word() >> 4 & 0xe) == 0xe;
}
inline bool empty_cps(const DecodeCase& c) {
  return c.rejected() && c.named("CPS") && (c.word() & 3) == 0;
}
/// FAULTMASK is not in ARMv6-M and ARMv8-M Baseline.
inline bool fault_mask(const DecodeCase& c) {
  return c.rejected() && c.named("CPS") && (c.word() & 1) != 0 && !c.arch->has(isa::Since::V7M);
}
inline bool fp_list(const DecodeCase& c) {
  if (!c.rejected()) return false;
  if (c.timing() == Timing::FpMove2) return c.has('M') && c.field('m') == 15 && c.field('M') == 1;
  if (c.timing() != Timing::FpLoadMultiple && c.timing() != Timing::FpStoreMultiple) return false;
  const bool doubles = c.name().ends_with("_D");
  const std::uint32_t count = doubles ? c.field('i') / 2 : c.field('i');
  const std::uint32_t first = doubles ? c.field('d') : c.field('d') << 1 | c.field('D');
  return count == 0 || first + count > (doubles ? 16u : 32u);
}
inline bool fraction_bits(const DecodeCase& c) {
  return c.rejected() && c.name().ends_with("_fixed") && (c.field('i') << 1 | c.field('j')) > 16;
}

}  // namespace unpredictable

}  // namespace sramscope::testing
