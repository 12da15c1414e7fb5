#pragma once

#include <cstdint>
#include <vector>

#include "profiler/epochs.h"
#include "sramscope/observer.h"

namespace sramscope::profiler {

/// Tells cycle and instruction of any instant by interpolating between the moments at which they
/// were known.
class Clock {
 public:
  struct Reading {
    Cycles cycle = 0;
    std::uint64_t instruction = 0;
  };

  /// `instant` never goes back.
  void note(Instant instant, const Counters& totals);
  Reading at(Instant instant) const;

 private:
  struct Known {
    Instant instant = 0;
    Reading reading;
  };
  std::vector<Known> known_;
};

}  // namespace sramscope::profiler
