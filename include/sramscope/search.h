#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sramscope/network.h"
#include "sramscope/result.h"
#include "sramscope/schedule.h"

namespace sramscope {

/// What may be tried.
struct SearchOptions {
  /// Fetch the input by patches where a first stage allows it (`Schedule::fetch_input`).
  bool fetch_input = false;
  /// Keep halo rows in ring buffers.
  bool cache_rows = true;
  /// Count the network's output; other tools leave it out.
  bool count_output = true;
  PlanOptions plan;
};

/// A schedule and what it costs.
struct Candidate {
  Schedule schedule;
  /// Most bytes needed in one slot: `MemoryPlan::lower_bound`.
  std::int64_t bytes = 0;
  std::int64_t macs = 0;
  /// Kernel calls.
  std::int64_t calls = 0;
};

/// Every trade-off between bytes and multiply-accumulates: ascending by bytes, descending by macs,
/// no member as good as another in both. Exact over: all cuts of the operator order
/// (`lower_peak_order`) into whole layers and stages, each stage with every number of patches per
/// axis that makes patches of a different size, with and without cached rows. Among equals the one
/// with the fewest kernel calls.
std::vector<Candidate> search_frontier(const Network& network, const SearchOptions& options = {});

/// Flash that a candidate needs besides the kernels' code: constants, and a table entry per kernel
/// call of stages that are not streamed (streamed rows are computed by loops).
std::int64_t flash_bytes(const Network& network, const Candidate& candidate);

/// The fewest macs of those whose arena, planned with `options`, has at most `max_bytes`. An error
/// says how low the memory can get.
Result<Candidate> fewest_macs(const Network& network, const std::vector<Candidate>& frontier,
                              std::int64_t max_bytes, const PlanOptions& options = {});
/// The fewest bytes with at most `max_overhead` times the macs of the network layer by layer.
Result<Candidate> fewest_bytes(const Network& network, const std::vector<Candidate>& frontier,
                               double max_overhead);

}  // namespace sramscope
