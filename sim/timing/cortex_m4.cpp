#include "sim/timing/cortex_m4.h"

#include "sim/timing/divide.h"

namespace sramscope::sim {

std::unique_ptr<Pipeline> CortexM4Timing::make_pipeline() const {
  // All multiplies take one cycle (Arm 100166 table 3-1).
  return std::make_unique<ArmV7mPipeline>(ArmV7mCosts{1, 1, 1, true});
}

unsigned CortexM4Timing::divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const {
  return early_ending_divide(n, d, is_signed) - 2;
}

unsigned CortexM4Timing::unaligned_cycles(Addr address, unsigned size) const {
  // Arm 100165 3.3.3: byte-aligned word +2, other unaligned +1.
  return size == 4 && (address & 1) != 0 ? 2 : 1;
}

}  // namespace sramscope::sim
