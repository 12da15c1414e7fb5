// sramscope annotate: the hottest functions, instruction by instruction.
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/listing.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/options.h"
#include "ui/cli/simulate.h"
#include "ui/cli/terminal.h"

namespace sramscope::cli {
namespace {

struct AnnotateOptions {
  SimulationRequest request;
  ListingOptions listing;
  bool json = false;
};

int annotate(const AnnotateOptions& options) {
  SimulationRequest request = options.request;
  request.guest_output = GuestOutput::dropped;
  request.listing = options.listing;
  const auto simulation = simulate(request);
  if (!simulation) return print_error(simulation.error().message), kUsage;
  const Report& report = simulation->report;
  print_stop_message(report.stop);
  if (!print_data(options.json ? to_json(report) : listings_text(report)))
    return print_error("cannot write to standard output"), kUsage;
  print_status(describe_stop(*simulation, request.limits));
  return exit_code_of(report.stop.kind);
}

}  // namespace

void add_annotate(CLI::App& app, int& status) {
  auto options = std::make_shared<AnnotateOptions>();
  auto* command = app.add_subcommand(
      "annotate", "Disassemble the hottest functions with the cycles of each instruction");
  command->add_option("elf", options->request.elf, "Firmware (a 32-bit Arm ELF), or -")
      ->required()
      ->type_name("ELF");
  add_board_option(*command, options->request.board);
  add_setting_options(*command, options->request.settings, options->request.assume_caches_on);
  command->add_option("--function", options->listing.function, "Only this function, by its symbol")
      ->type_name("NAME");
  command
      ->add_option("--top", options->listing.most_functions,
                   "How many of the hottest functions (default 5)")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_limit_options(*command, options->request.limits);
  command
      ->add_option("--arg", options->request.arguments,
                   "An argument for the firmware's command line; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "Print the report with the listings as JSON");
  command->add_flag("--quiet", options->request.quiet, "No notes and no progress line");
  command->footer(
      "Example: sramscope annotate firmware.elf --board nucleo-f446re --top 3\n"
      "Executions count conditional instructions that were skipped, too. What the way into a "
      "block\n"
      "costs (a branch's refill) stands at its first instruction.");
  command->callback([options, &status] { status = annotate(*options); });
}

}  // namespace sramscope::cli
