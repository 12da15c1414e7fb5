// The decoder against capstone: all 16-bit words, every 32-bit row with random operands, and a
// structured sample of the whole 32-bit space, for the Cortex-M4. Both must agree on validity and
// mnemonic, but for the differences that known_decode_differences.h lists with their reasons; a
// reason that explains nothing fails the test too.

#include <gtest/gtest.h>

#include <cctype>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <string>

#include "isa/rows.h"
#include "tests/differential/known_decode_differences.h"
#include "tests/support/capstone_decoder.h"

namespace sramscope::testing {
namespace {

using isa::Insn;
using isa::Op;

constexpr Addr kAddress = 0x1000;
const isa::Arch kArch = isa::arch_of(CoreKind::cortex_m4);

constexpr const char* kConditions[] = {"eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc",
                                       "hi", "ls", "ge", "lt", "gt", "le", ""};

/// "tee" and the like: one letter per further instruction (A7.7.38).
std::string it_pattern(const Insn& in) {
  std::string letters;
  for (unsigned bit = 3; (in.imm & ((1u << bit) - 1)) != 0; --bit) {
    letters += ((in.imm >> bit & 1) == (in.cond & 1u)) ? 't' : 'e';
  }
  return letters;
}

/// A row's name, in lower case, without what tells encodings of one instruction apart: "ADD_imm_T3"
/// is "add", "VCVT_F32_S16_fixed" is "vcvt.f32.s16".
std::string base_mnemonic(std::string_view row) {
  std::istringstream parts{std::string(row)};
  std::string mnemonic;
  for (std::string part; std::getline(parts, part, '_');) {
    for (char& c : part) c = static_cast<char>(std::tolower(c));
    const bool is_type = part == "f16" || part == "f32" || part == "f64" || part == "s16" ||
                         part == "s32" || part == "u16" || part == "u32";
    if (mnemonic.empty()) {
      mnemonic = part;
    } else if (is_type) {
      mnemonic += "." + part;
    }
  }
  return mnemonic;
}

std::string expected_mnemonic(const Insn& in) {
  const isa::OpFacts& row = isa::facts(in.op);
  std::string mnemonic = base_mnemonic(row.name);
  if (in.op == Op::IT_T1) return mnemonic + it_pattern(in);
  if (in.op == Op::CPS_T1) return mnemonic + ((in.imm & 0x10) != 0 ? "id" : "ie");
  if (row.timing == isa::Timing::BranchCond) return mnemonic + kConditions[in.cond];
  if (in.sets_flags && row.timing != isa::Timing::Compare) mnemonic += 's';
  return mnemonic;
}

/// Compares, counts, and keeps the first differences that nothing explains.
class Comparison {
 public:
  void check(std::uint16_t hw1, std::uint16_t hw2) {
    Case c;
    c.in = isa::decode(hw1, hw2, kAddress, kArch, false);
    c.word = c.in.size == 2 ? hw1 : std::uint32_t{hw1} << 16 | hw2;
    Disassembled theirs = capstone_.decode(hw1, hw2, kAddress);
    if (theirs.mnemonic.ends_with(".w")) theirs.mnemonic.resize(theirs.mnemonic.size() - 2);
    c.theirs = theirs;
    const bool valid = c.in.op != Op::Undefined;
    ++total_;
    if (valid == static_cast<bool>(theirs) &&
        (!valid || expected_mnemonic(c.in) == theirs.mnemonic)) {
      ++agreed_;
      return;
    }
    explain(c);
  }

  /// Every known difference of `scope` must have occurred.
  void report(const char* what, Scope scope) const {
    std::cout << what << ": " << agreed_ << " of " << total_ << " words agree\n";
    for (const KnownDifference& known : kKnownDifferences) {
      const auto found = explained_.find(known.reason);
      const long count = found == explained_.end() ? 0 : found->second;
      if (count != 0) std::cout << "  " << count << ": " << known.reason << '\n';
      EXPECT_TRUE(known.scope != scope || count > 0) << "not needed: " << known.reason;
    }
    EXPECT_EQ(unexplained_, 0) << examples_.str();
  }

 private:
  void explain(Case& c) {
    c.row = matching_row(c.word, c.in.size, kArch);
    for (const KnownDifference& known : kKnownDifferences) {
      if (!known.explains(c)) continue;
      ++explained_[known.reason];
      return;
    }
    if (++unexplained_ > 20) return;
    examples_ << std::hex << c.word << std::dec << ": " << isa::facts(c.in.op).name
              << ", capstone: '" << c.theirs.mnemonic << ' ' << c.theirs.operands << "'\n";
  }

  CapstoneDecoder capstone_;
  long total_ = 0;
  long agreed_ = 0;
  int unexplained_ = 0;
  std::map<std::string_view, long> explained_;
  std::ostringstream examples_;
};

TEST(DecodeSweep, AllHalfwordsAgreeWithCapstone) {
  Comparison comparison;
  for (std::uint32_t hw = 0; hw < 0xe800; ++hw) comparison.check(static_cast<std::uint16_t>(hw), 0);
  comparison.report("16 bit", Scope::narrow);
}

TEST(DecodeSweep, EveryWideRowAgreesWithCapstone) {
  Comparison comparison;
  std::mt19937 random(1);
  for (const isa::Row& row : isa::rows()) {
    if (row.encoding.size() != 4 || !kArch.has(isa::facts(row.op).since)) continue;
    for (int i = 0; i < 500; ++i) {
      const auto fill = static_cast<std::uint32_t>(random());
      const std::uint32_t word = (fill & ~row.encoding.mask()) | row.encoding.match();
      comparison.check(static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word));
    }
  }
  comparison.report("32-bit rows", Scope::wide_rows);
}

/// For each first halfword 256 second ones: random, with [15:12] set, cycling [7:4], cycling
/// [15:12].
TEST(DecodeSweep, SampleOfAllWideWordsAgreesWithCapstone) {
  Comparison comparison;
  std::mt19937 random(2);
  for (std::uint32_t hw1 = 0xe800; hw1 < 0x10000; ++hw1) {
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t hw2 = static_cast<std::uint32_t>(random()) & 0xffff;
      if (i % 4 == 1) hw2 |= 0xf000;
      if (i % 4 == 2) hw2 = (hw2 & 0xff0f) | (i / 4 % 16) << 4;
      if (i % 4 == 3) hw2 = (hw2 & 0x0fff) | (i / 4 % 16) << 12;
      comparison.check(static_cast<std::uint16_t>(hw1), static_cast<std::uint16_t>(hw2));
    }
  }
  comparison.report("32-bit sample", Scope::wide_sample);
}

}  // namespace
}  // namespace sramscope::testing
