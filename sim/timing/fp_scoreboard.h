#pragma once

#include <algorithm>
#include <array>

#include "sim/timing/fetch_queue.h"
#include "sim/timing/fp_use.h"

namespace sramscope::sim {

/// Which FP results are still on their way. One FP instruction occupies the FP pipe at a time;
/// integer instructions run on beside it (out-of-order completion, ACTLR.DISOOFP clear as after
/// reset).
class FpScoreboard {
 public:
  /// Cycles an FP instruction that wants to begin at `now` has to wait for operands and for the
  /// pipe.
  unsigned wait(const FpUse& use, PipelineTime now) const {
    PipelineTime ready = free_at_;
    for (unsigned reg = 0; reg < 32; ++reg) {
      const bool is_addend = (use.addend >> reg & 1) != 0;
      const bool is_read = (use.reads >> reg & 1) != 0;
      if (is_read) ready = std::max(ready, result_at_[reg] - (is_addend ? addend_early_[reg] : 0));
    }
    return ready > now ? static_cast<unsigned>(ready - now) : 0;
  }
  /// It begins at `now`, holds the pipe for `busy` cycles, and its result can be used after
  /// `latency`, as an addend `addend_early` before that.
  void begin(const FpUse& use, PipelineTime now, unsigned busy, unsigned latency,
             unsigned addend_early) {
    free_at_ = now + busy;
    for (unsigned reg = 0; reg < 32; ++reg) {
      if ((use.writes >> reg & 1) == 0) continue;
      result_at_[reg] = now + latency;
      addend_early_[reg] = addend_early;
    }
  }
  PipelineTime free_at() const { return free_at_; }

 private:
  PipelineTime free_at_ = 0;
  std::array<PipelineTime, 32> result_at_{};
  std::array<unsigned, 32> addend_early_{};
};

}  // namespace sramscope::sim
