#include "profiler/liveness.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>

#include "profiler/level_scan.h"

namespace sramscope::profiler {
namespace {

/// Several changes of one kind at one tick beyond this go to a map.
constexpr std::int32_t kLargestKindChange = 30'000;

}  // namespace

Liveness::Liveness() : Liveness(Options{}) {}

Liveness::Liveness(const Options& options, const KindMap* kinds)
    : options_(options), kinds_(kinds), first_chunk_(window_begin_ >> options.chunk_shift) {}

std::size_t Liveness::lane_of(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::static_data:
      return 0;
    case MemoryKind::arena:
      return 1;
    case MemoryKind::heap:
      return 2;
    case MemoryKind::other:
      return 3;
    case MemoryKind::stack:
      break;
  }
  return kToldKinds;
}

void Liveness::add(std::span<const Lifetime> lifetimes) {
  for (const Lifetime& life : lifetimes) {
    if (life.born == kNeverStamp || life.last_read < kFirstTick) {
      continue;
    }
    if (kinds_ == nullptr) {
      add_life(life, MemoryKind::other);
      continue;
    }
    Lifetime part = life;
    for (std::uint32_t done = 0; done < life.bytes; done += part.bytes) {
      part.address = life.address + done;
      part.bytes = kinds_->same_kind(part.address, life.bytes - done);
      add_life(part, kinds_->at(part.address));
    }
  }
}

void Liveness::add_life(const Lifetime& life, MemoryKind kind) {
  Change change{epochs_.instant(life.last_read) + 1, -static_cast<std::int32_t>(life.bytes),
                life.address, lane_of(kind)};
  this->change(change);
  change.bytes = -change.bytes;
  if (life.born == kLoadedStamp) {
    loaded_ += change.bytes;
    add_to(loaded_by_kind_, change);
  } else {
    change.at = epochs_.instant(life.born);
    this->change(change);
  }
}

void Liveness::add_to(Levels& levels, const Change& change) {
  if (change.kind < kToldKinds) {
    // Only this lane: to load the whole vector would wait for an earlier store of one lane.
    reinterpret_cast<std::int32_t*>(&levels)[change.kind] += change.bytes;
  }
}

void Liveness::change(const Change& change) {
  if (change.at < window_begin_) [[unlikely]] {
    change_past(change);
    return;
  }
  const auto index = static_cast<std::size_t>((change.at >> options_.chunk_shift) - first_chunk_);
  std::int16_t* chunk = index < chunks_.size() ? chunks_[index].get() : nullptr;
  if (chunk == nullptr) [[unlikely]] {
    chunk = chunk_for_writing(index);
  }
  std::int16_t& slot = chunk[change.at & ((Instant{1} << options_.chunk_shift) - 1)];
  const std::int32_t sum = slot + change.bytes;
  if (std::abs(sum) > kLargestDenseChange) [[unlikely]] {
    LargeChange& large = large_changes_[change.at];
    large.bytes += change.bytes;
    add_to(large.by_kind, change);
    return;
  }
  slot = static_cast<std::int16_t>(sum);
  if (change.kind < kToldKinds) {
    change_by_kind(change, index);
  }
}

void Liveness::change_by_kind(const Change& change, std::size_t index) {
  Chunk& chunk = kind_chunks_[index][change.kind];
  if (chunk == nullptr) [[unlikely]] {
    chunk = new_chunk();
  }
  std::int16_t& slot = chunk[change.at & ((Instant{1} << options_.chunk_shift) - 1)];
  const std::int32_t sum = slot + change.bytes;
  if (std::abs(sum) > kLargestKindChange) [[unlikely]] {
    add_to(large_changes_[change.at].by_kind, change);
    return;
  }
  slot = static_cast<std::int16_t>(sum);
}

