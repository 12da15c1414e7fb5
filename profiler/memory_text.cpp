#include "profiler/memory_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "profiler/format.h"
#include "profiler/report_facts.h"
#include "sramscope/explain.h"

namespace sramscope {
namespace profiler {
namespace {

constexpr std::size_t kMostFindingLines = 6;
constexpr std::size_t kMostItems = 16;

/// What a peak item is to the layer in which the peak lies: "input", "scratch" ..., else its kind.
std::string role_of(const Report& report, const PeakItem& item,
                    const std::optional<std::size_t>& layer) {
  const bool holds_activations = item.kind == MemoryKind::arena || item.kind == MemoryKind::heap;
  if (layer && item.buffer >= 0 && holds_activations) {
    for (const LayerBuffer& use : report.layer_buffers) {
      if (use.layer == *layer && use.buffer == item.buffer) {
        return std::string(buffer_role_name(use.role));
      }
    }
  }
  return std::string(memory_kind_name(item.kind));
}

std::string signed_text(std::int64_t bytes) {
  const auto size = static_cast<std::uint64_t>(bytes < 0 ? -bytes : bytes);
  return (bytes < 0 ? "-" : "+") + grouped(size);
}

}  // namespace

std::string peak_parts(const Report& report) {
  const std::optional<std::size_t> layer = peak_layer(report);
  std::map<std::string, std::uint64_t> bytes;
  for (const PeakItem& item : report.peak_items) {
    bytes[role_of(report, item, layer)] += item.bytes;
  }
  std::vector<std::pair<std::string, std::uint64_t>> parts(bytes.begin(), bytes.end());
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [name, size] : parts) {
    text += (text.empty() ? "" : ", ") + name + " " + bytes_text(size);
  }
  return text;
}

std::string definition_lines(const Report& report, const TextStyle& style) {
  std::string line;
  for (const PeakDefinition& definition : report.peak_definitions) {
    if (&definition != &report.peak_definitions.front()) {
      line += (line.empty() ? "" : ", ") + definition.name + " " + bytes_text(definition.bytes);
    }
  }
  return line.empty()
             ? ""
             : wrapped("by other definitions: " + line + " (--explain-peak)", style.width, 6);
}

std::string finding_lines(const Report& report, const TextStyle& style) {
  if (report.findings.empty()) {
    return "";
  }
  std::string text = fmt::format("findings: {}\n", report.findings.size());
  for (std::size_t i = 0; i < report.findings.size() && i < kMostFindingLines; ++i) {
    const Finding& finding = report.findings[i];
    const std::string where =
        finding.layer < 0 ? ""
                          : fmt::format(", layer {} '{}'", finding.layer,
                                        path_of(report, static_cast<std::size_t>(finding.layer)));
    text +=
        wrapped(fmt::format("  {}: {}{}", finding_kind_name(finding.kind), finding.message, where),
                style.width - 2, 4);
  }
  if (report.findings.size() > kMostFindingLines) {
    text += fmt::format("  and {} more (in the JSON report)\n",
                        report.findings.size() - kMostFindingLines);
  }
  return text;
}

}  // namespace profiler

std::string explain_peak(const Report& report, const TextStyle& style) {
  using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it
  const std::optional<std::size_t> layer = peak_layer(report);
  Table items;
  items.column("alive at the peak", Table::Align::left);
  items.column("as", Table::Align::left);
  items.column("bytes");
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < report.peak_items.size(); ++i) {
    const PeakItem& item = report.peak_items[i];
    if (i >= kMostItems) {
      rest += item.bytes;
      continue;
    }
    items.row({item.name, role_of(report, item, layer), grouped(item.bytes)});
  }
  if (rest > 0) {
    items.row({fmt::format("{} more", report.peak_items.size() - kMostItems), "", grouped(rest)});
  }
  items.row({"live peak", "", grouped(report.memory.live_peak)}, true);
  const Paint paint(style.colour);
  std::string text = items.text(style.width, 3, paint);
  for (const PeakDefinition& definition : report.peak_definitions) {
    text += "\n" + paint.bold(definition.name + ": " + grouped(definition.bytes) + " B") + "\n";
    text += wrapped("  " + definition.definition, style.width, 2);
    for (const PeakDefinition::Term& term : definition.terms) {
      text += fmt::format("  {}  {}\n", align_right(signed_text(term.bytes), 12), term.what);
    }
  }
  return text;
}

}  // namespace sramscope
