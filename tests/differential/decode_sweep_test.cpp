// The decoder against capstone, for every core: all 16-bit words, every 32-bit row with random
// operands, and a structured sample of the whole 32-bit space. Both must agree on validity and
// mnemonic, but for the differences that known_decode_differences.h lists with their reasons; a
// reason that explains nothing fails the test too. tools/decode_llvm.cpp does the same with LLVM,
// offline; what came out of it is kept as checksums of our decoding, in expected/decode_map.txt.

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "isa/rows.h"
#include "tests/differential/decode_map.h"
#include "tests/differential/known_decode_differences.h"
#include "tests/support/capstone_decoder.h"

namespace sramscope::testing {
namespace {

using isa::Insn;
using isa::Op;

constexpr Addr kAddress = 0x1000;

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

/// CDP2 and the like; LDCL and STCL have bit 22 set.
std::string coprocessor_mnemonic(std::string mnemonic, const Insn& in, std::uint32_t word) {
  if (isa::facts(in.op).name.ends_with("_T2")) mnemonic += '2';
  const bool is_long = (mnemonic[0] == 'l' || mnemonic[0] == 's') && (word >> 22 & 1) != 0;
  return is_long ? mnemonic + 'l' : mnemonic;
}

std::string expected_mnemonic(const Insn& in, std::uint32_t word) {
  static std::array<std::string, isa::kOpCount> bases;
  std::string& base = bases[static_cast<unsigned>(in.op)];
  const isa::OpFacts& row = isa::facts(in.op);
  if (base.empty()) base = base_mnemonic(row.name);
  if (in.op == Op::IT_T1) return base + it_pattern(in);
  if (in.op == Op::CPS_T1) return base + ((in.imm & 0x10) != 0 ? "id" : "ie");
  if (is_coprocessor_row(in.op)) return coprocessor_mnemonic(base, in, word);
  if (row.timing == isa::Timing::BranchCond) return base + kConditions[in.cond];
  if (in.sets_flags && row.timing != isa::Timing::Compare) return base + 's';
  return base;
}

/// Compares on all cores, counts, and keeps the first differences that nothing explains.
class Comparison {
 public:
  void check(Halfwords words) {
    Disassembled theirs = decode_with(capstone_, words);
    ++total_;
    for (std::size_t i = 0; i < std::size(kSweptCores); ++i) {
      const Insn in = isa::decode(words.first, words.second, kAddress, archs_[i], false);
      const bool valid = in.op != Op::Undefined;
      if (valid && !theirs) theirs = decode_with(capstone_v8_, words);
      if (valid == static_cast<bool>(theirs) &&
          (!valid || expected_mnemonic(in, words.word()) == theirs.mnemonic)) {
        ++agreed_[i];
      } else {
        explain(i, in, words, theirs);
      }
    }
  }

  /// Every known difference of `scope` must have occurred.
  void report(const char* what, Scope scope) const {
    std::cout << what << ": of " << total_ << " words agree\n";
    for (std::size_t i = 0; i < std::size(kSweptCores); ++i) {
      std::cout << "  " << agreed_[i] << " on " << kSweptCores[i].name << '\n';
    }
    for (const KnownDifference& known : kKnownDifferences) {
      const auto found = explained_.find(known.reason);
      const long count = found == explained_.end() ? 0 : found->second;
      if (count != 0) std::cout << "  " << count << ": " << known.reason << '\n';
      EXPECT_TRUE(known.scope != scope || count > 0) << "not needed: " << known.reason;
    }
    EXPECT_EQ(unexplained_, 0) << examples_.str();
  }

 private:
  static Disassembled decode_with(CapstoneDecoder& capstone, Halfwords words) {
    Disassembled theirs = capstone.decode(words.first, words.second, kAddress);
    if (theirs.mnemonic.ends_with(".w")) theirs.mnemonic.resize(theirs.mnemonic.size() - 2);
    return theirs;
  }

  void explain(std::size_t core, const Insn& in, Halfwords words, const Disassembled& theirs) {
    const isa::Arch& arch = archs_[core];
    const DecodeCase c{
        in, words, &arch, matching_row(words, arch), theirs.mnemonic, theirs.operands};
    for (const KnownDifference& known : kKnownDifferences) {
      if (!known.explains(c)) continue;
      ++explained_[known.reason];
      return;
    }
    if (++unexplained_ > 20) return;
    examples_ << kSweptCores[core].name << ": " << std::hex << words.word() << std::dec << ": "
              << isa::facts(in.op).name << ", capstone: '" << theirs.mnemonic << ' '
              << theirs.operands << "'\n";
  }

  CapstoneDecoder capstone_;
  CapstoneDecoder capstone_v8_{true};
  const std::array<isa::Arch, std::size(kSweptCores)> archs_ = [] {
    std::array<isa::Arch, std::size(kSweptCores)> archs;
    for (std::size_t i = 0; i < archs.size(); ++i) archs[i] = isa::arch_of(kSweptCores[i].core);
    return archs;
  }();
  long total_ = 0;
  std::array<long, std::size(kSweptCores)> agreed_{};
  int unexplained_ = 0;
  std::map<std::string_view, long> explained_;
  std::ostringstream examples_;
};

TEST(DecodeSweep, AllHalfwordsAgreeWithCapstone) {
  Comparison comparison;
  for_each_narrow_word([&](Halfwords words) { comparison.check(words); });
  comparison.report("16 bit", Scope::narrow);
}

TEST(DecodeSweep, EveryWideRowAgreesWithCapstone) {
  Comparison comparison;
  for_each_word_of_rows(500, [&](Halfwords words) { comparison.check(words); });
  comparison.report("32-bit rows", Scope::wide_rows);
}

TEST(DecodeSweep, SampleOfAllWideWordsAgreesWithCapstone) {
  Comparison comparison;
  for_each_wide_sample(kSampleOfEach, [&](Halfwords words) { comparison.check(words); });
  comparison.report("32-bit sample", Scope::wide_sample);
}

/// What tools/decode_llvm.cpp has compared with LLVM 14 is what we decode today.
TEST(DecodeSweep, IsWhatWasComparedWithLlvm) {
  const DecodeMap expected =
      DecodeMap::read(SRAMSCOPE_SOURCE_DIR "/tests/differential/expected/decode_map.txt");
  const DecodeMap today = DecodeMap::of_our_decoder();
  ASSERT_GT(expected.size(), 0u);
  EXPECT_EQ(today.describe_differences(expected), "")
      << "other words than those that were compared; again: ./dev sweep --update";
  std::cout << expected.size() << " of " << today.size() << " rows compared with LLVM\n";
}

}  // namespace
}  // namespace sramscope::testing
