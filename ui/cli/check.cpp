// sramscope check: budgets and a baseline, for CI.
#include "sramscope/check.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
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

struct CheckOptions {
  std::string subject;
  std::optional<std::string> board;
  std::optional<std::string> baseline;
  std::optional<std::string> junit;
  std::string layers = "auto";
  Budgets budgets;
};

struct Subject {
  Report report;
  std::uint64_t flash = 0;
};

Result<Report> open_report(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error();
  return report_from_json(*text, path == "-" ? std::string(kStdinName) : path);
}

/// Reads a report, or runs the ELF.
Result<Subject> open_subject(const CheckOptions& options) {
  const auto text = read_file(options.subject);
  if (!text) return text.error();
  if (options.subject == "-" || !looks_like_elf(*text)) {
    const std::string name = options.subject == "-" ? std::string(kStdinName) : options.subject;
    auto report = report_from_json(*text, name);
    if (!report) return report.error();
    return Subject{std::move(*report), 0};
  }
  SimulationRequest request;
  request.elf = options.subject;
  request.board = options.board;
  request.layers = options.layers;
  request.guest_output = GuestOutput::dropped;
  const auto image = read_image(options.subject);
  if (!image) return image.error();
  auto simulation = simulate(request);
  if (!simulation) return simulation.error();
  print_stop_message(simulation->report.stop);
  return Subject{std::move(simulation->report), flash_bytes(*image)};
}

int check_budgets(const CheckOptions& options) {
  const Budgets& b = options.budgets;
  if (!b.max_sram && !b.max_cycles && !b.max_flash && !b.max_stack && !options.baseline) {
    return print_error("nothing to check: give a budget such as --max-sram 256K, or --baseline"),
           kUsage;
  }
  if (options.junit) {
    if (const auto problem = cannot_write(*options.junit); !problem.empty())
      return print_error("--junit " + problem), kUsage;
  }
  std::optional<Report> baseline;
  if (options.baseline) {
    auto opened = open_report(*options.baseline);
    if (!opened) return print_error(opened.error().message), kUsage;
    baseline = std::move(*opened);
  }
  const auto subject = open_subject(options);
  if (!subject) return print_error(subject.error().message), kUsage;

  const CheckResult result =
      check(subject->report, b, baseline ? &*baseline : nullptr, subject->flash);
  if (options.junit) {
    if (const auto problem = write_file(*options.junit, to_junit(result)); !problem.empty())
      return print_error(problem), kUsage;
  }
  if (options.junit != "-" && !print_data(to_text(result, stdout_style())))
    return print_error("cannot write to standard output"), kUsage;
  const int code = exit_code_of(subject->report.stop.kind);
  if (code != kOk) return code;
  return result.passed() ? kOk : kComparisonFailed;
}

void add_size_option(CLI::App& command, const std::string& name,
                     std::optional<std::uint64_t>& value, const std::string& help) {
  command
      .add_option_function<std::string>(
          name,
          [name, &value](const std::string& text) {
            const auto bytes = parse_bytes(text);
            if (!bytes) throw CLI::ValidationError(name, bytes.error().message);
            value = *bytes;
          },
          help)
      ->type_name("SIZE");
}

double parse_percent(std::string text) {
  if (!text.empty() && text.back() == '%') text.pop_back();
  std::size_t used = 0;
  double percent = -1;
  try {
    percent = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used != text.size() || !(percent >= 0 && percent <= 1000))
    throw CLI::ValidationError("--tolerance", "expected a percentage such as 2%, got " + text);
  return percent;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  auto options = std::make_shared<CheckOptions>();
  auto* command = app.add_subcommand("check", "Hold a run against budgets and a baseline, for CI");
  command
      ->add_option("subject", options->subject,
                   "An ELF file to run, a report of `run --report`, or - for a report on stdin")
      ->required()
      ->type_name("ELF|REPORT");
  add_board_option(*command, options->board);
  add_layers_option(*command, options->layers);
  Budgets& budgets = options->budgets;
  add_size_option(*command, "--max-sram", budgets.max_sram,
                  "Most SRAM that may be live at once, such as 256K");
  add_size_option(*command, "--max-flash", budgets.max_flash,
                  "Most bytes of flash that the image may take");
  add_size_option(*command, "--max-stack", budgets.max_stack, "Deepest stack");
  command
      ->add_option_function<std::string>(
          "--max-cycles",
          [options](const std::string& text) {
            const auto count = parse_count(text);
            if (!count) throw CLI::ValidationError("--max-cycles", count.error().message);
            options->budgets.max_cycles = *count;
          },
          "Most cycles, such as 25M")
      ->type_name("N");
  command
      ->add_option("--baseline", options->baseline,
                   "A report to compare with: peak SRAM, cycles, stack, and each block")
      ->type_name("REPORT");
  command
      ->add_option_function<std::string>(
          "--tolerance",
          [options](const std::string& text) {
            options->budgets.tolerance_percent = parse_percent(text);
          },
          "How much worse than the baseline is still well (default 0%)")
      ->type_name("PERCENT");
  command->add_option("--junit", options->junit, "Write the results as JUnit XML")
      ->type_name("FILE");
  command->footer(
      "Example: sramscope check fw.elf --board stm32f746g-disco --max-sram 64K --baseline "
      "main.json --tolerance 2%\n"
      "Exit code: 0 ok, 1 a budget or the baseline is exceeded, 2 bad option, file or board,\n"
      "3 the firmware faulted, 4 a limit was reached.");
  command->callback([options, &status] { status = check_budgets(*options); });
}

}  // namespace sramscope::cli
