#include "profiler/clock.h"

#include <algorithm>

namespace sramscope::profiler {

void Clock::note(Instant instant, const Counters& totals) {
  const Known known{instant, {totals.cycles, totals.instructions}};
  if (!known_.empty() && known_.back().instant >= instant) {
    return;
  }
  known_.push_back(known);
}

Clock::Reading Clock::at(Instant instant) const {
  const auto after = std::lower_bound(known_.begin(), known_.end(), instant,
                                      [](const Known& k, Instant t) { return k.instant < t; });
  if (after == known_.end()) {
    return known_.empty() ? Reading{} : known_.back().reading;
  }
  if (after == known_.begin() || after->instant == instant) {
    return after->reading;
  }
  const Known& before = *std::prev(after);
  const double share = static_cast<double>(instant - before.instant) /
                       static_cast<double>(after->instant - before.instant);
  const auto between = [&](std::uint64_t a, std::uint64_t b) {
    return a + static_cast<std::uint64_t>(share * static_cast<double>(b - a));
  };
  return {between(before.reading.cycle, after->reading.cycle),
          between(before.reading.instruction, after->reading.instruction)};
}

}  // namespace sramscope::profiler
