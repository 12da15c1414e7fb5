#pragma once

#include <string>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/network.h"
#include "sramscope/result.h"
#include "sramscope/schedule.h"

namespace sramscope::cli {

/// The plan of a schedule in words, or of the one with the fewest multiply-accumulates that fits
/// the board ("auto"). Errors: unknown or impossible schedule; nothing fits.
Result<MemoryPlan> choose_plan(const Network& network, const std::string& schedule,
                               const Board& board);

/// What is worth running: layer by layer, then the schedules with the fewest multiply-accumulates
/// that fit the board, with the least memory at no more than 1.1 and 1.25 times the work, and with
/// the least memory of all.
Result<std::vector<MemoryPlan>> candidate_plans(const Network& network, const Board& board);

}  // namespace sramscope::cli
