// sramscope run: one firmware, one table.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/explain.h"
#include "sramscope/report.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/files.h"
#include "ui/cli/live_run.h"
#include "ui/cli/options.h"
#include "ui/cli/simulate.h"
#include "ui/cli/terminal.h"
#include "ui/cli/what_if.h"

namespace sramscope::cli {
namespace {

struct RunOptions {
  std::string elf;
  std::optional<std::string> board;
  std::vector<std::string> settings;
  bool assume_caches_on = false;
  std::optional<std::string> report;
  Limits limits;
  std::string layers = "auto";
  CallRequest call;
  bool functions = false;
  bool quiet = false;
  bool json = false;
  bool exit_status = false;
  bool view = false;
  bool explain_peak = false;
  std::vector<std::string> fail_on;
  bool deliver_hard_faults = false;
  TimingMode timing = TimingMode::fast;
  std::optional<std::string> semihosting_directory;
  std::vector<std::string> arguments;
};

SimulationRequest request_of(const RunOptions& options) {
  SimulationRequest request;
  request.elf = options.elf;
  request.board = options.board;
  request.settings = options.settings;
  request.assume_caches_on = options.assume_caches_on;
  request.limits = options.limits;
  request.layers = options.layers;
  request.call = options.call;
  request.quiet = options.quiet;
  request.semihosting_directory = options.semihosting_directory;
  request.deliver_hard_faults = options.deliver_hard_faults;
  request.timing = options.timing;
  request.arguments = options.arguments;
  // Nothing may stand beside JSON on stdout.
  const bool json_on_stdout = options.json || options.report == "-";
  request.guest_output = json_on_stdout ? GuestOutput::to_stderr : GuestOutput::to_stdout;
  return request;
}

/// Says which findings of the kinds of --fail-on there are; true when there are some.
bool has_forbidden_findings(const RunOptions& options, const Report& report) {
  bool found = false;
  for (const Finding& finding : report.findings) {
    const std::string_view kind = finding_kind_name(finding.kind);
    const bool forbidden =
        std::any_of(options.fail_on.begin(), options.fail_on.end(),
                    [&](const auto& name) { return name == kind || name == "any"; });
    if (!forbidden) continue;
    found = true;
    const std::string where =
        finding.layer < 0
            ? ""
            : fmt::format(" (layer {} '{}')", finding.layer,
                          report.layers[static_cast<std::size_t>(finding.layer)].name);
    print_error(fmt::format("{}: {}{}", kind, finding.message, where));
  }
  return found;
}

/// Writes what was asked for; false (after a message) when that failed.
bool write_results(const RunOptions& options, const Simulation& simulation) {
  const Report& report = simulation.report;
  if (options.json) {
    if (!print_data(to_json(report))) return print_error("cannot write to standard output"), false;
  } else if (options.report != "-") {
    std::string text;
    if (!options.quiet) text = to_text(report, stdout_style());
    if (options.explain_peak) text += "\n" + explain_peak(report, stdout_style());
    if (options.functions) text += "\n" + functions_text(report, stdout_style());
    text += simulation.outputs;
    if (!text.empty() && !print_data(text))
      return print_error("cannot write to standard output"), false;
  }
  if (!options.report) return true;
  if (const auto problem = write_file(*options.report, to_json(report)); !problem.empty())
    return print_error(problem), false;
  if (report.partial && *options.report != "-") {
    print_status(fmt::format("partial report written to {} ({} layer{} begun)", *options.report,
                             report.layers.size(), report.layers.size() == 1 ? "" : "s"));
  }
  return true;
}

/// The firmware's status as ours: statuses that the shell cannot hold stay failures.
int clamped_status(std::uint32_t status) { return status > 255 ? 255 : static_cast<int>(status); }

int run_on_boards(const RunOptions& options) {
  if (options.report) return print_error("--report takes one board; use --json"), kUsage;
  WhatIf what_if;
  what_if.request = request_of(options);
  what_if.request.guest_output = GuestOutput::dropped;
  what_if.boards = split_list(*options.board);
  what_if.json = options.json;
  return print_what_if(what_if);
}

int run(const RunOptions& options, LiveRun* live) {
  if (options.board && options.board->find(',') != std::string::npos) return run_on_boards(options);
  if (options.report) {
    if (const auto problem = cannot_write(*options.report); !problem.empty())
      return print_error("--report " + problem), kUsage;
  }
  SimulationRequest request = request_of(options);
  if (live != nullptr) request.snapshot = [live] { return live->split(); };
  const auto simulation = simulate(request);
  if (!simulation) return print_error(simulation.error().message), kUsage;
  const Report& report = simulation->report;
  if (live != nullptr && live->is_copy()) live->send_and_leave(report);
  if (live != nullptr) live->send(report);

  const bool table = !options.json && !options.quiet && options.report != "-";
  if (!table) {  // which would show them itself
    for (const auto& warning : report.warnings) print_warning(warning);
  }
  print_stop_message(report.stop);
  const bool written = write_results(options, *simulation);
  print_status(describe_stop(*simulation, options.limits));

  if (const auto problem = check_conservation(report); !problem.empty()) {
    print_error("internal error, please report it with the ELF: " + problem);
    return kInternal;
  }
  if (!written) return kUsage;
  if (options.exit_status && report.stop.kind == StopKind::exited)
    return clamped_status(report.stop.exit_status);
  const int code = exit_code_of(report.stop.kind);
  const bool forbidden = has_forbidden_findings(options, report);
  return code == kOk && forbidden ? kComparisonFailed : code;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  auto options = std::make_shared<RunOptions>();
  auto* command = app.add_subcommand("run", "Run a firmware; show each layer's cycles and memory");
  command->add_option("elf", options->elf, "Firmware (a 32-bit Arm ELF), or - for standard input")
      ->required()
      ->type_name("ELF");
  add_board_option(*command, options->board);
  add_setting_options(*command, options->settings, options->assume_caches_on);
  command
      ->add_option("--report", options->report,
                   "Write the report as JSON to this file, or - for standard output")
      ->type_name("FILE");
  add_limit_options(*command, options->limits);
  add_layers_option(*command, options->layers);
  command->add_flag("--functions", options->functions,
                    "Print the functions with the most cycles as well");
  add_call_options(*command, options->call);
  command->add_flag("--quiet", options->quiet,
                    "Print only what the firmware prints, and why the run ended");
  command->add_flag("--json", options->json,
                    "Print the report as JSON; the firmware's own output moves to stderr");
  command->add_flag("--explain-peak", options->explain_peak,
                    "Print what was alive at the peak, and the peak by every definition in use");
  command
      ->add_option("--fail-on", options->fail_on,
                   "Exit with 1 when there are findings of these kinds")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("KIND,...")
      ->check(CLI::IsMember([] {
        std::vector<std::string> names{"any"};
        for (std::size_t i = 0; i < kFindingKinds; ++i)
          names.emplace_back(finding_kind_name(static_cast<FindingKind>(i)));
        return names;
      }()));
  command->add_flag("--exit-status", options->exit_status,
                    "Return the firmware's own exit status when it ends by itself");
  command->add_flag("--deliver-hardfaults", options->deliver_hard_faults,
                    "Run the firmware's HardFault handler instead of ending with a report");
  command
      ->add_option(
          "--timing", options->timing,
          "How cycles are counted: fast (default), or the slow reference by the same rules")
      ->transform(CLI::CheckedTransformer(std::map<std::string, TimingMode>{
          {"fast", TimingMode::fast}, {"reference", TimingMode::reference}}))
      ->type_name("MODE");
  command
      ->add_option("--semihosting-dir", options->semihosting_directory,
                   "Let the firmware open files, inside this directory only (default: no files)")
      ->type_name("DIR");
  command
      ->add_option("--arg", options->arguments,
                   "An argument for the firmware's command line; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command->footer(
      "Example: sramscope run person_detect.elf --board stm32f746g-disco --report run.json\n"
      "Several boards, as in --board nucleo-f446re,nucleo-h743zi, give one line each.\n"
      "The table goes to standard output, messages to standard error. 1 kB = 1024 bytes.\n"
      "Exit code: 0 ok, 1 a finding of --fail-on, 2 bad option, file or board, 3 the firmware "
      "faulted, 4 a limit was "
      "reached.");
  command->add_flag("--view", options->view, "Show the run in a window while it goes on");
  command->callback([options, &status] {
    status = options->view
                 ? run_beside_viewer([options](LiveRun& live) { return run(*options, &live); })
                 : run(*options, nullptr);
  });
}

}  // namespace sramscope::cli
