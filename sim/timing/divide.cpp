#include "sim/timing/divide.h"

#include <algorithm>
#include <bit>

namespace sramscope::sim {

unsigned early_ending_divide(std::uint32_t n, std::uint32_t d, bool is_signed) {
  const auto magnitude = [&](std::uint32_t v) { return is_signed && (v >> 31) != 0 ? 0u - v : v; };
  const std::uint32_t an = magnitude(n);
  const std::uint32_t ad = magnitude(d);
  if (ad == 0 || an < ad) return 2;
  const auto quotient_bits = static_cast<unsigned>(std::countl_zero(ad) - std::countl_zero(an)) + 1;
  return std::min(12u, 4 + (quotient_bits + 3) / 4);
}

}  // namespace sramscope::sim
