#pragma once

#include "sramscope/machine.h"

namespace sramscope::cli {

/// What the program returns to the shell; part of the documented interface.
enum ExitCode : int {
  kOk = 0,
  kComparisonFailed = 1,  ///< a budget or a comparison failed
  kUsage = 2,             ///< an option, a file, a board
  kFault = 3,             ///< the simulated firmware faulted
  kLimit = 4,             ///< a limit was reached, or the run was ended from outside
  kInternal = 70,         ///< our own bug (EX_SOFTWARE)
};

/// The exit code of a run that ended for this reason.
int exit_code_of(StopKind kind);

}  // namespace sramscope::cli
