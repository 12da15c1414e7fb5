#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/axis_layout.h"
#include "sramscope/schedule.h"

/// Which region of which tensor each patch of a fused stage computes and holds.
namespace sramscope::models {

/// One kernel call of a stage, or without layer one fetch.
struct StageCall {
  int patch_row = 0, patch_column = 0;
  /// Index into `StageGraph::layers`.
  std::optional<std::uint32_t> layer;
  TensorRegion output;
  /// By inner tensor: what its buffer holds, as the call sees it.
  std::vector<TensorRegion> held;
};

/// The buffers that a stage has inside; by inner tensor where not said otherwise.
struct StageBuffers {
  std::vector<std::int64_t> bytes;
  /// Rows that the ring holds, 0: no ring.
  std::vector<int> ring_rows;
  /// While it is needed, in slots counted from the stage's first: one for fetching if the stage
  /// does, then one per layer.
  std::vector<std::uint32_t> first_slot, last_slot;
  /// The tensor on whose buffer it stands.
  std::vector<std::optional<std::size_t>> in_place_of;
  /// By layer.
  std::vector<std::uint32_t> scratch;

  /// Most bytes needed in one slot, scratch included.
  std::int64_t peak(bool fetches) const;
};
StageBuffers stage_buffers(const Network& network, const StageGraph& graph, const AxisLayout& rows,
                           const AxisLayout& columns, const PlanOptions& options);

struct StageLayout {
  StageGraph graph;
  StageBuffers buffers;
  std::vector<StageCall> calls;
};

/// `fetched`: the stage fetches the network's input.
StageLayout lay_out_stage(const Network& network, const Schedule& schedule, const Stage& stage,
                          bool fetched, const PlanOptions& options);

/// The operator has such kernels.
bool may_overwrite_input(const Layer& layer, const PlanOptions& options);

/// It may go over the whole of input `index`, provided that nobody needs that any more.
bool whole_input_may_go(const Network& network, const Layer& layer, std::size_t index,
                        const PlanOptions& options);

/// Multiply-accumulates of `layer` for one pixel of its output.
std::int64_t pixel_macs(const Network& network, const Layer& layer);

}  // namespace sramscope::models
