#include "ui/cli/options.h"

#include <CLI/CLI.hpp>
#include <cstdint>

#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

/// Like add_option, for a count that may be written "5M".
void add_count(CLI::App& command, const std::string& name, std::uint64_t& value,
               const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [name, &value](const std::string& text) {
            const auto count = parse_count(text);
            if (!count) throw CLI::ValidationError(name, count.error().message);
            value = *count;
          },
          help)
      ->type_name("N");
}

}  // namespace

void add_board_option(CLI::App& command, std::optional<std::string>& board) {
  command
      .add_option(
          "--board", board,
          "A board's name (see `sramscope boards`) or JSON file (default: derived from the ELF)")
      ->type_name("BOARD");
}

void add_layers_option(CLI::App& command, std::string& layers) {
  command
      .add_option(
          "--layers", layers,
          "Layers by auto, none, markers, generic, a rule or its file (see `sramscope layers`)")
      ->type_name("RULE");
}

void add_setting_options(CLI::App& command, std::vector<std::string>& settings,
                         bool& assume_caches_on) {
  command
      .add_option("--set", settings,
                  "Override a field of the board, such as flash.wait=2, core.clock_mhz=80 or\n"
                  "icache.size=16K; may be repeated")
      ->type_name("OBJECT.FIELD=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--assume-caches-on", assume_caches_on,
                   "Caches and prefetch are on from the start, whatever the firmware enables");
}

void add_limit_options(CLI::App& command, Limits& limits) {
  add_count(command, "--max-cycles", limits.max_cycles,
            "Stop after this many simulated cycles, such as 500M");
  add_count(command, "--max-instructions", limits.max_instructions,
            "Stop after this many instructions");
}

}  // namespace sramscope::cli
