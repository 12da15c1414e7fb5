#include "profiler/layer_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "profiler/format.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {
namespace {

/// New number of each layer; kDroppedLayer for those without layers inside that are too small.
std::vector<std::uint32_t> renumbered(const Report& report, std::uint64_t fewest) {
  std::vector<bool> is_parent(report.layers.size());
  for (const LayerReport& layer : report.layers) {
    if (layer.parent >= 0) is_parent[static_cast<std::size_t>(layer.parent)] = true;
  }
  std::vector<std::uint32_t> numbers;
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    const bool small = layer.inclusive.instructions < fewest * layer.executions;
    numbers.push_back(small && !is_parent[i] ? kDroppedLayer : next++);
  }
  return numbers;
}

void renumber(std::vector<std::uint32_t>& layers, const std::vector<std::uint32_t>& numbers) {
  for (std::uint32_t& layer : layers) layer = numbers[layer];
  std::erase(layers, kDroppedLayer);
}

/// What the report says about buffers and findings in terms of layers.
void renumber_memory(Report& report, const std::vector<std::uint32_t>& numbers) {
  for (BufferReport& buffer : report.buffers) {
    renumber(buffer.written_by, numbers);
    renumber(buffer.read_by, numbers);
  }
  for (LayerBuffer& buffer : report.layer_buffers) buffer.layer = numbers[buffer.layer];
  std::erase_if(report.layer_buffers,
                [](const LayerBuffer& buffer) { return buffer.layer == kDroppedLayer; });
  for (Finding& finding : report.findings) {
    if (finding.layer < 0) continue;
    const std::uint32_t layer = numbers[static_cast<std::size_t>(finding.layer)];
    finding.layer = layer == kDroppedLayer ? -1 : static_cast<int>(layer);
  }
}

void drop_layers(Report& report, const std::vector<std::uint32_t>& numbers) {
  std::vector<LayerReport> kept;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    LayerReport& layer = report.layers[i];
    if (numbers[i] == kDroppedLayer) {
      // Parents stand before their children, and a parent is never dropped.
      const bool nested = layer.parent >= 0;
      Counters& around =
          nested ? kept[numbers[static_cast<std::size_t>(layer.parent)]].exclusive : report.outside;
      around += layer.inclusive;
      continue;
    }
    layer.id = {numbers[i]};
    if (layer.parent >= 0) {
      layer.parent = static_cast<int>(numbers[static_cast<std::size_t>(layer.parent)]);
    }
    kept.push_back(std::move(layer));
  }
  report.layers = std::move(kept);
  std::erase_if(report.executions,
                [&](const LayerExecution& e) { return numbers[e.layer.value] == kDroppedLayer; });
  for (LayerExecution& execution : report.executions) {
    execution.layer = {numbers[execution.layer.value]};
  }
  renumber_memory(report, numbers);
}

}  // namespace

std::vector<std::uint32_t> fill_layer_source(Report& report, const LayerPlan& plan) {
  std::vector<std::uint32_t> numbers = renumbered(report, plan.fewest_instructions);
  if (plan.fewest_instructions > 0) drop_layers(report, numbers);
  report.layer_source.rule = report.layers.empty() ? "" : plan.rule;
  report.layer_source.engine = plan.engine;
  report.layer_source.reason = plan.reason;
  return numbers;
}

Cycles cycles_in_layers(const Report& report) {
  Cycles cycles = 0;
  for (const LayerReport& layer : report.layers) {
    const bool nested = layer.parent >= 0;
    const bool is_top =
        !nested || report.layers[static_cast<std::size_t>(layer.parent)].kind != LayerKind::layer;
    if (layer.kind == LayerKind::layer && is_top) cycles += layer.inclusive.cycles;
  }
  return cycles;
}

std::string layer_source_sentence(const Report& report) {
  const LayerSource& source = report.layer_source;
  if (report.layers.empty()) {
    return source.reason.empty() ? "layers: none, the firmware has no markers that ran"
                                 : "layers: none; " + source.reason;
  }
  const auto layers = static_cast<std::uint64_t>(
      std::count_if(report.layers.begin(), report.layers.end(),
                    [](const LayerReport& l) { return l.kind == LayerKind::layer; }));
  const bool marked = source.rule == "markers" || source.rule.empty();
  const Cycles cycles =
      marked ? report.total.cycles - report.outside.cycles : cycles_in_layers(report);
  const std::string what =
      fmt::format("{}, {} of cycles", counted(layers > 0 ? layers : report.layers.size(), "layer"),
                  share_text(cycles, report.total.cycles));
  if (marked) return fmt::format("layers: markers in the firmware ({})", what);
  const std::string name = source.engine.empty() ? "unknown" : source.engine;
  const std::string why = source.rule == "generic" ? "; " + source.reason : "";
  return fmt::format("engine: {} (rule {}, {}){}", name, source.rule, what, why);
}

}  // namespace sramscope::profiler
