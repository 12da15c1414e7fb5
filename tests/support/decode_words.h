#pragma once

#include <cstdint>
#include <random>

#include "isa/rows.h"
#include "sramscope/types.h"

/// The words that decoders are compared on.
namespace sramscope::testing {

/// One instruction as it stands in memory.
struct Halfwords {
  std::uint16_t first = 0;
  std::uint16_t second = 0;  ///< of 32-bit instructions
  std::uint32_t word() const {
    return isa::insn_size(first) == 2 ? first : std::uint32_t{first} << 16 | second;
  }
};

/// Every 16-bit instruction: 59,392 of them.
template <class Visit>
void for_each_narrow_word(Visit visit) {
  for (std::uint32_t hw = 0; hw < 0xe800; ++hw) {
    visit(Halfwords{static_cast<std::uint16_t>(hw), 0});
  }
}

/// For each of the 6,144 first halfwords of 32-bit instructions `each` second ones: a quarter
/// random, a quarter with [15:12] set, a quarter cycling through [7:4], a quarter through [15:12].
/// 256 make 1,572,864 words.
inline constexpr std::uint32_t kSampleOfEach = 256;
template <class Visit>
void for_each_wide_sample(std::uint32_t each, Visit visit) {
  std::mt19937 random(2);
  for (std::uint32_t hw1 = 0xe800; hw1 < 0x10000; ++hw1) {
    for (std::uint32_t i = 0; i < each; ++i) {
      std::uint32_t hw2 = static_cast<std::uint32_t>(random()) & 0xffff;
      if (i % 4 == 1) hw2 |= 0xf000;
      if (i % 4 == 2) hw2 = (hw2 & 0xff0f) | (i / 4 % 16) << 4;
      if (i % 4 == 3) hw2 = (hw2 & 0x0fff) | (i / 4 % 16) << 12;
      visit(Halfwords{static_cast<std::uint16_t>(hw1), static_cast<std::uint16_t>(hw2)});
    }
  }
}

/// `each` words of every 32-bit row, its operands random.
template <class Visit>
void for_each_word_of_rows(std::uint32_t each, Visit visit) {
  std::mt19937 random(1);
  for (const isa::Row& row : isa::rows()) {
    if (row.encoding.size() != 4) continue;
    for (std::uint32_t i = 0; i < each; ++i) {
      const auto fill = static_cast<std::uint32_t>(random());
      const std::uint32_t word = (fill & ~row.encoding.mask()) | row.encoding.match();
      visit(Halfwords{static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word)});
    }
  }
}

/// The cores whose decoders are compared; the M0+ has the instructions of the M0.
struct SweptCore {
  CoreKind core;
  const char* name;
};
inline constexpr SweptCore kSweptCores[] = {
    {CoreKind::cortex_m0plus, "cortex-m0plus"}, {CoreKind::cortex_m3, "cortex-m3"},
    {CoreKind::cortex_m4, "cortex-m4"},         {CoreKind::cortex_m7, "cortex-m7"},
    {CoreKind::cortex_m23, "cortex-m23"},       {CoreKind::cortex_m33, "cortex-m33"},
};

}  // namespace sramscope::testing
