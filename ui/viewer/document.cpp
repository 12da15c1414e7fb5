#include "ui/viewer/document.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

namespace sramscope::viewer {
namespace {

void describe_layers(Document& document) {
  const Report& report = document.report;
  const std::size_t count = report.layers.size();
  document.paths.resize(count);
  document.blocks.resize(count);
  document.depths.resize(count);
  document.leaf.assign(count, true);
  for (std::size_t i = 0; i < count; ++i) {
    const LayerReport& layer = report.layers[i];
    document.blocks[i] = i;
    document.paths[i] = layer.name;
    if (layer.parent < 0) continue;
    const auto parent = static_cast<std::size_t>(layer.parent);
    document.leaf[parent] = false;
    document.depths[i] = document.depths[parent] + 1;
    if (report.layers[parent].kind == LayerKind::network) continue;
    document.paths[i] = document.paths[parent] + "/" + layer.name;
    if (layer.kind != LayerKind::block) document.blocks[i] = document.blocks[parent];
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (report.layers[i].kind != LayerKind::network) document.by_path.emplace(document.paths[i], i);
  }
}

Segment segment_of(BufferRole role) {
  switch (role) {
    case BufferRole::input:
    case BufferRole::in_place:
      return Segment::input;
    case BufferRole::output:
      return Segment::output;
    case BufferRole::scratch:
      return Segment::scratch;
    case BufferRole::held:
    case BufferRole::weights:
      break;
  }
  return Segment::held;
}

/// Divides the bytes of the arena by role. The division by kind is exact; a buffer counts with its
/// own live peak, and no more than what is left of the arena's share.
void divide_activations(const Report& report, std::size_t layer, BytesBySegment& parts) {
  std::uint64_t& left = parts[static_cast<std::size_t>(Segment::activations)];
  for (const LayerBuffer& use : report.layer_buffers) {
    if (use.layer != layer || use.buffer < 0 || use.role == BufferRole::weights) continue;
    const BufferReport& buffer = report.buffers[static_cast<std::size_t>(use.buffer)];
    if (buffer.kind != MemoryKind::arena) continue;
    const std::uint64_t bytes = std::min(buffer.live_peak, left);
    parts[static_cast<std::size_t>(segment_of(use.role))] += bytes;
    left -= bytes;
  }
}

BytesBySegment parts_of(const Report& report, std::size_t layer) {
  const MemoryPeaks& memory = report.layers[layer].memory;
  BytesBySegment parts = {};
  std::uint64_t sum = 0;
  for (std::size_t kind = 0; kind < kMemoryKinds; ++kind) {
    const auto segment = viewer::segment_of(static_cast<MemoryKind>(kind));
    parts[static_cast<std::size_t>(segment)] = memory.live_by_kind[kind];
    sum += memory.live_by_kind[kind];
  }
  // An older report does not divide the peak.
  if (sum != memory.live_peak) {
    parts = {};
    parts[static_cast<std::size_t>(Segment::activations)] = memory.live_peak;
    return parts;
  }
  divide_activations(report, layer, parts);
  return parts;
}

bool has_blocks(const Report& report) {
  return std::ranges::any_of(
      report.layers, [](const LayerReport& layer) { return layer.kind == LayerKind::block; });
}

void make_bars(Document& document) {
  const Report& report = document.report;
  const bool blocks = has_blocks(report);
  std::vector<std::size_t> bar_of(report.layers.size(), report.layers.size());
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    const bool outermost =
        layer.parent < 0 ||
        report.layers[static_cast<std::size_t>(layer.parent)].kind == LayerKind::network;
    const bool own_bar =
        blocks ? layer.kind == LayerKind::block || (outermost && layer.kind == LayerKind::layer)
               : static_cast<bool>(document.leaf[i]) && layer.kind != LayerKind::network;
    if (own_bar) {
      bar_of[i] = document.bars.size();
      document.bars.push_back({document.paths[i], i, i, layer.memory.live_peak, {}});
    } else if (layer.parent >= 0) {
      bar_of[i] = bar_of[static_cast<std::size_t>(layer.parent)];
    }
    if (bar_of[i] >= document.bars.size()) continue;
    // The innermost layer that reaches the bar's peak tells most about it.
    Bar& bar = document.bars[bar_of[i]];
    if (layer.memory.live_peak == bar.live_peak) bar.peak_layer = i;
  }
  for (Bar& bar : document.bars) bar.parts = parts_of(report, bar.peak_layer);
}

void make_spans(Document& document) {
  const Report& report = document.report;
  for (const LayerExecution& execution : report.executions) {
    const std::size_t layer = execution.layer.value;
    if (layer >= report.layers.size()) continue;
    const Span span{layer, execution.begin_cycle, execution.end_cycle};
    if (document.leaf[layer]) document.layer_spans.push_back(span);
    if (document.blocks[layer] == layer && report.layers[layer].kind != LayerKind::network)
      document.block_spans.push_back(span);
  }
}

/// Without a timeline: the peak of each execution, for as long as it lasted.
std::vector<TimelinePoint> coarse_timeline(const Document& document) {
  std::vector<TimelinePoint> points;
  const auto add = [&points](Cycles cycle, std::uint64_t live, const BytesByKind& by_kind) {
    if (!points.empty() && points.back().cycle == cycle) points.pop_back();
    points.push_back({cycle, live, by_kind});
  };
  for (const LayerExecution& execution : document.report.executions) {
    const std::size_t layer = execution.layer.value;
    if (layer >= document.leaf.size() || !document.leaf[layer]) continue;
    const MemoryPeaks& memory = document.report.layers[layer].memory;
    BytesByKind by_kind = memory.live_by_kind;
    const std::uint64_t sum = std::accumulate(by_kind.begin(), by_kind.end(), std::uint64_t{0});
    if (sum != execution.live_peak) {
      by_kind = {};
      by_kind[static_cast<std::size_t>(MemoryKind::arena)] = execution.live_peak;
    }
    add(execution.begin_cycle, execution.live_peak, by_kind);
    add(execution.end_cycle, 0, {});
  }
  return points;
}

/// The hottest functions of the run, and where to find each.
void index_functions(Document& document) {
  constexpr std::size_t kMost = 6;
  const auto& functions = document.report.functions;
  auto& hottest = document.hottest_functions;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    document.function_by_name.emplace(functions[i].name, i);
    if (functions[i].exclusive.cycles > 0) hottest.emplace_back(i, functions[i].exclusive.cycles);
  }
  std::ranges::stable_sort(hottest,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  if (hottest.size() > kMost) hottest.resize(kMost);
}

std::string title_of(const Report& report, const std::string& path) {
  const std::string stem = std::filesystem::path(report.provenance.elf_path).stem().string();
  if (!stem.empty()) return stem;
  return path.empty() ? "run" : std::filesystem::path(path).stem().string();
}

}  // namespace

