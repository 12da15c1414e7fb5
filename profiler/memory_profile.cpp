#include "profiler/memory_profile.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "profiler/peak_definitions.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {

MemoryProfile::MemoryProfile(const Board& board, const Image& image)
    : layout_(board, image),
      liveness_({}, &layout_.kinds()),
      log_({}, &layout_.kinds()),
      linker_stack_(linker_room(image, "stack")),
      linker_heap_(linker_room(image, "heap")) {}

void MemoryProfile::take_lives(std::span<const Lifetime> lives) {
  liveness_.add(lives);
  log_.add(lives, epochs());
  usage_.note_lives(lives, epochs(), layout_.kinds());
  map_.add(lives, epochs());
  findings_.note_lives(lives, usage_.node(), layout_);
}

void MemoryProfile::border(int node, const Accesses& accesses, Instant now) {
  liveness_.mark(now);
  if (now > usage_.stretch_begin() && !usage_.truncated()) {
    const auto& ranges = accesses.since(epochs().tick(usage_.stretch_begin()));
    findings_.note_stretch(node, ranges, layout_);
    usage_.close_stretch(node, ranges, epochs(), layout_, now);
  }
}

void MemoryProfile::interval(Instant now, const MemoryView& memory) {
  liveness_.interval(now, memory);
  log_.sift(liveness_, memory);
}

void MemoryProfile::stop(int node, const Accesses& accesses, const MemoryView& memory, Instant now,
                         std::uint64_t deepest_stack) {
  border(node, accesses, now + 1);
  const std::vector<Lifetime> open = memory.open_lifetimes();
  log_.add(open, epochs());
  map_.add(open, epochs());
  touched_ = accesses.by_kind_since(kFirstTick);
  deepest_stack_ = deepest_stack;
  const std::vector<AccessedRange> accessed = accesses.since(kFirstTick);
  for (const AccessedRange& range : accessed) {
    if (range.address >= layout_.heap_base() && range.address < layout_.heap_end()) {
      heap_used_ = range.address + range.bytes - layout_.heap_base();
    }
  }
  findings_.finish(accessed, accesses.since(epochs().tick(first_layer_)), layout_, usage_,
                   deepest_stack);
  liveness_.finish(now, memory);
}

void MemoryProfile::fill(Report& report, const std::vector<std::uint32_t>& layer_of,
                         const Clock& clock) const {
  report.memory.touched_by_kind = touched_;
  fill_reserved(report, layer_of);
  fill_buffers(report, layer_of, clock);
  fill_peak_items(report);
  fill_timeline(report, clock);
  report.memory_map = map_.report(liveness_.end(), clock);
  report.findings = findings_.findings();
  for (Finding& finding : report.findings) {
    finding.layer = finding.layer < 0
                        ? -1
                        : static_cast<int>(layer_of[static_cast<std::size_t>(finding.layer)]);
  }
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return a.kind != b.kind ? a.kind < b.kind : a.bytes > b.bytes;
                   });
  report.peak_definitions = peak_definitions(report, {.static_bytes = layout_.static_bytes(),
                                                      .static_arena = layout_.arena_bytes(),
                                                      .heap = heap_used_,
                                                      .stack = deepest_stack_,
                                                      .linker_stack = linker_stack_,
                                                      .linker_heap = linker_heap_});
}

/// What a layer has set aside for it: every object that it or a layer inside it uses, whole.
void MemoryProfile::fill_reserved(Report& report,
                                  const std::vector<std::uint32_t>& layer_of) const {
  std::vector<std::map<Addr, std::pair<MemoryKind, std::uint32_t>>> used(report.layers.size());
  for (const auto& [key, use] : usage_.uses()) {
    if (key.first < 0 || use.bytes_read + use.bytes_written == 0) {
      continue;
    }
    const Usage::Buffer& buffer = usage_.buffers()[key.second];
    MemoryObject object = layout_.whole(buffer.address, buffer.size, buffer.kind);
    if (object.kind == MemoryKind::heap) {  // blocks of it are not known: what was used
      object = {buffer.name, buffer.kind, buffer.address, buffer.size};
    }
    used[layer_of[static_cast<std::size_t>(key.first)]][object.address] = {object.kind,
                                                                           object.size};
  }
  for (std::size_t i = report.layers.size(); i-- > 0;) {
    LayerReport& layer = report.layers[i];
    for (const auto& [address, object] : used[i]) {
      layer.memory.reserved_by_kind[static_cast<std::size_t>(object.first)] += object.second;
      if (layer.parent >= 0) {
        used[static_cast<std::size_t>(layer.parent)][address] = object;
      }
    }
    layer.memory.reserved_by_kind[static_cast<std::size_t>(MemoryKind::stack)] +=
        layer.memory.stack;
    for (const std::uint64_t bytes : layer.memory.reserved_by_kind) {
      layer.memory.reserved += bytes;
    }
  }
  report.memory.reserved_by_kind = {layout_.static_bytes() - layout_.arena_bytes(),
                                    layout_.arena_bytes(), heap_used_, deepest_stack_, 0};
  for (const std::uint64_t bytes : report.memory.reserved_by_kind) {
    report.memory.reserved += bytes;
  }
}

