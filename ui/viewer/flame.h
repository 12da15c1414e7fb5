#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sramscope/report.h"

namespace sramscope::viewer {

/// A node of the call tree with its place in the flame graph.
struct FlameNode {
  /// Index into `Report::call_tree`.
  std::size_t node = 0;
  std::uint32_t function = 0;
  unsigned depth = 0;
  /// Cycles left of it, and its own with everything below.
  Cycles begin = 0;
  Cycles length = 0;
  /// Indices into `Flame::nodes`; widest first, which is their order from left to right.
  std::vector<std::size_t> children;
};

/// The call tree laid out: callers above callees, as wide as their cycles.
struct Flame {
  std::vector<FlameNode> nodes;
  std::vector<std::size_t> roots;
  Cycles length = 0;
  unsigned depth = 0;
};

Flame make_flame(const Report& report);

}  // namespace sramscope::viewer
