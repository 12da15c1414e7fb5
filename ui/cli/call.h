#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/machine.h"
#include "sramscope/result.h"

namespace CLI {
class App;
}

namespace sramscope::cli {

/// One function to be run in place of the whole firmware, as it was asked for on the command line.
struct CallRequest {
  std::string function;                ///< "" runs the whole firmware
  std::vector<std::string> arguments;  ///< numbers for r0 to r3
  std::vector<std::string> inputs;     ///< "SYMBOL=FILE"
  std::vector<std::string> outputs;    ///< "SYMBOL" or "SYMBOL=FILE"
  std::optional<std::string> stack;    ///< address
};

/// --call and what belongs to it.
void add_call_options(CLI::App& command, CallRequest& request);

/// Where the function is, and its arguments; none when no call was asked for. Errors: an unknown
/// function, a number that is none, an option that needs --call.
Result<std::optional<FunctionCall>> resolve_call(const CallRequest& request, const Image& image);
/// Fills the buffers. Errors: an unknown symbol, a file that cannot be read or does not fit.
Result<bool> load_inputs(const CallRequest& request, const Image& image, Machine& machine);
/// "" or why the outputs could not be had; asked before the run.
std::string check_outputs(const CallRequest& request, const Image& image);
/// Writes the outputs to their files, and returns the text that shows the others.
Result<std::string> save_outputs(const CallRequest& request, const Image& image,
                                 const Machine& machine);

}  // namespace sramscope::cli
