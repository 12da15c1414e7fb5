#pragma once

#include <cstddef>
#include <vector>

#include "sramscope/report_memory.h"

namespace sramscope::viewer {

/// Points in time order, with a pyramid of maxima over them, so that the highest point of any span
/// of time is found in logarithmic time: what a column of pixels shows.
class TimelineIndex {
 public:
  TimelineIndex() = default;
  explicit TimelineIndex(std::vector<TimelinePoint> points);

  const std::vector<TimelinePoint>& points() const { return points_; }
  bool empty() const { return points_.empty(); }
  /// Index of the point that holds at `cycle`: the last one not behind it. 0 before the first.
  std::size_t at(Cycles cycle) const;
  /// Index of the highest point that holds somewhere in [begin, end); not for an empty timeline.
  std::size_t highest(Cycles begin, Cycles end) const;

 private:
  std::size_t higher(std::size_t a, std::size_t b) const {
    return points_[b].live > points_[a].live ? b : a;
  }

  std::vector<TimelinePoint> points_;
  /// `levels_[k][i]`: the highest of the points [i * 8^(k+1), (i+1) * 8^(k+1)).
  std::vector<std::vector<std::size_t>> levels_;
};

}  // namespace sramscope::viewer
