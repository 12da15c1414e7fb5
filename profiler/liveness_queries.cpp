// What can be asked of `Liveness`: peaks of intervals, the timeline, where the peak may still lie.
#include <algorithm>

#include "profiler/liveness.h"

namespace sramscope::profiler {

/// The absolute highest level of each segment.
std::vector<std::int64_t> Liveness::peak_levels() const {
  std::vector<std::int64_t> levels;
  levels.reserve(segments_.size());
  std::int64_t level = loaded_;
  for (const Segment& segment : segments_) {
    level += segment.delta;
    levels.push_back(level + segment.peak);
    level += segment.net;
  }
  return levels;
}

/// The higher of two, the first one when they are equal.
const Liveness::Highest& Liveness::higher(const Highest& first, const Highest& second) {
  return second.bytes > first.bytes ? second : first;
}

void Liveness::build_tree() {
  const std::size_t count = segments_.size();
  const std::vector<std::int64_t> levels = peak_levels();
  tree_.assign(2 * count, {});
  peaks_by_kind_.assign(count, {});
  Levels by_kind = loaded_by_kind_;
  for (std::size_t i = 0; i < count; ++i) {
    const Segment& segment = segments_[i];
    tree_[count + i] = {static_cast<std::uint64_t>(levels[i]), segment.peak_at, i};
    by_kind += segment.delta_by_kind;
    const Levels peak = by_kind + segment.peak_by_kind;
    BytesByKind& bytes = peaks_by_kind_[i];
    std::uint64_t told = 0;
    for (std::size_t kind = 0; kind < kMemoryKinds; ++kind) {
      if (const std::size_t lane = lane_of(static_cast<MemoryKind>(kind)); lane < kToldKinds) {
        told += bytes[kind] = static_cast<std::uint64_t>(peak[lane]);
      }
    }
    bytes[static_cast<std::size_t>(MemoryKind::stack)] = tree_[count + i].bytes - told;
    by_kind += segment.net_by_kind;
  }
  // A node's children need not be neighbours in time (count is no power of two): order by `at`
  // where equal.
  for (std::size_t i = count - 1; i > 0; --i) {
    const Highest& a = tree_[2 * i];
    const Highest& b = tree_[2 * i + 1];
    tree_[i] = a.at <= b.at ? higher(a, b) : higher(b, a);
  }
}

LivePeak Liveness::peak(Instant begin, Instant end) const {
  const auto index_of = [&](Instant at) {
    const auto it = std::lower_bound(segments_.begin(), segments_.end(), at,
                                     [](const Segment& s, Instant t) { return s.begin < t; });
    return static_cast<std::size_t>(it - segments_.begin());
  };
  Highest best{0, begin, 0};
  const auto take = [&](const Highest& candidate) {
    if (candidate.bytes > best.bytes ||
        (candidate.bytes == best.bytes && candidate.bytes > 0 && candidate.at < best.at)) {
      best = candidate;
    }
  };
  const std::size_t count = segments_.size();
  std::size_t left = index_of(begin) + count;
  std::size_t right = index_of(end) + count;
  for (; left < right; left /= 2, right /= 2) {
    if (left % 2 == 1) {
      take(tree_[left++]);
    }
    if (right % 2 == 1) {
      take(tree_[--right]);
    }
  }
  if (best.bytes == 0) {
    return {0, best.at, {}};
  }
  return {best.bytes, best.at, peaks_by_kind_[best.segment]};
}

std::vector<LivePeak> Liveness::timeline() const {
  std::vector<LivePeak> samples;
  for (Instant at = 0; at < end_; at += spacing_) {
    samples.push_back(peak(std::max<Instant>(at, kFirstTick), at + spacing_));
  }
  return samples;
}

/// A segment's peak is at least its level with the open lives that cover it, and at most its level
/// with every value that is still there and was there then.
Contenders Liveness::contenders(const MemoryView& view) const {
  const std::size_t count = segments_.size();
  std::vector<std::int64_t> surely(count + 1);
  std::vector<std::int64_t> perhaps(count + 1);
  const auto first_from = [&](Instant at) {
    const auto it = std::lower_bound(segments_.begin(), segments_.end(), at,
                                     [](const Segment& s, Instant t) { return s.peak_at < t; });
    return static_cast<std::size_t>(it - segments_.begin());
  };
  for (const Lifetime& value : view.open_values()) {
    const std::size_t first =
        value.born == kLoadedStamp ? 0 : first_from(epochs_.instant(value.born));
    perhaps[first] += value.bytes;
    if (value.last_read >= kFirstTick) {
      surely[first] += value.bytes;
      surely[std::max(first, first_from(epochs_.instant(value.last_read) + 1))] -= value.bytes;
    }
  }
  const std::vector<std::int64_t> levels = peak_levels();
  std::int64_t best = -1;
  std::size_t best_index = 0;
  for (std::size_t i = 0; i < count; ++i) {
    surely[i] += i == 0 ? 0 : surely[i - 1];
    perhaps[i] += i == 0 ? 0 : perhaps[i - 1];
    if (levels[i] + surely[i] > best) {
      best = levels[i] + surely[i];
      best_index = i;
    }
  }
  Contenders contenders{{}, window_begin_};
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t most = levels[i] + perhaps[i];
    if (most > best || (most == best && i <= best_index)) {
      contenders.instants.push_back(segments_[i].peak_at);
    }
  }
  return contenders;
}

}  // namespace sramscope::profiler
