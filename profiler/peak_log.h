#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "profiler/epochs.h"
#include "profiler/kind_map.h"
#include "profiler/liveness.h"
#include "sramscope/observer.h"

namespace sramscope::profiler {

/// Tells what was alive at the run's peak. Where that is, is known only at the end, so the lives
/// that may cover it are kept; those that cannot any more are dropped now and then. Stacks are left
/// out: what is alive there is the rest.
class PeakLog {
 public:
  struct Options {
    /// Lives are sifted when this many have come, and when they have doubled since.
    std::size_t lives_before_sifting = std::size_t{1} << 21;
    /// With more lives left after that the log gives up.
    std::size_t most_lives = std::size_t{1} << 23;
  };
  /// Neighbouring bytes that were alive.
  struct Range {
    Addr address = 0;
    std::uint32_t bytes = 0;
    friend bool operator==(const Range&, const Range&) = default;
  };

  PeakLog() : PeakLog(Options{}, nullptr) {}
  /// `kinds` null: nothing is stack.
  PeakLog(const Options& options, const KindMap* kinds) : options_(options), kinds_(kinds) {}

  /// Takes finished lives; `Liveness` takes the same ones.
  void add(std::span<const Lifetime> lives, const Epochs& epochs);
  /// Drops what cannot matter any more. Everything added so far was added to `liveness` too.
  void sift(const Liveness& liveness, const MemoryView& view);
  /// What was alive at `at`, ascending by address. Meant for the instant of the run's peak, after
  /// the lives that were still open at the end were added.
  std::vector<Range> alive_at(Instant at) const;
  /// False when lives had to be dropped that may be missing now.
  bool complete() const { return complete_; }
  std::size_t size() const { return lives_.size(); }

 private:
  struct Life {
    Instant born = 0;
    Instant last_read = 0;
    Addr address = 0;
    std::uint32_t bytes = 0;
  };

  Options options_;
  const KindMap* kinds_;
  std::vector<Life> lives_;
  std::size_t sifted_size_ = 0;
  bool complete_ = true;
};

}  // namespace sramscope::profiler
