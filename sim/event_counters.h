#pragma once

#include <array>
#include <cstdint>

#include "sramscope/types.h"

namespace sramscope::sim {

/// What the DWT counts besides cycles, since the start of the run (ARM ARM C1.8.4). Together with
/// the cycles they give the instructions:
/// instructions = cycles - cpi - exception - sleep - load_store + folded.
struct DwtEvents {
  /// Further cycles of instructions that take several, and of waiting for instructions.
  Cycles cpi = 0;
  Cycles exception = 0;
  Cycles sleep = 0;
  /// Further cycles of loads and stores.
  Cycles load_store = 0;
  /// Instructions that took no cycle of their own.
  Cycles folded = 0;
};

/// The five 8-bit counters: each starts at 0 when it is enabled, and wraps.
class EventCounters {
 public:
  /// Offset of DWT_CPICNT, the first of them, from 0xE0000000; one word each.
  static constexpr std::uint32_t kBegin = 0x1008;
  static constexpr std::uint32_t kCount = 5;

  /// DWT_CTRL has these enable bits (CPIEVTENA to FOLDEVTENA, from bit 17), none without TRCENA.
  void enable(std::uint32_t control, const DwtEvents& now) {
    for (std::uint32_t i = 0; i < kCount; ++i) {
      const bool on = (control >> (17 + i) & 1) != 0;
      if (on && !counts_[i]) origins_[i] = value(now, i);
      if (!on && counts_[i]) stopped_[i] = value(now, i) - origins_[i];
      counts_[i] = on;
    }
  }
  std::uint32_t read(std::uint32_t index, const DwtEvents& now) const {
    const Cycles count = counts_[index] ? value(now, index) - origins_[index] : stopped_[index];
    return static_cast<std::uint32_t>(count & 0xff);
  }
  void write(std::uint32_t index, std::uint32_t count, const DwtEvents& now) {
    stopped_[index] = count & 0xff;
    origins_[index] = value(now, index) - stopped_[index];
  }

 private:
  static Cycles value(const DwtEvents& now, std::uint32_t index) {
    const std::array<Cycles, kCount> values{now.cpi, now.exception, now.sleep, now.load_store,
                                            now.folded};
    return values[index];
  }

  std::array<bool, kCount> counts_{};
  std::array<Cycles, kCount> origins_{};
  std::array<Cycles, kCount> stopped_{};
};

}  // namespace sramscope::sim