void MemoryProfile::fill_buffers(Report& report, const std::vector<std::uint32_t>& layer_of,
                                 const Clock& clock) const {
  const auto layers = [&](const std::vector<int>& nodes) {
    std::vector<std::uint32_t> result;
    for (const int node : nodes) {
      if (node >= 0) {
        result.push_back(layer_of[static_cast<std::size_t>(node)]);
      }
    }
    return result;
  };
  for (const Usage::Buffer& buffer : usage_.buffers()) {
    report.buffers.push_back({.name = buffer.name,
                              .kind = buffer.kind,
                              .address = buffer.address,
                              .size = buffer.size,
                              .born = clock.at(buffer.born).cycle,
                              .died = clock.at(buffer.died).cycle,
                              .live_peak = buffer.live_peak,
                              .bytes_written = buffer.bytes_written,
                              .bytes_read = buffer.bytes_read,
                              .written_by = layers(buffer.written_by),
                              .read_by = layers(buffer.read_by)});
  }
  for (const auto& [key, use] : usage_.uses()) {
    if (key.first < 0) {
      continue;
    }
    const Usage::Buffer& buffer = usage_.buffers()[key.second];
    report.layer_buffers.push_back({.layer = layer_of[static_cast<std::size_t>(key.first)],
                                    .buffer = static_cast<int>(key.second),
                                    .name = buffer.name,
                                    .address = buffer.address,
                                    .size = buffer.size,
                                    .role = use.role(),
                                    .bytes_read = use.bytes_read,
                                    .bytes_written = use.bytes_written});
  }
  std::stable_sort(report.layer_buffers.begin(), report.layer_buffers.end(),
                   [](const LayerBuffer& a, const LayerBuffer& b) { return a.layer < b.layer; });
  if (usage_.truncated()) {
    report.warnings.emplace_back(
        "buffers: the run has more layer executions than are looked at; what came later is left "
        "out");
  }
}

/// Of several buffers at the same place the one that was born last before `at`.
int MemoryProfile::buffer_at(Addr address, Instant at) const {
  int best = -1;
  for (std::size_t i = 0; i < usage_.buffers().size(); ++i) {
    const Usage::Buffer& buffer = usage_.buffers()[i];
    const bool holds =
        address - buffer.address < buffer.size && buffer.born <= at && at <= buffer.died;
    if (holds &&
        (best < 0 || buffer.born > usage_.buffers()[static_cast<std::size_t>(best)].born)) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

void MemoryProfile::fill_peak_items(Report& report) const {
  const LivePeak peak = liveness_.peak();
  std::set<Addr> edges;
  for (const Usage::Buffer& buffer : usage_.buffers()) {
    edges.insert(buffer.address);
    edges.insert(buffer.address + buffer.size);
  }
  for (const MemoryObject& object : layout_.objects()) {
    edges.insert(object.address);
    edges.insert(object.address + object.size);
  }
  std::map<std::pair<int, std::string>, PeakItem> items;
  std::uint64_t told = 0;
  const auto add = [&](int buffer, const std::string& name, MemoryKind kind, std::uint64_t bytes) {
    items.try_emplace({buffer, name}, PeakItem{buffer, name, kind, 0}).first->second.bytes += bytes;
    told += bytes;
  };
  for (const PeakLog::Range& range : log_.alive_at(peak.at)) {
    for (Addr at = range.address, end = range.address + range.bytes; at < end;) {
      const auto edge = edges.upper_bound(at);
      const Addr until = edge == edges.end() ? end : std::min(end, *edge);
      const int buffer = buffer_at(at, peak.at);
      add(buffer,
          buffer >= 0 ? usage_.buffers()[static_cast<std::size_t>(buffer)].name : layout_.name(at),
          layout_.kinds().at(at), until - at);
      at = until;
    }
  }
  const auto stack = peak.by_kind[static_cast<std::size_t>(MemoryKind::stack)];
  if (stack > 0) {
    add(-1, "stack", MemoryKind::stack, stack);
  }
  if (peak.bytes > told) {
    add(-1, "not told apart", MemoryKind::other, peak.bytes - told);
  }
  for (auto& [key, item] : items) {
    report.peak_items.push_back(std::move(item));
  }
  std::stable_sort(report.peak_items.begin(), report.peak_items.end(),
                   [](const PeakItem& a, const PeakItem& b) { return a.bytes > b.bytes; });
}

void MemoryProfile::fill_timeline(Report& report, const Clock& clock) const {
  const std::vector<LivePeak> steps = liveness_.timeline();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Instant begin = std::max<Instant>(i * liveness_.timeline_spacing(), kFirstTick);
    const TimelinePoint point{clock.at(begin).cycle, steps[i].bytes, steps[i].by_kind};
    const bool changes = report.timeline.empty() || report.timeline.back().live != point.live ||
                         report.timeline.back().by_kind != point.by_kind;
    if (changes) {
      report.timeline.push_back(point);
    }
  }
}

}  // namespace sramscope::profiler
