#include "profiler/layer_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "profiler/format.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {
namespace {

constexpr std::uint32_t kDropped = 0xffffffff;

/// New number of each layer; kDropped for those without layers inside that are too small.
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
    numbers.push_back(small && !is_parent[i] ? kDropped : next++);
  }
  return numbers;
}

void drop_small_layers(Report& report, std::uint64_t fewest) {
  const std::vector<std::uint32_t> numbers = renumbered(report, fewest);
  std::vector<LayerReport> kept;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    LayerReport& layer = report.layers[i];
    if (numbers[i] == kDropped) {
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
                [&](const LayerExecution& e) { return numbers[e.layer.value] == kDropped; });
  for (LayerExecution& execution : report.executions) {
    execution.layer = {numbers[execution.layer.value]};
  }
}

}  // namespace

void fill_layer_source(Report& report, const LayerPlan& plan) {
  if (plan.fewest_instructions > 0) drop_small_layers(report, plan.fewest_instructions);
  report.layer_source.rule = report.layers.empty() ? "" : plan.rule;
  report.layer_source.engine = plan.engine;
  report.layer_source.reason = plan.reason;
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
