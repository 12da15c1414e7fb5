#include "sramscope/export.h"

#include <fmt/format.h>

#include <algorithm>

#include "profiler/counter_names.h"
#include "profiler/exports.h"
#include "profiler/format.h"
#include "profiler/layers.h"
#include "profiler/report_facts.h"

namespace sramscope {
namespace {

struct Exporter {
  ExportFormat format;
  std::string (*write)(const Report&);
  /// Needs this part of the report.
  bool (*has_data)(const Report&);
};

bool always(const Report&) { return true; }
bool has_timeline(const Report& report) { return !report.timeline.empty(); }
bool has_map(const Report& report) { return !report.memory_map.rows.empty(); }
bool has_layers(const Report& report) { return !report.layers.empty(); }
bool has_frames(const Report& report) {
  return !report.layers.empty() || !report.functions.empty();
}

const std::vector<Exporter>& exporters() {
  using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it
  static const std::vector<Exporter> all{
      {{"csv", "one line per layer, for spreadsheets"}, export_csv, always},
      {{"markdown", "the table of layers, for pull requests"}, export_markdown, always},
      {{"perfetto", "Chrome trace JSON: layers as slices, live bytes as counters"},
       export_perfetto,
       always},
      {{"speedscope", "flame graph for speedscope.app"}, export_speedscope, has_frames},
      {{"callgrind", "for callgrind_annotate and KCachegrind"}, export_callgrind, has_frames},
      {{"folded", "folded stacks for flamegraph.pl"}, export_folded, has_frames},
      {{"junit", "JUnit XML: how the run ended, and a test case per kind of finding"},
       export_junit,
       always},
      {{"svg-blocks", "chart: peak memory of each block or layer"}, export_svg_blocks, has_layers},
      {{"svg-timeline", "chart: live bytes over time by kind"}, export_svg_timeline, has_timeline},
      {{"svg-map", "chart: address by time"}, export_svg_map, has_map}};
  return all;
}

}  // namespace

namespace profiler {
namespace {

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

std::string csv_row(const std::string& id, const std::string& name, const std::string& kind,
                    std::uint64_t executions, const Counters& counters, const MemoryPeaks* peaks) {
  std::string row = fmt::format("{},{},{},{}", id, csv_text(name), kind, executions);
  for (const auto& counter : kCounters) {
    row += fmt::format(",{}", counters.*counter.value);
  }
  if (peaks == nullptr) {
    return row + ",,,,\n";
  }
  return row + fmt::format(",{},{},{},{}\n", peaks->live_peak, peaks->touched, peaks->reserved,
                           peaks->stack);
}

}  // namespace

std::string export_csv(const Report& report) {
  std::string text = "id,layer,kind,executions";
  for (const auto& counter : kCounters) {
    text += fmt::format(",{}", counter.name);
  }
  text += ",live_peak_bytes,touched_bytes,reserved_bytes,stack_bytes\n";
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    text +=
        csv_row(fmt::format("{}", i), path_of(report, i), std::string(layer_kind_name(layer.kind)),
                layer.executions, layer.inclusive, &layer.memory);
  }
  text += csv_row("", "outside layers", "outside", 0, report.outside, nullptr);
  return text + csv_row("", "total", "total", 1, report.total, &report.memory);
}

std::string export_markdown(const Report& report) {
  std::string text =
      fmt::format("**{}** on {}\n\n", stem_of(report.provenance.elf_path), report.provenance.board);
  text += "| layer | runs | cycles | share | live peak | touched | stack |\n";
  text += "|---|--:|--:|--:|--:|--:|--:|\n";
  const auto row = [&](std::string name, const std::string& runs, const Counters& counters,
                       const MemoryPeaks* peaks) {
    std::replace(name.begin(), name.end(), '|', '/');
    text += fmt::format("| {} | {} | {} | {} |", name, runs, grouped(counters.cycles),
                        share_text(counters.cycles, report.total.cycles));
    text += peaks == nullptr ? "  |  |  |\n"
                             : fmt::format(" {} | {} | {} |\n", bytes_text(peaks->live_peak),
                                           bytes_text(peaks->touched), bytes_text(peaks->stack));
  };
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    row(path_of(report, i), fmt::format("{}", layer.executions), layer.inclusive, &layer.memory);
  }
  row("outside layers", "", report.outside, nullptr);
  row("**total**", "", report.total, &report.memory);
  for (const Finding& finding : report.findings) {
    text += fmt::format("\n- {}: {}", finding_kind_name(finding.kind), finding.message);
  }
  return text + (report.findings.empty() ? "" : "\n");
}

}  // namespace profiler

const std::vector<ExportFormat>& export_formats() {
  static const std::vector<ExportFormat> formats = [] {
    std::vector<ExportFormat> all;
    for (const Exporter& exporter : exporters()) {
      all.push_back(exporter.format);
    }
    return all;
  }();
  return formats;
}

Result<std::string> export_report(const Report& report, std::string_view format) {
  std::string names;
  for (const Exporter& exporter : exporters()) {
    if (exporter.format.name == format) {
      if (!exporter.has_data(report)) {
        return Error{fmt::format("the report has nothing that \"{}\" could show", format)};
      }
      return exporter.write(report);
    }
    names += (names.empty() ? "" : ", ") + std::string(exporter.format.name);
  }
  return Error{fmt::format("unknown format \"{}\"; known: {}", format, names)};
}

}  // namespace sramscope