Document make_document(Report report, std::string path) {
  Document document;
  document.title = title_of(report, path);
  document.report = std::move(report);
  document.path = std::move(path);
  for (const auto& memory : document.report.provenance.memories) {
    if (memory.kind == "sram" || memory.kind == "tcm") document.sram_bytes += memory.size;
  }
  describe_layers(document);
  make_bars(document);
  make_spans(document);
  index_functions(document);
  document.flame = make_flame(document.report);
  document.address_bands = address_bands(document.report);
  document.timeline_is_coarse = document.report.timeline.empty();
  document.timeline = TimelineIndex(document.timeline_is_coarse ? coarse_timeline(document)
                                                                : document.report.timeline);
  return document;
}

bool Document::has_causes() const {
  const CyclesByCause& causes = report.total.by_cause;
  return std::ranges::any_of(causes, [](Cycles cycles) { return cycles != 0; });
}

std::optional<std::size_t> Document::layer_at(Cycles cycle) const {
  const auto behind = std::upper_bound(layer_spans.begin(), layer_spans.end(), cycle,
                                       [](Cycles c, const Span& span) { return c < span.begin; });
  if (behind == layer_spans.begin()) return std::nullopt;
  const Span& span = *std::prev(behind);
  return cycle < span.end ? std::optional(span.layer) : std::nullopt;
}

std::vector<BarPair> pair_bars(const Document& a, const Document* b) {
  std::vector<BarPair> pairs;
  if (b == nullptr) {
    for (const Bar& bar : a.bars) pairs.push_back({bar.name, &bar, nullptr});
    return pairs;
  }
  std::unordered_map<std::string, const Bar*> only_a;
  for (const Bar& bar : a.bars) only_a.emplace(bar.name, &bar);
  auto next_a = a.bars.begin();
  // Where both have a name, what precedes it in `a` comes first, then what precedes it in `b`.
  for (const Bar& bar : b->bars) {
    const auto same = only_a.find(bar.name);
    if (same == only_a.end()) {
      pairs.push_back({bar.name, nullptr, &bar});
      continue;
    }
    for (; next_a != a.bars.end() && &*next_a <= same->second; ++next_a)
      pairs.push_back({next_a->name, &*next_a, nullptr});
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
      if (pair->name != bar.name) continue;
      pair->b = &bar;
      break;
    }
  }
  for (; next_a != a.bars.end(); ++next_a) pairs.push_back({next_a->name, &*next_a, nullptr});
  return pairs;
}

std::optional<std::size_t> Document::peak_layer() const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    if (layer.memory.live_peak != report.memory.live_peak) continue;
    if (!best || depths[i] > depths[*best]) best = i;
  }
  return best;
}

std::optional<std::size_t> Document::layer_of_path(const std::string& layer_path) const {
  const auto found = by_path.find(layer_path);
  return found == by_path.end() ? std::nullopt : std::optional(found->second);
}

double Document::seconds(Cycles cycles) const {
  const std::uint64_t hz = report.provenance.clock_hz;
  return hz == 0 ? 0 : static_cast<double>(cycles) / static_cast<double>(hz);
}

}  // namespace sramscope::viewer
