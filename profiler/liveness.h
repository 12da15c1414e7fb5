#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "profiler/epochs.h"
#include "profiler/kind_map.h"
#include "sramscope/observer.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// The most bytes live at once in some interval, and an instant at which that level is reached.
struct LivePeak {
  std::uint64_t bytes = 0;
  Instant at = 0;
  /// How they divide.
  BytesByKind by_kind = {};
};

/// What the run's peak can still turn out to be, see `Liveness::contenders`.
struct Contenders {
  /// Instants in front of `since` at which it may lie, ascending.
  std::vector<Instant> instants;
  /// From here on it may lie anywhere.
  Instant since = 0;
};

/// The exact peak of live bytes over the whole run and over any interval between marks, in bounded
/// memory.
///
/// A lifetime [born, last_read] adds its bytes at `born` and takes them away at `last_read + 1`.
/// The recent past (the window) is a dense array with the change of level at every tick. The rest
/// is a list of segments, each with its net change and the highest point inside.
///
/// What makes that exact: a lifetime that has not been reported yet begins and ends at stamps that
/// are still present in the shadow, or in the future. Cut at all of these, every segment is covered
/// entirely or not at all by what is reported later. And most cuts need not be kept. If only births
/// can lie between two points, whatever covers the earlier one also covers the later one; when that
/// is at least as high today, it always will be, and the earlier one is forgotten. The same holds
/// for deaths, the other way round. So a segment consists of points that its peak dominates: births
/// can only lie in front of its peak, deaths behind it; a later birth inside counts from the
/// segment's begin, a later death to its end, and the peak stays exact.
class Liveness {
 public:
  struct Options {
    /// Ticks kept in the window before the older half of it is condensed.
    Instant window_ticks = Instant{1} << 22;
    /// The window's array is allocated in pieces of 2^chunk_shift ticks (at least 2^3).
    unsigned chunk_shift = 14;
    /// Segments are joined where their cuts have gone stale when they have doubled in number, and
    /// by this many.
    std::size_t segments_before_merge = std::size_t{1} << 15;
    /// The timeline has at most this many samples.
    std::size_t timeline_samples = 2048;
  };

  Liveness();
  /// `kinds` tells the bytes' kinds, at the moment in which their lives are taken; null: all are
  /// `other`.
  explicit Liveness(const Options& options, const KindMap* kinds = nullptr);

  const Epochs& epochs() const { return epochs_; }

  /// Takes finished lifetimes, in the order in which they were closed.
  void add(std::span<const Lifetime> lifetimes);
  /// Sets a mark at `now`: intervals between marks can be asked for after `finish`. Not before an
  /// earlier mark.
  void mark(Instant now);
  /// Condenses the older half of the window when it is full. All lifetimes closed before `now` were
  /// added.
  void interval(Instant now, const MemoryView& view);
  /// Condenses everything before `limit`; `limit` is not after the present. Called by `interval`.
  void condense(Instant limit, const MemoryView& view);
  /// The ticks change their meaning, at the instant `now`.
  void renumber(std::span<const Tick> old_ticks, Tick next_tick, Instant now);
  /// Takes the lifetimes that are still open at the end, `now`; afterwards the queries below may be
  /// asked.
  void finish(Instant now, const MemoryView& view);

  /// The peak in [begin, end), both of them marks or the ends of the run; 0 bytes for an empty
  /// interval.
  LivePeak peak(Instant begin, Instant end) const;
  /// The peak of the whole run.
  LivePeak peak() const { return peak(kFirstTick, end_); }
  /// The first instant after the run.
  Instant end() const { return end_; }
  /// The peak in each of up to `timeline_samples` equal spans of `timeline_spacing()` ticks, from
  /// kFirstTick on.
  std::vector<LivePeak> timeline() const;
  /// Where the run's peak may lie, going by what is known now: what was alive at other instants
  /// need not be remembered any longer.
  Contenders contenders(const MemoryView& view) const;
  Instant timeline_spacing() const { return spacing_; }

  /// False when lifetimes came that contradict the stamps seen before; peaks are then upper bounds.
  bool exact() const { return exact_; }
  /// Bytes of memory used by window and segments, for tests of the bound.
  std::size_t memory_bytes() const;

 private:
  using Chunk = std::unique_ptr<std::int16_t[]>;
  /// Levels of all kinds but the stack, which is the rest.
  static constexpr std::size_t kToldKinds = 4;
  using Levels = std::int32_t __attribute__((vector_size(kToldKinds * sizeof(std::int32_t))));
  /// Changes of level of one kind, allocated where there are some; see `chunks_`.
  using KindChunks = std::array<Chunk, kToldKinds>;

