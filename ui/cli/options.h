#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sramscope/machine.h"

namespace CLI {
class App;
}

namespace sramscope::cli {

/// --board NAME|FILE|-
void add_board_option(CLI::App& command, std::optional<std::string>& board);
/// --layers auto|none|markers|generic|RULE|FILE
void add_layers_option(CLI::App& command, std::string& layers);
/// --set OBJECT.FIELD=VALUE, repeatable, and --assume-caches-on
void add_setting_options(CLI::App& command, std::vector<std::string>& settings,
                         bool& assume_caches_on);
/// --max-cycles N and --max-instructions N, with decimal prefixes.
void add_limit_options(CLI::App& command, Limits& limits);

}  // namespace sramscope::cli
