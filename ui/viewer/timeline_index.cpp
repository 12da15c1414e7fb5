#include "ui/viewer/timeline_index.h"

#include <algorithm>
#include <utility>

namespace sramscope::viewer {
namespace {

constexpr std::size_t kFan = 8;

}  // namespace

TimelineIndex::TimelineIndex(std::vector<TimelinePoint> points) : points_(std::move(points)) {
  std::size_t below = points_.size();
  while (below > kFan) {
    const std::size_t count = (below + kFan - 1) / kFan;
    std::vector<std::size_t> level(count);
    for (std::size_t i = 0; i < below; ++i) {
      const std::size_t candidate = levels_.empty() ? i : levels_.back()[i];
      std::size_t& best = level[i / kFan];
      best = i % kFan == 0 ? candidate : higher(best, candidate);
    }
    levels_.push_back(std::move(level));
    below = count;
  }
}

std::size_t TimelineIndex::at(Cycles cycle) const {
  const auto behind =
      std::upper_bound(points_.begin(), points_.end(), cycle,
                       [](Cycles c, const TimelinePoint& point) { return c < point.cycle; });
  return behind == points_.begin() ? 0 : static_cast<std::size_t>(behind - points_.begin()) - 1;
}

std::size_t TimelineIndex::highest(Cycles begin, Cycles end) const {
  std::size_t first = at(begin);
  std::size_t last = end > begin ? at(end - 1) + 1 : first + 1;
  std::size_t best = first;
  // Climb: take what sticks out on both sides of each level, then go on with whole groups.
  for (std::size_t level = 0; first < last; ++level) {
    const auto entry = [&](std::size_t i) { return level == 0 ? i : levels_[level - 1][i]; };
    const bool top = level == levels_.size();
    while (first < last && (top || first % kFan != 0)) best = higher(best, entry(first++));
    while (first < last && last % kFan != 0) best = higher(best, entry(--last));
    first /= kFan;
    last /= kFan;
  }
  return best;
}

}  // namespace sramscope::viewer
