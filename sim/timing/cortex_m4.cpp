#include "sim/timing/cortex_m4.h"

#include <algorithm>
#include <bit>

namespace sramscope::sim {

std::unique_ptr<Pipeline> CortexM4Timing::make_pipeline() const {
  // All multiplies take one cycle (Arm 100166 table 3-1).
  return std::make_unique<ArmV7mPipeline>(ArmV7mCosts{1, 1, 1, true});
}

unsigned CortexM4Timing::divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const {
  // The TRM gives 2 to 12 with early termination and no formula. Assumption: four quotient bits per
  // cycle.
  const auto magnitude = [&](std::uint32_t v) { return is_signed && (v >> 31) ? 0u - v : v; };
  const std::uint32_t an = magnitude(n);
  const std::uint32_t ad = magnitude(d);
  if (ad == 0 || an < ad) return 0;
  const unsigned quotient_bits =
      static_cast<unsigned>(std::countl_zero(ad) - std::countl_zero(an)) + 1;
  return std::min(12u, 4 + (quotient_bits + 3) / 4) - 2;
}

unsigned CortexM4Timing::unaligned_cycles(Addr address, unsigned size) const {
  // Arm 100165 3.3.3: byte-aligned word +2, other unaligned +1.
  return size == 4 && (address & 1) != 0 ? 2 : 1;
}

}  // namespace sramscope::sim
