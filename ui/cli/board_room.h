#pragma once

#include <cstdint>
#include <string>

#include "sramscope/board.h"
#include "sramscope/network.h"
#include "sramscope/schedule.h"

namespace sramscope::cli {

/// Bytes of the largest run of adjoining RAM: what generated firmware uses.
std::uint64_t usable_ram(const Board& board);
/// Of those, what an arena may take: the stack and the rest of the firmware's data stay free.
std::uint64_t arena_room(const Board& board);
/// "" or which memory the plan needs more of than the board has, and what to do.
std::string lacking_room(const Network& network, const MemoryPlan& plan, const Board& board);
/// The board with its RAM and flash extended by `bytes` each, for measuring what does not fit.
Board extended(Board board, std::uint64_t bytes);

}  // namespace sramscope::cli
