#pragma once

#include <cstdint>

#include "sramscope/board.h"

namespace sramscope::memory {

/// Wait states of a region with a table when its core runs at `core_hz`; past the end of the table
/// those of its last row.
std::uint32_t wait_states_at(const Region& region, std::uint64_t core_hz);

}  // namespace sramscope::memory
