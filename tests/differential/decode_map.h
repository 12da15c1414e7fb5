#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/support/decode_words.h"

namespace sramscope::testing {

/// For each row a checksum per core of the swept words that decode to it: all halfwords, and the
/// sample of 32-bit words. A row that is new has none, and takes words from others only where it
/// specialises them.
class DecodeMap {
 public:
  using Sums = std::array<std::uint32_t, std::size(kSweptCores)>;

  static DecodeMap of_our_decoder() {
    DecodeMap map;
    std::array<Sums, isa::kOpCount> sums{};
    for (std::size_t i = 0; i < std::size(kSweptCores); ++i) {
      const isa::Arch arch = isa::arch_of(kSweptCores[i].core);
      const auto add = [&](Halfwords words) {
        const isa::Insn in = isa::decode(words.first, words.second, 0x1000, arch, false);
        std::uint32_t& sum = sums[static_cast<unsigned>(in.op)][i];
        sum = (sum ^ words.word()) * 0x01000193u;
      };
      for_each_narrow_word(add);
      for_each_wide_sample(kSampleOfEach, add);
    }
    for (const isa::Row& row : isa::rows()) {
      map.sums_[std::string(isa::facts(row.op).name)] = sums[static_cast<unsigned>(row.op)];
    }
    return map;
  }

  static DecodeMap read(const std::string& path) {
    DecodeMap map;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      std::istringstream words(line);
      std::string name;
      words >> name >> std::hex;
      for (std::uint32_t& sum : map.sums_[name]) words >> sum;
    }
    return map;
  }

  void write(std::ostream& out) const {
    out << "# Checksums of the words of each row, written by ./dev sweep --update after the "
           "decoder\n"
           "# agreed with LLVM:";
    for (const SweptCore& core : kSweptCores) out << ' ' << core.name;
    out << '\n' << std::hex;
    for (const auto& [name, sums] : sums_) {
      out << name;
      for (const std::uint32_t sum : sums) out << ' ' << sum;
      out << '\n';
    }
  }

  std::size_t size() const { return sums_.size(); }

  /// One line per row and core on which this is not as in `expected`; rows that only one of the two
  /// has are left out.
  std::string describe_differences(const DecodeMap& expected) const {
    std::string text;
    for (const auto& [name, sums] : sums_) {
      const auto found = expected.sums_.find(name);
      if (found == expected.sums_.end()) continue;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        if (sums[i] != found->second[i])
          text += name + " on " + std::string(kSweptCores[i].name) + "\n";
      }
    }
    return text;
  }

 private:
  std::map<std::string, Sums, std::less<>> sums_;
};

}  // namespace sramscope::testing
