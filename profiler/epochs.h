#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sramscope/types.h"

namespace sramscope::profiler {

/// A position in time, in instructions since the start of the run plus `kFirstTick`. Unlike a
/// `Tick` it keeps its value when the stamps are renumbered.
using Instant = std::uint64_t;

/// Translates the machine's 32-bit ticks, which are renumbered now and then, to instants and back.
class Epochs {
 public:
  /// The instant of a tick of the current epoch. The reserved ticks 0 and 1 stand for themselves.
  Instant instant(Tick tick) const {
    return tick >= first_tick_ ? tick + offset_ : old_instant(tick);
  }

  /// The first tick of the current epoch that a stamp made at `instant` or later can have.
  Tick tick(Instant instant) const;

  /// Starts an epoch at the instant `now`: what was tick `old_ticks[i]` becomes tick `kFirstTick +
  /// i`, and `now` is tick `next_tick`.
  void renumber(std::span<const Tick> old_ticks, Tick next_tick, Instant now);

 private:
  Instant old_instant(Tick tick) const;

  /// Instants of the stamps that were present when the epoch began; ticks kFirstTick, kFirstTick +
  /// 1, ...
  std::vector<Instant> stamps_;
  Tick first_tick_ = kFirstTick;
  Instant offset_ = 0;
};

}  // namespace sramscope::profiler
