#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// The inner loop of `Liveness`: running sums of small changes and their highest point, eight at a
/// time.
namespace sramscope::profiler {

/// Larger changes of level at one tick go to a map: sixteen of these still add up in 16 bits (see
/// `scan`).
constexpr std::int32_t kLargestDenseChange = 1023;

constexpr std::size_t kLanes = 8;
using Lanes = std::int16_t __attribute__((vector_size(kLanes * sizeof(std::int16_t))));
using Halves = std::int64_t __attribute__((vector_size(kLanes * sizeof(std::int16_t))));

/// The sums of the first 1, 2 ... 8 lanes.
inline Lanes prefix_sums(Lanes v) {
  constexpr Lanes kZero{};
  v += __builtin_shufflevector(v, kZero, 8, 0, 1, 2, 3, 4, 5, 6);
  v += __builtin_shufflevector(v, kZero, 8, 8, 0, 1, 2, 3, 4, 5);
  v += __builtin_shufflevector(v, kZero, 8, 8, 8, 8, 0, 1, 2, 3);
  return v;
}

inline bool any(Lanes v) {
  const auto halves = reinterpret_cast<Halves>(v);
  return (halves[0] | halves[1]) != 0;
}

/// The first `count` of the lanes, the others zero.
inline Lanes first_lanes(Lanes v, std::size_t count) {
  constexpr Lanes kIndex{0, 1, 2, 3, 4, 5, 6, 7};
  return v & (kIndex < static_cast<std::int16_t>(std::min(count, kLanes)));
}

inline Lanes higher_lanes(Lanes a, Lanes b) { return a > b ? a : b; }

inline std::int16_t highest_lane(Lanes v) {
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

inline Lanes load(const std::int16_t* changes) {
  Lanes v;
  std::memcpy(&v, changes, sizeof v);
  return v;
}

/// Of `count` changes.
inline std::int32_t sum(const std::int16_t* changes, std::size_t count) {
  using Wide = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
  Wide sums{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    sums += __builtin_convertvector(load(changes + i), Wide);
  }
  std::int32_t total = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    total += sums[lane];
  }
  for (; i < count; ++i) {
    total += changes[i];
  }
  return total;
}

/// Passes over `count` changes; up to seven more may be read.
inline Running scan(Running running, const std::int16_t* changes, std::size_t count) {
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
inline std::size_t peak_index(const Running& running, const std::int16_t* changes) {
  auto index = static_cast<std::size_t>(running.peak_start);
  std::int32_t level = running.level_before_peak + changes[index];
  while (level != running.peak) {
    level += changes[++index];
  }
  return index;
}

}  // namespace sramscope::profiler
