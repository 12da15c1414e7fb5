#pragma once

#include <string>
#include <vector>

#include "ui/cli/simulate.h"

namespace sramscope::cli {

/// One firmware on several boards.
struct WhatIf {
  /// Everything but the board.
  SimulationRequest request;
  /// Names or files.
  std::vector<std::string> boards;
  /// An array of the reports in place of the table.
  bool json = false;
};

/// The parts of "a,b,c".
std::vector<std::string> split_list(const std::string& list);

/// Runs the firmware on each board and prints a line for each: cycles, time, memory, hit rates. A
/// board that cannot take the firmware gets a line that says why. Gives the exit code: that of the
/// worst run; a usage error when no board could run it.
int print_what_if(const WhatIf& what_if);

}  // namespace sramscope::cli
