#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "profiler/accesses.h"
#include "profiler/clock.h"
#include "profiler/findings.h"
#include "profiler/liveness.h"
#include "profiler/memory_layout.h"
#include "profiler/memory_map.h"
#include "profiler/peak_log.h"
#include "profiler/usage.h"
#include "sramscope/report.h"

namespace sramscope::profiler {

/// Everything that a run tells about memory, fed by the profiler's events and made part of the
/// report at the end.
class MemoryProfile {
 public:
  MemoryProfile(const Board& board, const Image& image);

  const Epochs& epochs() const { return liveness_.epochs(); }
  Liveness& liveness() { return liveness_; }
  const Liveness& liveness() const { return liveness_; }
  MemoryLayout& layout() { return layout_; }
  const MemoryLayout& layout() const { return layout_; }

  void take_lives(std::span<const Lifetime> lives);
  /// A layer begins or ends; until now `node` (-1: none) was the innermost one.
  void border(int node, const Accesses& accesses, Instant now);
  /// The innermost layer is `node` from now on.
  void set_node(int node, Instant now) {
    usage_.set_node(node);
    if (node >= 0 && first_layer_ == kFirstTick) {
      first_layer_ = now;
    }
  }
  void interval(Instant now, const MemoryView& memory);
  /// The run is over; `deepest_stack` bytes of the main stack were used.
  void stop(int node, const Accesses& accesses, const MemoryView& memory, Instant now,
            std::uint64_t deepest_stack);

  /// What of the report comes from here; `layer_of` maps nodes to indices into `report.layers`,
  /// which are filled in.
  void fill(Report& report, const std::vector<std::uint32_t>& layer_of, const Clock& clock) const;

 private:
  void fill_reserved(Report& report, const std::vector<std::uint32_t>& layer_of) const;
  void fill_buffers(Report& report, const std::vector<std::uint32_t>& layer_of,
                    const Clock& clock) const;
  void fill_peak_items(Report& report) const;
  void fill_timeline(Report& report, const Clock& clock) const;
  /// Index of the buffer that held `address` at `at`, -1: none.
  int buffer_at(Addr address, Instant at) const;

  MemoryLayout layout_;
  Liveness liveness_;
  PeakLog log_;
  Usage usage_;
  MemoryMap map_;
  FindingLog findings_;
  /// When the first layer began; what was written before is initialisation.
  Instant first_layer_ = kFirstTick;
  BytesByKind touched_ = {};
  std::uint64_t heap_used_ = 0;
  std::uint64_t deepest_stack_ = 0;
  std::uint64_t linker_stack_ = 0;
  std::uint64_t linker_heap_ = 0;
};

}  // namespace sramscope::profiler
