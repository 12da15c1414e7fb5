#include "profiler/liveness.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>

namespace sramscope::profiler {
namespace {

/// Larger changes of level at one tick go to a map: sixteen of these still add up in 16 bits (see
/// `scan`).
constexpr std::int32_t kLargestDenseChange = 1023;

constexpr std::size_t kLanes = 8;
using Lanes = std::int16_t __attribute__((vector_size(kLanes * sizeof(std::int16_t))));
using Halves = std::int64_t __attribute__((vector_size(kLanes * sizeof(std::int16_t))));

/// The sums of the first 1, 2 ... 8 lanes.
Lanes prefix_sums(Lanes v) {
  constexpr Lanes kZero{};
  v += __builtin_shufflevector(v, kZero, 8, 0, 1, 2, 3, 4, 5, 6);
  v += __builtin_shufflevector(v, kZero, 8, 8, 0, 1, 2, 3, 4, 5);
  v += __builtin_shufflevector(v, kZero, 8, 8, 8, 8, 0, 1, 2, 3);
  return v;
}

bool any(Lanes v) {
  const auto halves = reinterpret_cast<Halves>(v);
  return (halves[0] | halves[1]) != 0;
}

/// The first `count` of the lanes, the others zero.
Lanes first_lanes(Lanes v, std::size_t count) {
  constexpr Lanes kIndex{0, 1, 2, 3, 4, 5, 6, 7};
  return v & (kIndex < static_cast<std::int16_t>(std::min(count, kLanes)));
}

Lanes higher_lanes(Lanes a, Lanes b) { return a > b ? a : b; }

std::int16_t highest_lane(Lanes v) {
  v = higher_lanes(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  v = higher_lanes(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
  v = higher_lanes(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
  return v[0];
}

/// The state of a pass over changes of level. Where exactly the peak lies is found out at the end
/// of the pass.
struct Running {
  std::int32_t level = 0;
  std::int32_t peak = 0;
  /// Start of the changes that led to the peak, and the level in front of them; -1: no new peak.
  std::ptrdiff_t peak_start = -1;
  std::int32_t level_before_peak = 0;
};

/// Goes on by changes whose sums from the first one reach `highest` at most and `last` in the end.
inline void advance(Running& running, std::size_t start, Lanes highest, std::int16_t last) {
  const auto to_beat = static_cast<std::int16_t>(
      std::min<std::int32_t>(running.peak - running.level, 16 * kLargestDenseChange));
  if (any(highest > to_beat)) {
    running.peak = running.level + highest_lane(highest);
    running.peak_start = static_cast<std::ptrdiff_t>(start);
    running.level_before_peak = running.level;
  }
  running.level += last;
}

Lanes load(const std::int16_t* changes) {
  Lanes v;
  std::memcpy(&v, changes, sizeof v);
  return v;
}

/// Passes over `count` changes; up to seven more may be read.
Running scan(Running running, const std::int16_t* changes, std::size_t count) {
  std::size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    const Lanes first = prefix_sums(load(changes + i));
    const Lanes second = prefix_sums(load(changes + i + kLanes)) +
                         __builtin_shufflevector(first, first, 7, 7, 7, 7, 7, 7, 7, 7);
    advance(running, i, higher_lanes(first, second), second[kLanes - 1]);
  }
  for (; i < count; i += kLanes) {
    const Lanes sums = prefix_sums(first_lanes(load(changes + i), count - i));
    advance(running, i, sums, sums[kLanes - 1]);
  }
  return running;
}

/// Index of the change that first led to the peak.
std::size_t peak_index(const Running& running, const std::int16_t* changes) {
  auto index = static_cast<std::size_t>(running.peak_start);
  std::int32_t level = running.level_before_peak + changes[index];
  while (level != running.peak) {
    level += changes[++index];
  }
  return index;
}

/// The higher of two peaks, the first one when they are equal.
LivePeak higher(const LivePeak& first, const LivePeak& second) {
  return second.bytes > first.bytes ? second : first;
}

}  // namespace

Liveness::Liveness() : Liveness(Options{}) {}

Liveness::Liveness(const Options& options)
    : options_(options), first_chunk_(window_begin_ >> options.chunk_shift) {
  segments_.push_back({.begin = kFirstTick, .peak_at = kFirstTick});
}

void Liveness::add(std::span<const Lifetime> lifetimes) {
  for (const Lifetime& life : lifetimes) {
    if (life.born == kNeverStamp || life.last_read < kFirstTick) {
      continue;
    }
    const auto bytes = static_cast<std::int32_t>(life.bytes);
    if (life.born == kLoadedStamp) {
      loaded_ += bytes;
    } else {
      change(epochs_.instant(life.born), bytes);
    }
    change(epochs_.instant(life.last_read) + 1, -bytes);
  }
}

void Liveness::change(Instant at, std::int32_t bytes) {
  if (at < window_begin_) [[unlikely]] {
    change_past(at, bytes);
    return;
  }
  const auto index = static_cast<std::size_t>((at >> options_.chunk_shift) - first_chunk_);
  std::int16_t* chunk = index < chunks_.size() ? chunks_[index].get() : nullptr;
  if (chunk == nullptr) [[unlikely]] {
    chunk = chunk_for_writing(index);
  }
  std::int16_t& slot = chunk[at & ((Instant{1} << options_.chunk_shift) - 1)];
  const std::int32_t sum = slot + bytes;
  if (std::abs(sum) > kLargestDenseChange) [[unlikely]] {
    large_changes_[at] += bytes;
    return;
  }
  slot = static_cast<std::int16_t>(sum);
}

void Liveness::change_past(Instant at, std::int32_t bytes) {
  auto next = std::upper_bound(segments_.begin(), segments_.end(), at,
                               [](Instant t, const Segment& s) { return t < s.begin; });
  assert(next != segments_.begin());
  const auto it = std::prev(next);
  if (it->begin == at || bytes > 0) {
    exact_ = exact_ && it->begin == at;
    it->delta += bytes;
    return;
  }
  // Not a cut: some stamp was not announced. Rounding births down and deaths up keeps an upper
  // bound.
  exact_ = false;
  if (next != segments_.end()) {
    next->delta += bytes;
  } else {
    change(window_begin_, bytes);
  }
}

std::int16_t* Liveness::chunk_for_writing(std::size_t index) {
  if (index >= chunks_.size()) {
    chunks_.resize(index + 1);
  }
  if (free_chunks_.empty()) {
    chunks_[index] =
        std::make_unique<std::int16_t[]>((std::size_t{1} << options_.chunk_shift) + kLanes);
  } else {
    chunks_[index] = std::move(free_chunks_.back());
    free_chunks_.pop_back();
  }
  return chunks_[index].get();
}

void Liveness::mark(Instant now) {
  if (marks_.empty() || now > marks_.back()) {
    assert(now >= window_begin_);
    marks_.push_back(now);
  }
}

void Liveness::interval(Instant now, const MemoryView& view) {
  if (now >= window_begin_ + options_.window_ticks) {
    condense(now - options_.window_ticks / 2, view);
  }
}

void Liveness::condense(Instant limit, const MemoryView& view) {
  if (limit <= window_begin_) {
    return;
  }
  widen_timeline(limit);
  // All stamps are asked for only when the segments have doubled: older cuts are merely more than
  // needed.
  if (segments_.size() >= 2 * merged_size_ + options_.segments_before_merge) {
    merge_past(cuts(instants(view.live_stamps(0)), kFirstTick, window_begin_));
    merged_size_ = segments_.size();
  }
  const std::vector<Tick> recent = view.live_stamps(epochs_.tick(window_begin_ - 1));
  sweep(cuts(instants(recent), window_begin_, limit), limit);
}

std::vector<Instant> Liveness::instants(std::span<const Tick> ticks) const {
  std::vector<Instant> result;
  result.reserve(ticks.size());
  for (const Tick tick : ticks) {
    result.push_back(epochs_.instant(tick));
  }
  return result;
}

void Liveness::renumber(std::span<const Tick> old_ticks, Tick next_tick, Instant now) {
  epochs_.renumber(old_ticks, next_tick, now);
}

void Liveness::finish(Instant now, const MemoryView& view) {
  add(view.open_lifetimes());
  // The instruction in progress may have left stamps of `now` itself.
  end_ = std::max(now, window_begin_) + 1;
  widen_timeline(now);
  merge_past(cuts({}, kFirstTick, window_begin_));
  sweep(cuts({}, window_begin_, end_), end_);
  build_tree();
}

/// Every instant in [begin, limit) at which a segment has to begin, ascending.
std::vector<Instant> Liveness::cuts(std::span<const Instant> stamps, Instant begin,
                                    Instant limit) const {
  std::vector<Instant> fixed;
  const auto first_mark = std::lower_bound(marks_.begin(), marks_.end(), begin);
  fixed.assign(first_mark, std::lower_bound(first_mark, marks_.end(), limit));
  const auto middle = static_cast<std::ptrdiff_t>(fixed.size());
  for (Instant at = (begin + spacing_ - 1) / spacing_ * spacing_; at < limit; at += spacing_) {
    fixed.push_back(at);
  }
  std::inplace_merge(fixed.begin(), fixed.begin() + middle, fixed.end());
  const auto large = static_cast<std::ptrdiff_t>(fixed.size());
  for (auto it = large_changes_.lower_bound(begin); it != large_changes_.end() && it->first < limit;
       ++it) {
    fixed.push_back(it->first);
  }
  std::inplace_merge(fixed.begin(), fixed.begin() + large, fixed.end());

  std::vector<Instant> result;
  auto next = fixed.begin();
  const auto push = [&](Instant at) {
    if (at >= begin && at < limit && (result.empty() || at > result.back())) {
      result.push_back(at);
    }
  };
  const auto first_stamp =
      std::lower_bound(stamps.begin(), stamps.end(), begin > 0 ? begin - 1 : begin);
  for (auto stamp = first_stamp; stamp != stamps.end() && *stamp < limit; ++stamp) {
    for (const Instant at : {*stamp, *stamp + 1}) {  // a birth, a death
      for (; next != fixed.end() && *next < at; ++next) {
        push(*next);
      }
      push(at);
    }
  }
  for (; next != fixed.end(); ++next) {
    push(*next);
  }
  return result;
}

void Liveness::sweep(std::span<const Instant> cuts, Instant limit) {
  segments_.reserve(segments_.size() + cuts.size());
  Instant from = window_begin_;
  for (const Instant cut : cuts) {
    extend(segments_.back(), from, cut);
    const Segment segment = segment_at(cut);
    if (segments_.back().begin == cut) {  // only the very first one
      segments_.back().delta += segment.delta;
    } else {
      segments_.push_back(segment);
    }
    from = cut + 1;
  }
  extend(segments_.back(), from, limit);
  window_begin_ = limit;
  large_changes_.erase(large_changes_.begin(), large_changes_.lower_bound(limit));
  release_chunks(limit);
}

/// The changes of level at `at` and later in the same chunk; null when there are none.
const std::int16_t* Liveness::changes_at(Instant at) const {
  const auto index = static_cast<std::size_t>((at >> options_.chunk_shift) - first_chunk_);
  if (index >= chunks_.size() || chunks_[index] == nullptr) {
    return nullptr;
  }
  return chunks_[index].get() + (at & ((Instant{1} << options_.chunk_shift) - 1));
}

/// Prolongs `segment` over the changes in [begin, end).
void Liveness::extend(Segment& segment, Instant begin, Instant end) const {
  const Instant chunk_ticks = Instant{1} << options_.chunk_shift;
  while (begin < end) {
    const Instant count = std::min(end - begin, chunk_ticks - (begin & (chunk_ticks - 1)));
    if (const std::int16_t* changes = changes_at(begin); changes != nullptr) {
      const Running running =
          scan({segment.net, segment.peak, -1, 0}, changes, static_cast<std::size_t>(count));
      segment.net = running.level;
      segment.peak = running.peak;
      if (running.peak_start >= 0) {
        segment.peak_at = begin + peak_index(running, changes);
      }
    }
    begin += count;
  }
}

/// A segment with nothing but the change at its begin.
Liveness::Segment Liveness::segment_at(Instant begin) const {
  Segment segment{.begin = begin, .peak_at = begin};
  if (const std::int16_t* changes = changes_at(begin); changes != nullptr) {
    segment.delta = *changes;
  }
  if (!large_changes_.empty()) {
    if (const auto it = large_changes_.find(begin); it != large_changes_.end()) {
      segment.delta += static_cast<std::int32_t>(it->second);
    }
  }
  return segment;
}

void Liveness::release_chunks(Instant limit) {
  const Instant first = limit >> options_.chunk_shift;
  const auto count =
      static_cast<std::size_t>(std::min<Instant>(first - first_chunk_, chunks_.size()));
  for (std::size_t i = 0; i < count; ++i) {
    if (chunks_[i] != nullptr) {
      std::memset(chunks_[i].get(), 0, sizeof(std::int16_t) << options_.chunk_shift);
      free_chunks_.push_back(std::move(chunks_[i]));
    }
  }
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(count));
  first_chunk_ = first;
}

/// Joins the segments that begin at no cut with the ones before them.
void Liveness::merge_past(std::span<const Instant> cuts) {
  auto cut = cuts.begin();
  std::size_t last = 0;
  for (std::size_t i = 1; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    while (cut != cuts.end() && *cut < segment.begin) {
      ++cut;
    }
    if (cut != cuts.end() && *cut == segment.begin) {
      segments_[++last] = segment;
      continue;
    }
    Segment& joined = segments_[last];
    const std::int32_t start = joined.net + segment.delta;
    if (start + segment.peak > joined.peak) {
      joined.peak = start + segment.peak;
      joined.peak_at = segment.peak_at;
    }
    joined.net = start + segment.net;
  }
  segments_.resize(last + 1);
}

void Liveness::widen_timeline(Instant now) {
  while (now / spacing_ >= options_.timeline_samples) {
    spacing_ *= 2;
  }
}

void Liveness::build_tree() {
  const std::size_t count = segments_.size();
  tree_.assign(2 * count, {});
  std::int64_t level = loaded_;
  for (std::size_t i = 0; i < count; ++i) {
    const Segment& segment = segments_[i];
    level += segment.delta;
    tree_[count + i] = {static_cast<std::uint64_t>(level + segment.peak), segment.peak_at};
    level += segment.net;
  }
  // A node's children need not be neighbours in time (count is no power of two): order by `at`
  // where equal.
  for (std::size_t i = count - 1; i > 0; --i) {
    const LivePeak& a = tree_[2 * i];
    const LivePeak& b = tree_[2 * i + 1];
    tree_[i] = a.at <= b.at ? higher(a, b) : higher(b, a);
  }
}

LivePeak Liveness::peak(Instant begin, Instant end) const {
  const auto index_of = [&](Instant at) {
    const auto it = std::lower_bound(segments_.begin(), segments_.end(), at,
                                     [](const Segment& s, Instant t) { return s.begin < t; });
    return static_cast<std::size_t>(it - segments_.begin());
  };
  LivePeak best{0, begin};
  const auto take = [&](const LivePeak& candidate) {
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
  return best;
}

std::vector<std::uint64_t> Liveness::timeline() const {
  std::vector<std::uint64_t> samples;
  for (Instant at = 0; at < end_; at += spacing_) {
    samples.push_back(peak(std::max<Instant>(at, kFirstTick), at + spacing_).bytes);
  }
  return samples;
}

std::size_t Liveness::memory_bytes() const {
  std::size_t chunks = free_chunks_.size();
  for (const Chunk& chunk : chunks_) {
    chunks += chunk != nullptr ? 1 : 0;
  }
  return (chunks << options_.chunk_shift) * sizeof(std::int16_t) +
         segments_.capacity() * sizeof(Segment) + marks_.capacity() * sizeof(Instant);
}

}  // namespace sramscope::profiler
