#include "ui/cli/app.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/machine.h"
#include "sramscope/version.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

constexpr std::string_view kShortHelp =
    R"(sramscope runs Cortex-M firmware and shows where its memory and cycles go, layer by layer.

  sramscope run firmware.elf --board stm32f746g-disco     one firmware: a line for each layer
  sramscope compare layer.elf patch.elf --limit 256K      two schedules of a network side by side
  sramscope boards                                        what it can run on

More: sramscope --help, sramscope COMMAND --help
)";

constexpr const char* kFooter =
    R"(Examples:
  sramscope run firmware.elf --board stm32f746g-disco --report run.json
  sramscope compare layer.elf patch.elf --board stm32f746g-disco --limit 256K
  sramscope layers firmware.elf
  sramscope boards stm32f746g-disco

Data goes to standard output, everything else to standard error. A path may be "-". 1 kB = 1024 bytes.
Exit code: 0 ok, 1 a budget or comparison failed, 2 usage or configuration, 3 the firmware faulted, 4 a limit was
reached. NO_COLOR switches colour off.)";

std::string version_text() {
  return fmt::format("sramscope {} (commit {})\ncycle models: version {}", tool_version(),
                     tool_commit(), cycle_model_version());
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const auto best = nearest(word, candidates);
  return best.empty() ? "" : fmt::format("; did you mean {}?", best);
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

const CLI::App& chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

/// One sentence for what CLI11 refused: unknown words first, for they are often why something else
/// is missing.
std::string describe(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = chosen_command(app);
  const std::string context = &command == &app ? "" : command.get_name() + ": ";
  const auto extras = app.remaining(/*recurse=*/true);
  for (const auto& extra : extras) {
    if (!extra.starts_with('-')) continue;
    const auto word = extra.substr(0, extra.find('='));
    return fmt::format("{}unknown option {}{}", context, word,
                       did_you_mean(word, option_names(command)));
  }
  if (!extras.empty()) return fmt::format("{}unexpected argument '{}'", context, extras.front());
  return context + error.what();
}

/// "" or what is wrong with the first word, which has to be a command or an option.
std::string unknown_command(const CLI::App& app, std::string_view word) {
  const auto names = command_names(app);
  if (word.starts_with('-') || std::ranges::find(names, word) != names.end()) return "";
  return fmt::format("unknown command '{}'{}", word, did_you_mean(word, names));
}

int usage_error(const std::string& message, const CLI::App& app) {
  const CLI::App& command = chosen_command(app);
  print_error(message);
  print_status(fmt::format("   see: sramscope{}{} --help", &command == &app ? "" : " ",
                           &command == &app ? "" : command.get_name()));
  return kUsage;
}

int parse_and_run(int argc, const char* const* argv) {
  int status = kOk;
  CLI::App app{
      "sramscope runs Cortex-M firmware and shows where its memory and cycles go, layer by layer.",
      "sramscope"};
  app.set_version_flag("--version", version_text(),
                       "Print the versions of program and cycle models");
  app.get_formatter()->column_width(34);
  app.footer(kFooter);
  app.require_subcommand(1);
  add_run(app, status);
  add_compare(app, status);
  add_check(app, status);
  add_export(app, status);
  add_annotate(app, status);
  add_layers(app, status);
  add_view(app, status);
  add_boards(app, status);
  add_plan(app, status);
  add_completion(app, status);

  if (argc < 2) return print_data(kShortHelp) ? kOk : kUsage;
  if (const auto problem = unknown_command(app, argv[1]); !problem.empty())
    return usage_error(problem, app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print_data(app.help()) ? kOk : kUsage;
  } catch (const CLI::CallForVersion&) {
    return print_data(version_text() + "\n") ? kOk : kUsage;
  } catch (const CLI::ParseError& error) {
    return usage_error(describe(app, error), app);
  }
  return status;
}

}  // namespace

int run_app(int argc, const char* const* argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& error) {
    print_error(fmt::format("internal error, please report it: {}", error.what()));
    return kInternal;
  }
}

}  // namespace sramscope::cli
