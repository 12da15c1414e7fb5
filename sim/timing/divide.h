#pragma once

#include <cstdint>

namespace sramscope::sim {

/// Cycles of SDIV or UDIV: 2 to 12 with early termination (Arm 100165, 100166); Arm gives no
/// formula. Assumption: four bits of the quotient per cycle.
unsigned early_ending_divide(std::uint32_t n, std::uint32_t d, bool is_signed);

}  // namespace sramscope::sim
