#include "profiler/epochs.h"

#include <algorithm>

namespace sramscope::profiler {

Instant Epochs::old_instant(Tick tick) const {
  if (tick < kFirstTick) {
    return tick;
  }
  const std::size_t index = tick - kFirstTick;
  // A tick between the renumbered stamps and the start of the epoch belongs to no stamp.
  return index < stamps_.size() ? stamps_[index] : first_tick_ + offset_;
}

Tick Epochs::tick(Instant instant) const {
  if (instant >= first_tick_ + offset_) {
    return static_cast<Tick>(instant - offset_);
  }
  const auto it = std::lower_bound(stamps_.begin(), stamps_.end(), instant);
  return kFirstTick + static_cast<Tick>(it - stamps_.begin());
}

void Epochs::renumber(std::span<const Tick> old_ticks, Tick next_tick, Instant now) {
  std::vector<Instant> stamps;
  stamps.reserve(old_ticks.size());
  for (const Tick old : old_ticks) {
    stamps.push_back(instant(old));
  }
  stamps_ = std::move(stamps);
  first_tick_ = next_tick;
  offset_ = now - next_tick;
}

}  // namespace sramscope::profiler
