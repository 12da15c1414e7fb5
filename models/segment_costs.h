#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include "models/axis_layout.h"
#include "sramscope/search.h"

namespace sramscope::models {

/// What a stretch of the order costs when it is computed as one stage or as one whole layer.
struct SegmentCost {
  std::int64_t bytes = 0;
  std::int64_t macs = 0;
  std::int64_t calls = 0;
  /// None: a whole layer.
  std::optional<Stage> stage;
  bool fetched = false;
};

/// Leaves only what no other is as good as in both bytes and macs (among equals the one with fewer
/// calls); ascending by bytes.
template <class Cost>
void keep_frontier(std::vector<Cost>& costs);

/// Costs of the stretches of one order. A tensor that is alive across a stretch stands whole in the
/// arena, so the stretches do not know of each other: a schedule needs the most bytes that any of
/// its stretches needs, and its macs are the sum of theirs.
class SegmentCosts {
 public:
  SegmentCosts(const Network& network, std::vector<LayerId> order, const SearchOptions& options);

  const std::vector<LayerId>& order() const { return order_; }
  SegmentCost whole_layer(std::uint32_t position) const;
  /// The frontier of the stages from `first` to `last`; empty where there can be none.
  std::vector<SegmentCost> stages(std::uint32_t first, std::uint32_t last) const;

 private:
  struct Cut {
    AxisLayout layout;
    int parts = 1;
    int border = 0;
    /// Rows that are streamed: calls in all.
    std::optional<std::int64_t> streamed_calls;
  };
  std::vector<Cut> cut(const StageGraph& graph, Axis axis) const;
  /// Columns with wider borders, for strips.
  std::vector<Cut> cut_with_borders(const StageGraph& graph) const;
  /// The costs of every pair of cuts, with what is needed outside.
  void combine(const StageGraph& graph, const Stage& range, const std::vector<Cut>& rows,
               const std::vector<Cut>& columns, std::vector<SegmentCost>& costs) const;
  void add_stages(std::uint32_t first, std::uint32_t last, bool fetched,
                  std::vector<SegmentCost>& costs) const;
  SegmentCost stage_cost(const StageGraph& graph, const Cut& rows, const Cut& columns) const;
  /// Bytes of the tensors made before `position` that are read at or after it.
  std::int64_t crossing_bytes(std::uint32_t position) const;
  std::int64_t output_bytes(std::uint32_t position) const;
  bool can_be_stage(std::uint32_t first, std::uint32_t last) const;
  const Layer& layer_at(std::uint32_t position) const { return network_.layer(order_[position]); }

  const Network& network_;
  std::vector<LayerId> order_;
  SearchOptions options_;
  /// By tensor: position of the layer that makes it (-1: the input), and of the last one that reads
  /// it or what a reshape makes of it (the end of the order for the network's output).
  std::vector<std::int64_t> made_at_;
  std::vector<std::int64_t> read_until_;
};

template <class Cost>
void keep_frontier(std::vector<Cost>& costs) {
  std::stable_sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) {
    return std::tie(a.bytes, a.macs, a.calls) < std::tie(b.bytes, b.macs, b.calls);
  });
  std::int64_t fewest = INT64_MAX;
  std::erase_if(costs, [&](const Cost& cost) {
    if (cost.macs >= fewest) return true;
    fewest = cost.macs;
    return false;
  });
}

}  // namespace sramscope::models
