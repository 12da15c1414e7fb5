#pragma once

#include <cstdint>
#include <limits>

#include "sramscope/types.h"

namespace sramscope::sim {

/// The SysTick timer (ARM ARM B3.3), worked out from the cycle count whenever somebody looks.
class SysTick {
 public:
  static constexpr Cycles kNever = std::numeric_limits<Cycles>::max();

  std::uint32_t read_control(Cycles now) {
    std::uint32_t value = control_;
    // COUNTFLAG: counted to 0 since the last read.
    if (wraps(now) != flag_seen_) value |= 1u << 16;
    flag_seen_ = wraps(now);
    return value;
  }
  void write_control(Cycles now, std::uint32_t value) {
    const bool was_on = running();
    if (was_on) frozen_ = current(now);
    control_ = value & 7;
    if (running() && !was_on) start(now, frozen_);
  }
  std::uint32_t reload() const { return reload_; }
  void write_reload(Cycles now, std::uint32_t value) {
    const std::uint32_t left = current(now);
    reload_ = value & 0xffffff;
    if (running()) start(now, left);
  }
  std::uint32_t current(Cycles now) const {
    if (!running()) return frozen_;
    const Cycles left = next_zero(now) - now;
    const Cycles value = left / divider();
    return static_cast<std::uint32_t>(value > reload_ ? 0 : value);
  }
  /// Any write clears the counter; it reloads with the next tick.
  void clear(Cycles now) {
    frozen_ = 0;
    if (running()) start(now, 0);
    flag_seen_ = wraps(now);
  }

  bool interrupts() const { return running() && (control_ & 2) != 0; }
  /// The cycle at which the counter reaches 0 next, after `now`.
  Cycles next_zero(Cycles now) const {
    if (!running()) return kNever;
    if (now < first_zero_) return first_zero_;
    return first_zero_ + ((now - first_zero_) / period() + 1) * period();
  }
  /// True once for every zero reached up to `now`, however many.
  bool take_tick(Cycles now) {
    const Cycles count = wraps(now);
    const bool ticked = count != ticks_seen_;
    ticks_seen_ = count;
    return ticked;
  }

 private:
  bool running() const { return (control_ & 1) != 0 && reload_ != 0; }
  /// CLKSOURCE 0 is a reference clock: core / 8 on STM32 parts; assumed everywhere.
  Cycles divider() const { return (control_ & 4) != 0 ? 1 : 8; }
  Cycles period() const { return (Cycles{reload_} + 1) * divider(); }
  Cycles wraps(Cycles now) const {
    return !running() || now < first_zero_ ? 0 : (now - first_zero_) / period() + 1;
  }
  void start(Cycles now, std::uint32_t value) {
    // A counter at 0 loads the reload value first.
    first_zero_ = now + (value == 0 ? period() : Cycles{value} * divider());
    flag_seen_ = ticks_seen_ = 0;
  }

  std::uint32_t control_ = 0;
  std::uint32_t reload_ = 0;
  std::uint32_t frozen_ = 0;
  Cycles first_zero_ = 0;
  Cycles flag_seen_ = 0;
  Cycles ticks_seen_ = 0;
};

}  // namespace sramscope::sim