/// Index of the segment that holds `at`. Neighbouring bytes die one after the other and were born
/// so too: `finger`, where the last search for bytes around there ended, is near. It moves along.
std::size_t Liveness::segment_holding(Instant at, std::size_t& finger) const {
  const std::size_t size = begins_.size();
  std::size_t low = std::min(finger, size - 1);
  std::size_t high = low;
  if (begins_[low] <= at) {
    for (std::size_t reach = 1; high < size && begins_[high] <= at; reach *= 2) {
      low = high;
      high = std::min(high + reach, size);
    }
  } else {
    for (std::size_t reach = 1; begins_[low] > at; reach *= 2) {
      high = low;
      low -= std::min(low, reach);
    }
  }
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (begins_[middle] <= at ? low : high) = middle;
  }
  finger = low;
  return low;
}

void Liveness::change_past(const Change& change) {
  const bool birth = change.bytes > 0;
  const std::size_t index = segment_holding(
      change.at, (birth ? birth_fingers_ : death_fingers_)[(change.address >> 10) % kFingers]);
  Segment& segment = segments_[index];
  if (birth || segment.begin == change.at) {
    exact_ = exact_ && (segment.begin == change.at || change.at <= segment.peak_at);
    segment.delta += change.bytes;
    add_to(segment.delta_by_kind, change);
    return;
  }
  exact_ = exact_ && change.at > segment.peak_at;
  if (index + 1 < segments_.size()) {
    segments_[index + 1].delta += change.bytes;
    add_to(segments_[index + 1].delta_by_kind, change);
  } else {
    this->change({window_begin_, change.bytes, change.address, change.kind});
  }
}

Liveness::Chunk Liveness::new_chunk() {
  if (free_chunks_.empty()) {
    return std::make_unique<std::int16_t[]>((std::size_t{1} << options_.chunk_shift) + kLanes);
  }
  Chunk chunk = std::move(free_chunks_.back());
  free_chunks_.pop_back();
  return chunk;
}

void Liveness::free_chunk(Chunk& chunk) {
  if (chunk != nullptr) {
    std::memset(chunk.get(), 0, sizeof(std::int16_t) << options_.chunk_shift);
    free_chunks_.push_back(std::move(chunk));
  }
}

std::int16_t* Liveness::chunk_for_writing(std::size_t index) {
  if (index >= chunks_.size()) {
    chunks_.resize(index + 1);
    kind_chunks_.resize(index + 1);
  }
  chunks_[index] = new_chunk();
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
    collect_cuts(view.live_stamps_by_kind(kFirstTick), kFirstTick, window_begin_);
    merge_past();
    merged_size_ = segments_.size();
  }
  collect_cuts(view.live_stamps_by_kind(epochs_.tick(window_begin_ - 1)), window_begin_, limit);
  sweep(limit);
}

void Liveness::renumber(std::span<const Tick> old_ticks, Tick next_tick, Instant now) {
  epochs_.renumber(old_ticks, next_tick, now);
}

void Liveness::finish(Instant now, const MemoryView& view) {
  add(view.open_lifetimes());
  // The instruction in progress may have left stamps of `now` itself.
  end_ = std::max(now, window_begin_) + 1;
  widen_timeline(now);
  collect_cuts({}, kFirstTick, window_begin_);
  merge_past();
  collect_cuts({}, window_begin_, end_);
  sweep(end_);
  build_tree();
}

/// Merges the cuts from index `from` on into those in front of them, which are ascending like they
/// are.
void Liveness::add_cuts(std::size_t from) {
  const auto middle = cuts_.begin() + static_cast<std::ptrdiff_t>(from);
  std::inplace_merge(cuts_.begin(), middle, cuts_.end(),
                     [](const Cut& a, const Cut& b) { return a.at < b.at; });
}

