#pragma once

#include <optional>
#include <string>

#include "sramscope/machine.h"

namespace CLI {
class App;
}

namespace sramscope::cli {

/// --board NAME|FILE|-
void add_board_option(CLI::App& command, std::optional<std::string>& board);
/// --layers auto|none|markers|generic|RULE|FILE
void add_layers_option(CLI::App& command, std::string& layers);
/// --max-cycles N and --max-instructions N, with decimal prefixes.
void add_limit_options(CLI::App& command, Limits& limits);

}  // namespace sramscope::cli
