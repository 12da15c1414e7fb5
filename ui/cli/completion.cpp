// sramscope completion: a script for the shell, made from the options that the program really has.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "sramscope/board.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"

namespace sramscope::cli {
namespace {

std::string options_of(const CLI::App& command) {
  std::string names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names += (names.empty() ? "--" : " --") + name;
  }
  return names;
}

std::string bash_script(const CLI::App& app) {
  std::string commands;
  std::string cases;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands += (commands.empty() ? "" : " ") + command->get_name();
    cases += fmt::format("    {}) options=\"{}\" ;;\n", command->get_name(), options_of(*command));
  }
  std::string boards;
  for (const auto& board : builtin_boards()) boards += (boards.empty() ? "" : " ") + board.name;

  return fmt::format(R"BASH(# bash completion for sramscope:  eval "$(sramscope completion bash)"
_sramscope() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  local commands="{}" boards="{}" options=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "$commands {}" -- "$word"))
    return
  fi
  case $command in
{}  esac
  if [[ $previous == --board || $command == boards && $word != -* ]]; then
    COMPREPLY=($(compgen -W "$boards" -- "$word") $(compgen -f -X '!*.json' -- "$word"))
  elif [[ $previous == --semihosting-dir ]]; then
    COMPREPLY=($(compgen -d -- "$word"))
  elif [[ $command == completion && $word != -* ]]; then
    COMPREPLY=($(compgen -W bash -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _sramscope sramscope
)BASH",
                     commands, boards, options_of(app), cases);
}

}  // namespace

void add_completion(CLI::App& app, int& status) {
  auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "Print a completion script for the shell");
  command->add_option("shell", *shell, "The shell: bash")
      ->required()
      ->type_name("SHELL")
      ->check([](const std::string& name) {
        return name == "bash" ? std::string()
                              : "there is completion for bash only, not for \"" + name + "\"";
      });
  command->footer("Example: eval \"$(sramscope completion bash)\"");
  command->callback(
      [&app, shell, &status] { status = print_data(bash_script(app)) ? kOk : kUsage; });
}

}  // namespace sramscope::cli
