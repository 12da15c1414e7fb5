#pragma once

#include "memory/memory_timing.h"
#include "sramscope/board.h"

namespace sramscope::memory {

/// Wait states alone: each load pays them, and code once for each line, of which the last one stays
/// at hand.
class FlatMemoryTiming final : public MemoryTiming {
 public:
  explicit FlatMemoryTiming(const Board& board) : board_(board) {}
  bool fetch_is_free(Addr address) const override { return wait_states(address) == 0; }
  bool data_is_free(Addr address) const override { return wait_states(address) == 0; }
  void fetch(const CodeRun& run, Clock now, CyclesByCause& waits) override;
  Wait load(Addr address, unsigned size, Clock now) override;
  /// A write buffer hides the wait.
  Wait store(Addr, unsigned, Clock) override { return {}; }

 private:
  std::uint32_t wait_states(Addr address) const;

  const Board& board_;
  /// Line that the last instruction came from, by number.
  Addr line_ = 0xffffffff;
};

}  // namespace sramscope::memory
