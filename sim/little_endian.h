#pragma once

#include <cstdint>

namespace sramscope::sim {

/// The word whose four bytes begin at `bytes`.
constexpr std::uint32_t little_word(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

}  // namespace sramscope::sim
