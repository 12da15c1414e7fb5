// sramscope compare: two runs side by side.
#include "sramscope/compare.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/files.h"
#include "ui/cli/options.h"
#include "ui/cli/simulate.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

struct CompareOptions {
  std::string a;
  std::string b;
  std::optional<std::string> board;
  std::vector<std::string> settings;
  bool assume_caches_on = false;
  Limits limits;
  std::string layers = "auto";
  std::uint64_t sram_limit = 0;
  bool json = false;
};

/// One side of the comparison: a report, or the ELF that has still to run.
struct Side {
  std::string path;
  std::optional<Report> report;
};

/// Runs the ELF of `side`; returns the exit code, not 0 when there is nothing to compare.
int run_side(const CompareOptions& options, Side& side) {
  SimulationRequest request;
  request.elf = side.path;
  request.board = options.board;
  request.settings = options.settings;
  request.assume_caches_on = options.assume_caches_on;
  request.limits = options.limits;
  request.layers = options.layers;
  request.guest_output = GuestOutput::dropped;
  auto simulation = simulate(request);
  if (!simulation) return print_error(simulation.error().message), kUsage;
  const Stop& stop = simulation->report.stop;
  for (const auto& warning : simulation->report.warnings) print_warning(warning);
  print_stop_message(stop);
  print_status(side.path + ": " + describe_stop(*simulation, options.limits));
  side.report = std::move(simulation->report);
  return exit_code_of(stop.kind);
}

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

/// Reads a report, or sees that the file is an ELF.
Result<Side> open_side(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  if (looks_like_elf(*text) && path != "-") return Side{path, std::nullopt};
  const std::string name = path == "-" ? std::string(kStdinName) : path;
  if (!looks_like_json(*text)) {
    const char* expected = path == "-" ? "not a report" : "neither an ELF file nor a report";
    return Error{fmt::format("{}: {} that `sramscope run --report` wrote", name, expected)};
  }
  auto report = report_from_json(*text, name);
  if (!report) return report.error();
  return Side{path, std::move(*report)};
}

void warn_about(const Comparison& comparison) {
  for (const Report* report : {&comparison.a, &comparison.b}) {
    if (report->partial) {
      print_warning(fmt::format("{} is a partial report: its run ended by {}",
                                report->provenance.elf_path, stop_kind_name(report->stop.kind)));
    }
  }
  const auto& a = comparison.a.provenance;
  const auto& b = comparison.b.provenance;
  if (a.board != b.board)
    print_warning(fmt::format("the runs are on different boards: {} and {}", a.board, b.board));
  if (a.cycle_model_version != b.cycle_model_version || a.cycle_model != b.cycle_model) {
    print_warning(fmt::format("the runs used different cycle models: {} {} and {} {}",
                              a.cycle_model, a.cycle_model_version, b.cycle_model,
                              b.cycle_model_version));
  }
}

int compare_runs(const CompareOptions& options) {
  if (options.a == "-" && options.b == "-") {
    return print_error("only one side of a comparison can come from standard input"), kUsage;
  }
  auto a = open_side(options.a);
  if (!a) return print_error(a.error().message), kUsage;
  auto b = open_side(options.b);
  if (!b) return print_error(b.error().message), kUsage;
  for (Side* side : {&*a, &*b}) {
    if (side->report) continue;
    if (const int code = run_side(options, *side); code != kOk) return code;
  }

  const auto comparison = compare(*a->report, *b->report);
  warn_about(comparison);
  const std::string text =
      options.json ? to_json(comparison) : to_text(comparison, stdout_style(), options.sram_limit);
  if (!print_data(text)) return print_error("cannot write to standard output"), kUsage;
  const bool complete = !comparison.a.partial && !comparison.b.partial;
  if (complete && !comparison.same_output) {
    print_error(
        "the two firmwares printed different output: this is no comparison of two schedules of one "
        "network");
    return kComparisonFailed;
  }
  return kOk;
}

}  // namespace

void add_compare(CLI::App& app, int& status) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand(
      "compare", "Put two runs side by side: memory of each block, cycles, output");
  command
      ->add_option("a", options->a,
                   "An ELF file to run, a report of `run --report`, or - for a report on stdin")
      ->required()
      ->type_name("A");
  command->add_option("b", options->b, "The other one")->required()->type_name("B");
  add_board_option(*command, options->board);
  add_setting_options(*command, options->settings, options->assume_caches_on);
  add_limit_options(*command, options->limits);
  add_layers_option(*command, options->layers);
  command
      ->add_option_function<std::string>(
          "--limit",
          [options](const std::string& text) {
            const auto bytes = parse_bytes(text);
            if (!bytes) throw CLI::ValidationError("--limit", bytes.error().message);
            options->sram_limit = *bytes;
          },
          "Draw a line at this much SRAM, such as 256K, and mark what exceeds it")
      ->type_name("SIZE");
  command->add_flag("--json", options->json, "Print the comparison as JSON");
  command->footer(
      "Example: sramscope compare layer.elf patch.elf --board stm32f746g-disco --limit 256K\n"
      "1 kB = 1024 bytes.\n"
      "Exit code: 0 ok, 1 the firmwares printed different output, 2 bad option, file or board,\n"
      "3 a firmware faulted, 4 a limit was reached.");
  command->callback([options, &status] { status = compare_runs(*options); });
}

}  // namespace sramscope::cli
