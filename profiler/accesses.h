#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "profiler/kind_map.h"
#include "sramscope/observer.h"

namespace sramscope::profiler {

/// What was accessed up to one moment. Several ask for the same: the last answer is kept.
class Accesses {
 public:
  Accesses(const MemoryView& memory, const KindMap& kinds) : memory_(memory), kinds_(kinds) {}

  const std::vector<AccessedRange>& since(Tick tick) const;
  std::uint64_t bytes_since(Tick tick) const { return memory_.bytes_touched_since(tick); }
  BytesByKind by_kind_since(Tick tick) const;

 private:
  const MemoryView& memory_;
  const KindMap& kinds_;
  mutable std::optional<Tick> known_since_;
  mutable std::vector<AccessedRange> known_;
};

}  // namespace sramscope::profiler
