#pragma once

#include <cstdint>
#include <vector>

#include "sramscope/schedule.h"

/// Where buffers stand in the arena: dynamic storage allocation with known lifetimes.
namespace sramscope::models {

/// Gives every buffer its offset, buffers in place the offset of what they stand on, so that no two
/// that are needed in the same slot overlap. Several orders of first fit are tried, then exchanged
/// at random (seeded) until the lower bound is reached or `kTrials` fail. Returns the arena's
/// bytes.
std::uint32_t place_buffers(std::vector<PlanBuffer>& buffers, std::uint32_t alignment,
                            std::uint32_t lower_bound);

/// Most bytes of `buffers` needed in `slot`, those in place counted once.
std::uint32_t needed_in_slot(const std::vector<PlanBuffer>& buffers, std::uint32_t slot);

}  // namespace sramscope::models
