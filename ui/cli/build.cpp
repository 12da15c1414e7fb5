// sramscope build: a network and a schedule become firmware.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "sramscope/codegen.h"
#include "ui/cli/board_room.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/network_options.h"
#include "ui/cli/schedule_choice.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"
#include "ui/cli/toolchain.h"

namespace sramscope::cli {
namespace {

struct BuildOptions {
  NetworkRequest network;
  std::string schedule = "auto";
  std::string board;
  std::string directory;
};

/// Compiles when there is a compiler; the exit code.
int compile(const GeneratedFirmware& firmware, const std::string& directory) {
  const auto compiler = find_cross_compiler();
  if (!compiler) {
    print_note(
        "arm-none-eabi-gcc is not in $PATH: sources only; run make there (Debian: apt-get "
        "install gcc-arm-none-eabi libnewlib-arm-none-eabi)");
    return kOk;
  }
  const auto elf = compile_firmware(firmware, directory, *compiler);
  if (!elf) return print_error(elf.error().message), kUsage;
  print_data(*elf + "\n");
  return kOk;
}

int build(const BuildOptions& options) {
  const auto network = load_network(options.network);
  if (!network) return print_error(network.error().message), kUsage;
  const auto board = load_board(options.board);
  if (!board) return print_error(board.error().message), kUsage;
  const auto plan = choose_plan(*network, options.schedule, *board);
  if (!plan) return print_error(plan.error().message), kUsage;
  const auto firmware = generate_firmware(*network, *plan, *board);
  if (!firmware) return print_error(firmware.error().message), kUsage;
  if (const auto written = write_firmware(*firmware, options.directory); !written)
    return print_error(written.error().message), kUsage;
  print_status(fmt::format("{}, {}: arena {}, {} multiply-accumulates ({:.3f}x); {} files in {}",
                           network->name, schedule_name(*network, plan->schedule),
                           format_bytes(plan->arena_bytes),
                           format_count(static_cast<std::uint64_t>(plan->macs)),
                           static_cast<double>(plan->macs) /
                               static_cast<double>(std::max<std::int64_t>(plan->layer_macs, 1)),
                           firmware->files.size(), options.directory));
  if (const auto problem = lacking_room(*network, *plan, *board); !problem.empty())
    return print_error(problem), kUsage;
  return compile(*firmware, options.directory);
}

}  // namespace

void add_build(CLI::App& app, int& status) {
  auto options = std::make_shared<BuildOptions>();
  auto* command = app.add_subcommand(
      "build", "Generate the firmware of a network in a schedule, and compile it");
  add_network_options(*command, options->network);
  command
      ->add_option("--schedule", options->schedule,
                   "layer, patch:NxM@K (K layers; 3b: 3 blocks; then ,fetch), or auto")
      ->type_name("S")
      ->capture_default_str();
  command->add_option("--board", options->board, "A board, or a board file")
      ->required()
      ->type_name("NAME|FILE");
  command->add_option("-o,--output", options->directory, "Where the sources go; created if need be")
      ->required()
      ->type_name("DIR");
  command->footer(
      "Example: sramscope build mobilenet_v2 --width 0.35 --resolution 144 --schedule patch:4x4@5b "
      "\\\n"
      "           --board nucleo-f412zg -o firmware\n"
      "The ELF's path goes to standard output. 1 kB = 1024 bytes.\n"
      "Exit code: 0 ok, 2 bad option, network or board, the network does not fit, or the compiler "
      "failed.");
  command->callback([options, &status] { status = build(*options); });
}

}  // namespace sramscope::cli