/// Every instant in [begin, limit) at which a segment has to begin.
void Liveness::collect_cuts(const LiveStamps& stamps, Instant begin, Instant limit) {
  cuts_.clear();
  const auto push = [&](Instant at, Kinds kinds) {
    if (at >= begin && at < limit) {
      cuts_.push_back({at, kinds});
    }
  };
  const auto first_mark = std::lower_bound(marks_.begin(), marks_.end(), begin);
  for (auto mark = first_mark; mark != marks_.end() && *mark < limit; ++mark) {
    push(*mark, kMark);
  }
  std::size_t from = cuts_.size();
  for (Instant at = (begin + spacing_ - 1) / spacing_ * spacing_; at < limit; at += spacing_) {
    push(at, kMark);
  }
  add_cuts(from);
  from = cuts_.size();
  for (auto it = large_changes_.lower_bound(begin); it != large_changes_.end(); ++it) {
    push(it->first, 0);
  }
  add_cuts(from);
  from = cuts_.size();
  for (const Tick tick : stamps.births) {
    push(epochs_.instant(tick), kBirth);
  }
  add_cuts(from);
  from = cuts_.size();
  for (const Tick tick : stamps.last_reads) {
    push(epochs_.instant(tick) + 1, kDeath);
  }
  add_cuts(from);
  std::size_t last = 0;
  for (std::size_t i = 1; i < cuts_.size(); ++i) {
    if (cuts_[i].at == cuts_[last].at) {
      cuts_[last].kinds |= cuts_[i].kinds;
    } else {
      cuts_[++last] = cuts_[i];
    }
  }
  cuts_.resize(std::min(cuts_.size(), last + 1));
}

/// Turns the window in front of `limit` into segments.
void Liveness::sweep(Instant limit) {
  Segment segment = segment_at({window_begin_, 0});
  Instant from = window_begin_ + 1;
  for (const Cut& cut : cuts_) {
    if (cut.at == window_begin_) {
      segment.at_begin = cut.kinds;
      continue;
    }
    extend(segment, from, cut.at);
    append(segment);
    segment = segment_at(cut);
    from = cut.at + 1;
  }
  extend(segment, from, limit);
  append(segment);
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

/// The net change of the `count` changes from `begin` on, which are in one chunk.
Liveness::Levels Liveness::sum_by_kind(Instant begin, std::size_t count) const {
  Levels sums{};
  const auto index = static_cast<std::size_t>((begin >> options_.chunk_shift) - first_chunk_);
  const std::size_t first = begin & ((Instant{1} << options_.chunk_shift) - 1);
  for (std::size_t kind = 0; kind < kToldKinds; ++kind) {
    if (const std::int16_t* changes = kind_chunks_[index][kind].get(); changes != nullptr) {
      sums[kind] = sum(changes + first, count);
    }
  }
  return sums;
}

/// Goes on with `segment` over the changes in [begin, end).
void Liveness::extend(Segment& segment, Instant begin, Instant end) const {
  const Instant chunk_ticks = Instant{1} << options_.chunk_shift;
  while (begin < end) {
    const auto count =
        static_cast<std::size_t>(std::min(end - begin, chunk_ticks - (begin & (chunk_ticks - 1))));
    if (const std::int16_t* changes = changes_at(begin); changes != nullptr) {
      const Running running = scan({segment.net, segment.peak, -1, 0}, changes, count);
      segment.net = running.level;
      segment.peak = running.peak;
      std::size_t done = 0;
      if (running.peak_start >= 0) {
        done = peak_index(running, changes) + 1;
        segment.peak_at = begin + done - 1;
        segment.net_by_kind += sum_by_kind(begin, done);
        segment.peak_by_kind = segment.net_by_kind;
      }
      segment.net_by_kind += sum_by_kind(begin + done, count - done);
    }
    begin += count;
  }
}

/// A segment with nothing but the change at its begin.
Liveness::Segment Liveness::segment_at(const Cut& cut) const {
  Segment segment{.begin = cut.at, .peak_at = cut.at, .at_begin = cut.kinds};
  if (const std::int16_t* changes = changes_at(cut.at); changes != nullptr) {
    segment.delta = *changes;
    segment.delta_by_kind = sum_by_kind(cut.at, 1);
  }
  if (!large_changes_.empty()) {
    if (const auto it = large_changes_.find(cut.at); it != large_changes_.end()) {
      segment.delta += static_cast<std::int32_t>(it->second.bytes);
      segment.delta_by_kind += it->second.by_kind;
    }
  }
  return segment;
}

void Liveness::release_chunks(Instant limit) {
  const Instant first = limit >> options_.chunk_shift;
  const auto count =
      static_cast<std::size_t>(std::min<Instant>(first - first_chunk_, chunks_.size()));
  for (std::size_t i = 0; i < count; ++i) {
    free_chunk(chunks_[i]);
    for (Chunk& chunk : kind_chunks_[i]) {
      free_chunk(chunk);
    }
  }
  chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(count));
  kind_chunks_.erase(kind_chunks_.begin(),
                     kind_chunks_.begin() + static_cast<std::ptrdiff_t>(count));
  first_chunk_ = first;
}

