// sramscope export: a report in the formats of other tools.
#include "sramscope/export.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/files.h"
#include "ui/cli/terminal.h"

namespace sramscope::cli {
namespace {

struct ExportOptions {
  std::string report;
  std::string format;
  std::string output = "-";
};

int export_to_file(const ExportOptions& options) {
  const std::string name = options.report == "-" ? std::string(kStdinName) : options.report;
  const auto text = read_file(options.report);
  if (!text) return print_error(text.error().message), kUsage;
  if (looks_like_elf(*text)) {
    return print_error(name + ": an ELF file; export takes a report: sramscope run " + name +
                       " --report run.json"),
           kUsage;
  }
  const auto report = report_from_json(*text, name);
  if (!report) return print_error(report.error().message), kUsage;
  const auto exported = export_report(*report, options.format);
  if (!exported) return print_error(name + ": " + exported.error().message), kUsage;
  if (const auto problem = write_file(options.output, *exported); !problem.empty())
    return print_error(problem), kUsage;
  return kOk;
}

}  // namespace

void add_export(CLI::App& app, int& status) {
  auto options = std::make_shared<ExportOptions>();
  auto* command = app.add_subcommand("export", "Turn a report into the format of another tool");
  command->add_option("report", options->report, "A report of `run --report`, or - for stdin")
      ->required()
      ->type_name("REPORT");
  std::vector<std::string> names;
  std::string footer = "Formats:\n";
  for (const ExportFormat& format : export_formats()) {
    names.emplace_back(format.name);
    footer += fmt::format("  {:<13} {}\n", format.name, format.description);
  }
  command->add_option("--format", options->format, "One of the formats below")
      ->required()
      ->type_name("FORMAT")
      ->check(CLI::IsMember(names));
  command->add_option("-o,--output", options->output, "File to write (default: standard output)")
      ->type_name("FILE");
  command->footer(footer + "Example: sramscope export run.json --format perfetto -o trace.json");
  command->callback([options, &status] { status = export_to_file(*options); });
}

}  // namespace sramscope::cli
