#pragma once

namespace sramscope::cli {

/// The whole program: parses the arguments, runs the subcommand, returns the exit code.
int run_app(int argc, const char* const* argv);

}  // namespace sramscope::cli
