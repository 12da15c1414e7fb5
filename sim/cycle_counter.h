#pragma once

#include <cstdint>

#include "sramscope/types.h"

namespace sramscope::sim {

/// DWT_CYCCNT: counts while DEMCR.TRCENA and DWT_CTRL.CYCCNTENA are set (ARM ARM C1.8).
class CycleCounter {
 public:
  void enable(Cycles now, bool on) {
    if (on == counts_) return;
    if (on) {
      origin_ = now - stopped_;
    } else {
      stopped_ = static_cast<std::uint32_t>(now - origin_);
    }
    counts_ = on;
  }
  std::uint32_t read(Cycles now) const {
    return counts_ ? static_cast<std::uint32_t>(now - origin_) : stopped_;
  }
  void write(Cycles now, std::uint32_t value) {
    stopped_ = value;
    origin_ = now - value;
  }

 private:
  bool counts_ = false;
  Cycles origin_ = 0;
  std::uint32_t stopped_ = 0;
};

}  // namespace sramscope::sim
