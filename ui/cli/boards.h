#pragma once

#include <string>
#include <vector>

#include "sramscope/board.h"

namespace sramscope::cli {

/// The board in the format of a board file, so that it can be edited and read again.
std::string board_to_json(const Board& board);
/// An array of the same.
std::string boards_to_json(const std::vector<Board>& boards);

}  // namespace sramscope::cli
