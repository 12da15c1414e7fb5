#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "profiler/epochs.h"
#include "profiler/memory_layout.h"
#include "profiler/usage.h"
#include "sramscope/observer.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// Collects what the author of a firmware would want to know about its memory.
class FindingLog {
 public:
  /// The stack is near data when fewer bytes are left in between.
  static constexpr std::uint32_t kNearBytes = 256;
  /// Objects with fewer unused bytes are not worth a word.
  static constexpr std::uint32_t kFewestBytes = 64;

  /// Lives without a birth are reads of what nobody wrote.
  void note_lives(std::span<const Lifetime> lives, int node, const MemoryLayout& layout);
  /// `node` accessed `ranges` since the last border.
  void note_stretch(int node, std::span<const AccessedRange> ranges, const MemoryLayout& layout);
  /// At the end of the run: what was accessed since its start, and since the first layer began.
  void finish(std::span<const AccessedRange> accessed, std::span<const AccessedRange> in_layers,
              const MemoryLayout& layout, const Usage& usage, std::uint64_t deepest_stack);

  /// With nodes of the layer tree in place of indices of layers.
  const std::vector<Finding>& findings() const { return findings_; }

 private:
  struct Place {
    std::string symbol;
    Addr address = 0;
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    int node = -1;
  };
  using Places = std::map<std::string, Place>;

  static void add(Places& places, const MemoryLayout& layout, Addr address, std::uint32_t bytes,
                  int node);
  void report(FindingKind kind, const Places& places, const char* what);
  void find_dead_stores(std::span<const AccessedRange> in_layers, const MemoryLayout& layout,
                        const Usage& usage);
  void find_untouched(std::span<const AccessedRange> accessed,
                      std::span<const AccessedRange> in_layers, const MemoryLayout& layout);
  void find_stack(const MemoryLayout& layout, std::uint64_t deepest_stack);

  Places uninitialised_;
  Places outside_arena_;
  std::vector<Finding> findings_;
};

}  // namespace sramscope::profiler
