#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sramscope/schedule.h"

/// The halo arithmetic along one axis. Regions are rectangles and windows separable, so that the
/// rows and the columns of a fused stage can be worked out by themselves.
namespace sramscope::models {

enum class Axis : std::uint8_t { rows, columns };

/// Half open.
struct Interval {
  int begin = 0, end = 0;

  int length() const { return end - begin; }
  bool empty() const { return end <= begin; }
};

/// The layers of a stage, and the tensors that are made and read inside only.
struct StageGraph {
  std::vector<const Layer*> layers;
  /// By layer and input: index into `inner`, or nothing for what comes from outside.
  std::vector<std::vector<std::optional<std::size_t>>> inputs;
  /// By layer: its output in `inner`; nothing for the stage's output.
  std::vector<std::optional<std::size_t>> outputs;
  struct Inner {
    TensorId tensor;
    /// Indices into `layers`; no producer: fetched.
    std::optional<std::uint32_t> producer;
    std::uint32_t last_reader = 0;
  };
  /// Ordered by producer.
  std::vector<Inner> inner;

  bool fetches() const { return !inner.empty() && !inner[0].producer; }
};
/// `fetched`: the stage makes the network's input, too.
StageGraph stage_graph(const Network& network, std::span<const LayerId> order, bool fetched);

/// One axis of a stage.
struct AxisLayout {
  struct Part {
    /// By layer: what it computes for this part.
    std::vector<Interval> computed;
    /// By inner tensor: what is made of it, all of which its buffer holds.
    std::vector<Interval> made;
  };
  /// Empty for streamed rows.
  std::vector<Part> parts;
  /// By inner tensor: rows that are still needed after other layers have run.
  std::vector<bool> persists;
  /// By inner tensor: the most that its buffer has to hold.
  std::vector<int> longest_held;
  /// By layer: sum of what it computes, and the longest piece that it computes at once.
  std::vector<std::int64_t> total_computed;
  std::vector<Interval> longest_computed;
};

/// The ends of `parts` parts of an axis; `border` as in `Stage`.
std::vector<int> part_ends(int length, int parts, int border);

/// The axis of the stage's output cut at `ends`, each part computed by itself.
AxisLayout cut_axis(const Network& network, const StageGraph& graph, Axis axis,
                    const std::vector<int>& ends);

/// One row of a layer or, without layer, of the fetched input, in the order in which they are
/// computed.
struct RowCall {
  std::optional<std::uint32_t> layer;
  int row = 0;
  /// Row of the stage's output that wants it.
  int output_row = 0;
};
struct RowStream {
  AxisLayout axis;
  std::vector<RowCall> calls;
};
/// All rows of the stage's output, one after the other, each layer computing a row when it is
/// wanted.
RowStream stream_rows(const Network& network, const StageGraph& graph);

}  // namespace sramscope::models
