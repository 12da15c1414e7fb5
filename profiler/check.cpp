#include "sramscope/check.h"

#include <fmt/format.h>

#include <algorithm>

#include "profiler/compare_facts.h"
#include "profiler/exports.h"
#include "profiler/format.h"
#include "profiler/report_facts.h"
#include "profiler/xml.h"

namespace sramscope {
namespace {

using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it

/// A figure, its name and its unit with a space in front.
struct Figure {
  std::string name;
  std::uint64_t value = 0;
  const char* unit = "";
};

CheckItem against_budget(const Figure& figure, std::uint64_t budget, const std::string& where) {
  const bool passed = figure.value <= budget;
  const std::string message =
      passed ? fmt::format("{} {}{} (budget {}{})", figure.name, grouped(figure.value), figure.unit,
                           grouped(budget), figure.unit)
             : fmt::format("{} {}{} exceeds the budget of {}{} by {}{}{}", figure.name,
                           grouped(figure.value), figure.unit, grouped(budget), figure.unit,
                           grouped(figure.value - budget), figure.unit, where);
  return {figure.name, passed, message};
}

CheckItem against_baseline(const Figure& figure, std::uint64_t baseline, double tolerance) {
  const double most = static_cast<double>(baseline) * (1 + tolerance / 100);
  const bool passed = static_cast<double>(figure.value) <= most;
  const std::string message =
      fmt::format("{} {}{} (baseline {}{}, {}{})", figure.name, grouped(figure.value), figure.unit,
                  grouped(baseline), figure.unit, change_text(baseline, figure.value),
                  passed ? "" : fmt::format(", more than the {:g} % that are allowed", tolerance));
  return {figure.name + " against the baseline", passed, message};
}

/// " (layer 7 'block3/project')": where the peak is.
std::string peak_layer_text(const Report& report) {
  const auto layer = peak_layer(report);
  return layer ? fmt::format(" (layer {} '{}')", *layer, path_of(report, *layer)) : "";
}

void check_baseline(CheckResult& result, const Report& report, const Report& baseline,
                    double tolerance) {
  const auto add = [&](const std::string& name, std::uint64_t value, std::uint64_t before,
                       const char* unit) {
    result.items.push_back(against_baseline({name, value, unit}, before, tolerance));
  };
  add("peak SRAM", report.memory.live_peak, baseline.memory.live_peak, " B");
  add("cycles", report.total.cycles, baseline.total.cycles, "");
  add("stack", report.memory.stack, baseline.memory.stack, " B");
  const bool blocks = has_blocks(report) && has_blocks(baseline);
  const std::vector<BlockRow> before = block_rows(baseline, blocks);
  for (const BlockRow& row : block_rows(report, blocks)) {
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const BlockRow& b) { return b.name == row.name; });
    if (known == before.end()) {
      continue;
    }
    const CheckItem peak =
        against_baseline({"peak SRAM of " + row.name, row.figures.live_peak, " B"},
                         known->figures.live_peak, tolerance);
    const CheckItem cycles = against_baseline({"cycles of " + row.name, row.figures.cycles, ""},
                                              known->figures.cycles, tolerance);
    for (const CheckItem& item : {peak, cycles}) {
      if (!item.passed) {  // that all others are well is no news
        result.items.push_back(item);
      }
    }
  }
}

}  // namespace

/// The run itself and each kind of findings as test cases.
std::string profiler::export_junit(const Report& report) {
  CheckResult result;
  result.title = stem_of(report.provenance.elf_path);
  result.items.push_back({"run", !report.partial, std::string(stop_kind_name(report.stop.kind))});
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    CheckItem item{std::string(finding_kind_name(static_cast<FindingKind>(i))), true, ""};
    for (const Finding& finding : report.findings) {
      if (static_cast<std::size_t>(finding.kind) == i) {
        item.passed = false;
        item.message += (item.message.empty() ? "" : "; ") + finding.message;
      }
    }
    result.items.push_back(std::move(item));
  }
  return to_junit(result);
}

bool CheckResult::passed() const {
  return std::all_of(items.begin(), items.end(), [](const CheckItem& item) { return item.passed; });
}

std::uint64_t flash_bytes(const Image& image) {
  std::uint64_t bytes = 0;
  for (const Segment& segment : image.segments) {
    bytes += segment.bytes.size();
  }
  return bytes;
}

CheckResult check(const Report& report, const Budgets& budgets, const Report* baseline,
                  std::uint64_t flash) {
  CheckResult result;
  result.title = stem_of(report.provenance.elf_path);
  if (report.partial) {
    result.items.push_back(
        {"run", false,
         fmt::format("the run did not end by itself: {}", stop_kind_name(report.stop.kind))});
  }
  if (budgets.max_sram) {
    result.items.push_back(against_budget({"peak SRAM", report.memory.live_peak, " B"},
                                          *budgets.max_sram, peak_layer_text(report)));
  }
  if (budgets.max_cycles) {
    result.items.push_back(
        against_budget({"cycles", report.total.cycles, ""}, *budgets.max_cycles, ""));
  }
  if (budgets.max_flash) {
    result.items.push_back(
        flash == 0 ? CheckItem{"flash", false, "flash: a report does not tell, give the ELF"}
                   : against_budget({"flash", flash, " B"}, *budgets.max_flash, ""));
  }
  if (budgets.max_stack) {
    result.items.push_back(
        against_budget({"stack", report.memory.stack, " B"}, *budgets.max_stack, ""));
  }
  if (baseline != nullptr) {
    check_baseline(result, report, *baseline, budgets.tolerance_percent);
  }
  return result;
}

std::string to_text(const CheckResult& result, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string text;
  for (const CheckItem& item : result.items) {
    text += item.passed ? paint.green("ok") + "    " : paint.red("FAIL") + "  ";
    text += item.message + "\n";
  }
  return text;
}

std::string to_junit(const CheckResult& result) {
  const auto failures = std::count_if(result.items.begin(), result.items.end(),
                                      [](const CheckItem& item) { return !item.passed; });
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format(
      "<testsuites tests=\"{0}\" failures=\"{1}\">\n  <testsuite name=\"sramscope {2}\" "
      "tests=\"{0}\" failures=\"{1}\">\n",
      result.items.size(), failures, xml_text(result.title));
  for (const CheckItem& item : result.items) {
    text += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml_text(result.title),
                        xml_text(item.name));
    text += item.passed
                ? "/>\n"
                : fmt::format("><failure message=\"{}\"/></testcase>\n", xml_text(item.message));
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace sramscope
