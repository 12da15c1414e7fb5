#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "sramscope/observer.h"

namespace sramscope::cli {

/// The line on stderr that tells how a long run is getting on; silent unless stderr is a terminal,
/// and for the first second.
class Progress {
 public:
  /// `clock_hz` turns cycles into simulated time; 0 where it is unknown.
  Progress(bool enabled, std::uint64_t clock_hz);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const Counters& totals, std::string_view layer);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool enabled_;
  bool shown_ = false;
  std::uint64_t clock_hz_;
  Clock::time_point started_;
  Clock::time_point last_;
};

}  // namespace sramscope::cli
