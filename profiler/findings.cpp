#include "profiler/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "profiler/format.h"

namespace sramscope::profiler {
namespace {

/// The name without an offset.
std::string symbol_of(const MemoryLayout& layout, Addr address) {
  const std::string place = layout.describe(address);
  return place.substr(0, place.rfind("+0x"));
}

/// What ends at `address` is an arena: its name, else "".
std::string arena_ending_at(const MemoryLayout& layout, Addr address) {
  if (const int index = layout.object_at(address - 1); index >= 0) {
    const MemoryObject& object = layout.objects()[static_cast<std::size_t>(index)];
    const bool ends = object.kind == MemoryKind::arena && object.address + object.size == address;
    return ends ? object.name : "";
  }
  return "";
}

}  // namespace

void FindingLog::add(Places& places, const MemoryLayout& layout, Addr address, std::uint32_t bytes,
                     int node) {
  const std::string symbol = symbol_of(layout, address);
  const auto [found, added] = places.try_emplace(symbol, Place{symbol, address, 0, 0, node});
  found->second.bytes += bytes;
  ++found->second.count;
}

void FindingLog::note_lives(std::span<const Lifetime> lives, int node, const MemoryLayout& layout) {
  for (const Lifetime& life : lives) {
    if (life.born == kNeverStamp) {
      add(uninitialised_, layout, life.address, life.bytes, node);
    }
  }
}

/// A range that a layer accesses up to an arena's end and beyond has left the arena.
void FindingLog::note_stretch(int node, std::span<const AccessedRange> ranges,
                              const MemoryLayout& layout) {
  if (node < 0) {
    return;
  }
  for (const AccessedRange& range : ranges) {
    if (layout.kinds().at(range.address) != MemoryKind::arena ||
        layout.kinds().at(range.address + range.bytes - 1) == MemoryKind::arena) {
      continue;
    }
    const Addr end = range.address + layout.kinds().same_kind(range.address, range.bytes);
    if (const std::string arena = arena_ending_at(layout, end); !arena.empty()) {
      Place& place = outside_arena_.try_emplace(arena, Place{arena, end, 0, 0, node}).first->second;
      place.bytes = std::max<std::uint64_t>(place.bytes, range.address + range.bytes - end);
      ++place.count;
    }
  }
}

void FindingLog::report(FindingKind kind, const Places& places, const char* what) {
  for (const auto& [symbol, place] : places) {
    Finding finding;
    finding.kind = kind;
    finding.symbol = symbol;
    finding.address = place.address;
    finding.bytes = place.bytes;
    finding.count = place.count;
    finding.layer = place.node;
    finding.message = fmt::format("{} of {} {}", bytes_text(place.bytes), symbol, what);
    findings_.push_back(std::move(finding));
  }
}

void FindingLog::find_dead_stores(std::span<const AccessedRange> in_layers,
                                  const MemoryLayout& layout, const Usage& usage) {
  Places dead;
  for (const AccessedRange& range : in_layers) {
    if (!range.written || range.read) {
      continue;
    }
    for (Addr at = range.address, end = range.address + range.bytes; at < end;) {
      const Addr next = std::min(end, layout.end_of_object(at));
      const MemoryKind kind = layout.kinds().at(at);
      if (kind == MemoryKind::static_data || kind == MemoryKind::arena) {
        add(dead, layout, at, next - at, usage.writer_of(at));
      }
      at = next;
    }
  }
  std::erase_if(dead, [](const auto& place) { return place.second.bytes < kFewestBytes; });
  report(FindingKind::dead_store, dead, "written and never read");
}

/// Start-up code clears .bss: that alone is no use.
void FindingLog::find_untouched(std::span<const AccessedRange> accessed,
                                std::span<const AccessedRange> in_layers,
                                const MemoryLayout& layout) {
  std::vector<std::pair<Addr, Addr>> used;
  for (const AccessedRange& range : in_layers) {
    used.emplace_back(range.address, range.address + range.bytes);
  }
  for (const AccessedRange& range : accessed) {
    if (range.read) {
      used.emplace_back(range.address, range.address + range.bytes);
    }
  }
  std::sort(used.begin(), used.end());
  Places untouched;
  auto from = used.begin();
  for (const MemoryObject& object : layout.objects()) {
    const Addr end = object.address + object.size;
    Addr covered = object.address;
    std::uint64_t bytes = 0;
    while (from != used.end() && from->second <= object.address) {
      ++from;
    }
    for (auto range = from; range != used.end() && range->first < end; ++range) {
      const Addr first = std::max(range->first, covered);
      const Addr last = std::min(range->second, end);
      bytes += last > first ? last - first : 0;
      covered = std::max(covered, last);
    }
    if (object.size - bytes >= kFewestBytes) {
      untouched[object.name] = {object.name, object.address, object.size - bytes, 0, -1};
    }
  }
  report(FindingKind::never_touched, untouched, "never touched after start-up");
}

void FindingLog::find_stack(const MemoryLayout& layout, std::uint64_t deepest_stack) {
  const std::uint64_t room = layout.stack_top() - layout.data_end();
  if (deepest_stack == 0 || layout.stack_top() == 0 || deepest_stack + kNearBytes <= room) {
    return;
  }
  Finding finding;
  finding.symbol = symbol_of(layout, layout.data_end() - 1);
  finding.address = layout.data_end();
  if (deepest_stack > room) {
    finding.kind = FindingKind::stack_overrun;
    finding.bytes = deepest_stack - room;
    finding.message =
        fmt::format("the stack ran {} into data ({})", bytes_text(finding.bytes), finding.symbol);
  } else {
    finding.kind = FindingKind::stack_near_data;
    finding.bytes = room - deepest_stack;
    finding.message = fmt::format("the stack came within {} of data ({})",
                                  bytes_text(finding.bytes), finding.symbol);
  }
  findings_.push_back(std::move(finding));
}

void FindingLog::finish(std::span<const AccessedRange> accessed,
                        std::span<const AccessedRange> in_layers, const MemoryLayout& layout,
                        const Usage& usage, std::uint64_t deepest_stack) {
  for (const AccessedRange& range : accessed) {
    if (range.uninitialised) {
      add(uninitialised_, layout, range.address, range.bytes, -1);
    }
  }
  report(FindingKind::uninitialised_read, uninitialised_, "read before anything was written there");
  report(FindingKind::outside_arena, outside_arena_, "accessed beyond its end");
  find_dead_stores(in_layers, layout, usage);
  find_untouched(accessed, in_layers, layout);
  find_stack(layout, deepest_stack);
}

}  // namespace sramscope::profiler
