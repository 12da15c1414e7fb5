#pragma once

#include <cstddef>

#include "sramscope/report.h"

namespace sramscope::testing {

/// What a made-up run of a network of inverted-bottleneck blocks looks like.
struct NetworkShape {
  std::size_t blocks = 8;
  /// Times that the first `patched_blocks` run, on that part of the image each; 1: layer by layer.
  unsigned patches = 1;
  std::size_t patched_blocks = 3;
  /// Points of the timeline for each execution of a layer.
  std::size_t points_per_execution = 8;
};

/// A report with every part filled in, by hand: its figures add up, but no run made it. For what
/// shows reports; the same shape gives the same report.
Report network_report(const NetworkShape& shape);

}  // namespace sramscope::testing
