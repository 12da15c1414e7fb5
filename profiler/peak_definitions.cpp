#include "profiler/peak_definitions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace sramscope::profiler {
namespace {

/// Names of the parts in sentences, by kind.
constexpr std::array<const char*, kMemoryKinds> kParts{"static data", "the arena", "the heap",
                                                       "the stack", "RAM without a name"};

/// Adds what is missing to the sum of the terms, under this name.
void close(PeakDefinition& definition, std::uint64_t live_peak, const std::string& what) {
  auto missing = static_cast<std::int64_t>(definition.bytes) - static_cast<std::int64_t>(live_peak);
  for (const PeakDefinition::Term& term : definition.terms) {
    missing -= term.bytes;
  }
  if (missing != 0) {
    definition.terms.push_back({what, missing});
  }
}

/// A figure that is a sum of parts by kind: each part is compared with what is alive of it at the
/// peak.
PeakDefinition by_parts(const Report& report, std::string name, std::string sentence,
                        const BytesByKind& parts, const std::string& more) {
  PeakDefinition definition{std::move(name), std::move(sentence), 0, {}};
  for (std::size_t kind = 0; kind < kMemoryKinds; ++kind) {
    const auto live = static_cast<std::int64_t>(report.memory.live_by_kind[kind]);
    const auto part = static_cast<std::int64_t>(parts[kind]);
    definition.bytes += parts[kind];
    if (part > live) {
      definition.terms.push_back({std::string(kParts[kind]) + ": " + more, part - live});
    } else if (part == 0 && live > 0) {
      definition.terms.push_back({std::string(kParts[kind]) + ": not counted", -live});
    } else if (part < live) {
      definition.terms.push_back({std::string(kParts[kind]) + ": counted in part", part - live});
    }
  }
  return definition;
}

bool has_arena(const Report& report) {
  return std::any_of(report.buffers.begin(), report.buffers.end(),
                     [](const BufferReport& b) { return b.kind == MemoryKind::arena; });
}

/// Buffers of one layer that hold activations: in the arena, or in the heap where there is
/// no arena.
struct Activations {
  std::uint64_t in_and_out = 0;
  std::uint64_t held = 0;
  std::uint64_t scratch = 0;
};

std::vector<Activations> activations_by_layer(const Report& report) {
  const bool arena = has_arena(report);
  std::vector<Activations> layers(report.layers.size());
  for (const LayerBuffer& use : report.layer_buffers) {
    if (use.buffer < 0) {
      continue;
    }
    const MemoryKind kind = report.buffers[static_cast<std::size_t>(use.buffer)].kind;
    const bool holds_activations =
        kind == MemoryKind::arena || (!arena && kind == MemoryKind::heap);
    if (!holds_activations) {
      continue;
    }
    Activations& layer = layers[use.layer];
    (use.role == BufferRole::held      ? layer.held
     : use.role == BufferRole::scratch ? layer.scratch
                                       : layer.in_and_out) += use.size;
  }
  return layers;
}

/// The way to a figure about the buffers of one layer.
PeakDefinition by_buffers(const Report& report, std::string name, std::string sentence,
                          std::uint64_t bytes, bool counts_held) {
  PeakDefinition definition{std::move(name), std::move(sentence), bytes, {}};
  const BytesByKind& live = report.memory.live_by_kind;
  for (const MemoryKind kind : {MemoryKind::stack, MemoryKind::static_data, MemoryKind::heap}) {
    const auto index = static_cast<std::size_t>(kind);
    if (live[index] > 0 && (kind != MemoryKind::heap || has_arena(report))) {
      definition.terms.push_back(
          {std::string(kParts[index]) + ": not counted", -static_cast<std::int64_t>(live[index])});
    }
  }
  close(definition, report.memory.live_peak,
        counts_held ? "dead bytes of the buffers, padding; scratch left out"
                    : "dead bytes of the buffers, padding; scratch and what is held left out");
  return definition;
}

void add_buffer_definitions(const Report& report, std::vector<PeakDefinition>& definitions) {
  std::uint64_t in_and_out = 0;
  std::uint64_t with_held = 0;
  for (const Activations& layer : activations_by_layer(report)) {
    in_and_out = std::max(in_and_out, layer.in_and_out);
    with_held = std::max(with_held, layer.in_and_out + layer.held);
  }
  if (in_and_out == 0) {
    return;
  }
  definitions.push_back(by_buffers(
      report, "in+out",
      "Largest sum over the layers of input and output buffers, as papers count it; what a layer "
      "updates in place counts once.",
      in_and_out, false));
  definitions.push_back(by_buffers(
      report, "activations",
      "Largest sum over the layers of all activation buffers, those that are only held included, "
      "without kernel buffers, as TinyEngine's scripts print it.",
      with_held, true));
}

}  // namespace

std::vector<PeakDefinition> peak_definitions(const Report& report, const Sizes& sizes) {
  const std::uint64_t heap = sizes.heap;
  const std::uint64_t arena = sizes.static_arena;
  const std::uint64_t data = sizes.static_bytes - sizes.static_arena;
  std::vector<PeakDefinition> all;
  all.push_back({"live",
                 "Most bytes live at once: from a write to the last read before the next write.",
                 report.memory.live_peak,
                 {}});
  all.push_back(by_parts(report, "touched", "Distinct bytes of RAM read or written during the run.",
                         report.memory.touched_by_kind, "touched, but not alive at the peak"));
  all.push_back(by_parts(
      report, "reserved",
      "Static data, the heap up to its highest byte in use and the deepest stack, touched or not.",
      {data, arena, heap, sizes.stack, 0}, "set aside, but not alive at the peak"));
  add_buffer_definitions(report, all);
  if (arena > 0) {
    all.push_back(by_parts(report, "arena",
                           "The tensor arena as the firmware reserves it; TFLite Micro's "
                           "arena_used_bytes() is at most that.",
                           {0, arena, 0, 0, 0}, "unused, dead or padding at the peak"));
  }
  all.push_back(
      by_parts(report, "static+heap",
               "Static data, arena and the heap up to its highest byte in use, without the stack.",
               {data, arena, heap, 0, 0}, "set aside, but not alive at the peak"));
  all.push_back(by_parts(report, "linker total",
                         "What the linker script lays out: .data, .bss, and the room it keeps for "
                         "stack and heap.",
                         {data, sizes.static_arena, sizes.linker_heap, sizes.linker_stack, 0},
                         "laid out, but not alive at the peak"));
  return all;
}

}  // namespace sramscope::profiler