  /// What can happen at a cut: later changes of level (bits), or none may pass because of a mark.
  using Kinds = std::uint8_t;
  static constexpr Kinds kBirth = 1;
  static constexpr Kinds kDeath = 2;
  static constexpr Kinds kMark = 4;

  struct Cut {
    Instant at = 0;
    Kinds kinds = 0;
  };

  /// The time from `begin` to the begin of the next segment.
  struct Segment {
    Instant begin = 0;
    /// Where the level inside is highest.
    Instant peak_at = 0;
    /// Change of level at `begin`, then from just behind it to the highest point, then to the end.
    std::int32_t delta = 0;
    std::int32_t peak = 0;
    std::int32_t net = 0;
    /// The same by kind.
    Levels delta_by_kind = {};
    Levels peak_by_kind = {};
    Levels net_by_kind = {};
    /// What can happen at `begin`, inside in front of the peak, and inside behind it.
    Kinds at_begin = 0;
    Kinds in_front = 0;
    Kinds behind = 0;
  };

  /// A change of level by `bytes` of the kind with lane `kind`.
  struct Change {
    Instant at = 0;
    std::int32_t bytes = 0;
    Addr address = 0;
    std::size_t kind = 0;
  };
  struct LargeChange {
    std::int64_t bytes = 0;
    Levels by_kind = {};
  };
  /// A node of the tree of maxima; `segment` tells the kinds.
  struct Highest {
    std::uint64_t bytes = 0;
    Instant at = 0;
    std::size_t segment = 0;
  };

  /// Index of a kind in Levels; past the end for the stack.
  static std::size_t lane_of(MemoryKind kind);
  void add_life(const Lifetime& life, MemoryKind kind);
  static void add_to(Levels& levels, const Change& change);
  void change(const Change& change);
  void change_by_kind(const Change& change, std::size_t index);
  void change_past(const Change& change);
  std::size_t segment_holding(Instant at, std::size_t& finger) const;
  std::int16_t* chunk_for_writing(std::size_t index);
  Chunk new_chunk();
  void free_chunk(Chunk& chunk);
  void collect_cuts(const LiveStamps& stamps, Instant begin, Instant limit);
  void add_cuts(std::size_t from);
  void sweep(Instant limit);
  const std::int16_t* changes_at(Instant at) const;
  Levels sum_by_kind(Instant begin, std::size_t count) const;
  void extend(Segment& segment, Instant begin, Instant end) const;
  Segment segment_at(const Cut& cut) const;
  void release_chunks(Instant limit);
  void merge_past();
  static bool join(Segment& segment, const Segment& next);
  void append(const Segment& segment);
  std::size_t append_joined(std::size_t size, Segment segment);
  void widen_timeline(Instant now);
  void build_tree();
  std::vector<std::int64_t> peak_levels() const;
  static const Highest& higher(const Highest& first, const Highest& second);

  Options options_;
  const KindMap* kinds_ = nullptr;
  Epochs epochs_;
  bool exact_ = true;

  /// Bytes that were there from the start; part of the level everywhere until they are taken away.
  std::int64_t loaded_ = 0;
  Levels loaded_by_kind_ = {};
  std::vector<Segment> segments_;
  /// The segments' begins once more: all that a search needs, close together.
  std::vector<Instant> begins_;
  /// Where segments have to begin, ascending; for the function that asked for them.
  std::vector<Cut> cuts_;
  /// For each kB of addresses (they share) the segments of the last changes in the past.
  static constexpr std::size_t kFingers = 512;
  std::array<std::size_t, kFingers> birth_fingers_{};
  std::array<std::size_t, kFingers> death_fingers_{};
  /// Size of `segments_` after the last merge.
  std::size_t merged_size_ = 0;

  /// The window begins here; the segments end here.
  Instant window_begin_ = kFirstTick;
  Instant first_chunk_ = 0;
  std::vector<Chunk> chunks_;
  std::vector<KindChunks> kind_chunks_;
  std::vector<Chunk> free_chunks_;
  /// Changes in the window that are too large for the array.
  std::map<Instant, LargeChange> large_changes_;

  std::vector<Instant> marks_;
  Instant spacing_ = 256;

  Instant end_ = kFirstTick;
  /// After `finish`: absolute highest level per segment, as a tree of maxima (leaves in the second
  /// half).
  std::vector<Highest> tree_;
  /// After `finish`: absolute levels by kind at the segments' peaks.
  std::vector<BytesByKind> peaks_by_kind_;
};

}  // namespace sramscope::profiler