/// Joins `next` to `segment` when the peak of one will always be at least as high as that of the
/// other.
bool Liveness::join(Segment& segment, const Segment& next) {
  const Kinds between = segment.behind | next.at_begin | next.in_front;
  const std::int32_t start = segment.net + next.delta;
  const std::int32_t next_peak = start + next.peak;
  const bool next_is_higher =
      between == kBirth ? next_peak >= segment.peak : next_peak > segment.peak;
  if (between != 0 && between != (next_is_higher ? kBirth : kDeath)) {
    return false;
  }
  if (next_is_higher) {
    segment.in_front |= between;
    segment.behind = next.behind;
    segment.peak = next_peak;
    segment.peak_at = next.peak_at;
    segment.peak_by_kind = segment.net_by_kind + next.delta_by_kind + next.peak_by_kind;
  } else {
    segment.behind = between | next.behind;
  }
  segment.net = start + next.net;
  segment.net_by_kind += next.delta_by_kind + next.net_by_kind;
  return true;
}

/// Puts `segment` behind the first `size` segments, after joining with it as many of them as can
/// be. Returns how many segments there are then.
std::size_t Liveness::append_joined(std::size_t size, Segment segment) {
  while (size > 0 && join(segments_[size - 1], segment)) {
    segment = segments_[--size];
  }
  if (size == segments_.size()) {
    segments_.push_back(segment);
  } else {
    segments_[size] = segment;
  }
  return size + 1;
}

void Liveness::append(const Segment& segment) {
  segments_.resize(append_joined(segments_.size(), segment));
  begins_.resize(segments_.size());
  begins_.back() = segments_.back().begin;
}

/// Joins what can be joined now that the cuts in front of the window are those in `cuts_`: stale
/// ones have gone.
void Liveness::merge_past() {
  auto cut = cuts_.begin();
  std::size_t size = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment segment = segments_[i];
    const Instant end = i + 1 < segments_.size() ? segments_[i + 1].begin : window_begin_;
    segment.at_begin = segment.in_front = segment.behind = 0;
    for (; cut != cuts_.end() && cut->at < end; ++cut) {
      (cut->at == segment.begin     ? segment.at_begin
       : cut->at <= segment.peak_at ? segment.in_front
                                    : segment.behind) |= cut->kinds;
    }
    size = append_joined(size, segment);
  }
  segments_.resize(size);
  begins_.resize(size);
  std::transform(segments_.begin(), segments_.end(), begins_.begin(),
                 [](const Segment& segment) { return segment.begin; });
}

void Liveness::widen_timeline(Instant now) {
  while (now / spacing_ >= options_.timeline_samples) {
    spacing_ *= 2;
  }
}

std::size_t Liveness::memory_bytes() const {
  std::size_t chunks = free_chunks_.size();
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    chunks += chunks_[i] != nullptr ? 1 : 0;
    for (const Chunk& chunk : kind_chunks_[i]) {
      chunks += chunk != nullptr ? 1 : 0;
    }
  }
  return (chunks << options_.chunk_shift) * sizeof(std::int16_t) +
         segments_.capacity() * sizeof(Segment) + marks_.capacity() * sizeof(Instant);
}

}  // namespace sramscope::profiler
