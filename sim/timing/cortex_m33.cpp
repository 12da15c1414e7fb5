#include "sim/timing/cortex_m33.h"

#include "sim/timing/divide.h"
#include "sim/timing/m33_pipeline.h"

namespace sramscope::sim {

std::string_view CortexM33Timing::note() const {
  return "Cortex-M33: rules measured on RP2350 (Arm publishes no table); CoreMark -O2 3.8 % below "
         "silicon, zero wait states";
}

std::unique_ptr<Pipeline> CortexM33Timing::make_pipeline() const {
  return std::make_unique<M33Pipeline>();
}

unsigned CortexM33Timing::divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const {
  return early_ending_divide(n, d, is_signed) - 2;
}

}  // namespace sramscope::sim
