#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/support/decode_words.h"

namespace sramscope::testing {

/// Checksums of what we make of the swept words: for each core one over the halfwords, and one per upper byte of the first
/// halfword over the sample of 32-bit words. Row names go into them, not numbers: a row more changes only its own byte.
class DecodeMap {
 public:
  static DecodeMap of_our_decoder() {
    DecodeMap map;
    for (const SweptCore& core : kSweptCores) {
      const isa::Arch arch = isa::arch_of(core.core);
      const auto add = [&](Halfwords words) {
        const isa::Insn in = isa::decode(words.first, words.second, 0x1000, arch, false);
        const unsigned group = words.first >= 0xe800 ? words.first >> 8 : 0;
        std::uint32_t& sum = map.sums_[key(core.name, group)];
        sum = fold(sum, isa::facts(in.op).name);
      };
      for_each_narrow_word(add);
      for_each_wide_sample(kSampleOfEach, add);
    }
    return map;
  }

  static DecodeMap read(const std::string& path) {
    DecodeMap map;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      const std::size_t colon = line.find(": ");
      if (colon == std::string::npos) continue;
      map.sums_[line.substr(0, colon)] =
          static_cast<std::uint32_t>(std::stoul(line.substr(colon + 2), nullptr, 16));
    }
    return map;
  }

  void write(std::ostream& out) const {
    out << "# Checksums of the decoder, written by ./dev sweep --update after it agreed with LLVM.\n";
    for (const auto& [name, sum] : sums_) out << name << ": " << std::hex << sum << '\n';
  }

  bool empty() const { return sums_.empty(); }

  std::string describe_differences(const DecodeMap& expected) const {
    std::string text;
    for (const auto& [name, sum] : sums_) {
      const auto found = expected.sums_.find(name);
      if (found == expected.sums_.end() || found->second != sum) text += name + " has changed\n";
    }
    return text;
  }

 private:
  static std::string key(const char* core, unsigned group) {
    std::ostringstream text;
    text << core << ' ';
    if (group == 0) {
      text << "halfwords";
    } else {
      text << std::hex << group << "xx";
    }
    return text.str();
  }
  /// FNV-1a.
  static std::uint32_t fold(std::uint32_t sum, std::string_view name) {
    for (const char c : name) sum = (sum ^ static_cast<unsigned char>(c)) * 0x01000193u;
    return (sum ^ '\n') * 0x01000193u;
  }

  std::map<std::string, std::uint32_t> sums_;
};

}  // namespace sramscope::testing
