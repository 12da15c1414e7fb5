#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sramscope/schedule.h"

/// The halo arithmetic: which region of which tensor each patch of a fused stage computes and
/// holds.
namespace sramscope::models {

/// A tensor inside a stage, made by one of its layers or by fetching the input.
struct StageTensor {
  TensorId tensor;
  /// Positions in the schedule's order of the layer that makes it (none: fetched) and of the last
  /// one that reads it.
  std::optional<std::uint32_t> producer;
  std::uint32_t last_reader = 0;
  /// Rows outlive the patch that made them, in a ring of `ring_rows`.
  bool ring = false;
  int ring_rows = 0;
  /// Largest over the patches.
  std::int64_t bytes = 0;
};

/// One patch.
struct StagePatch {
  int row = 0, column = 0;
  /// By position in the order, counted from the stage's first: the region that the layer computes;
  /// it may be empty.
  std::vector<TensorRegion> computed;
  /// By index into `StageLayout::tensors`: what is computed of it, and what the buffer holds of it
  /// when it is read.
  std::vector<TensorRegion> made;
  std::vector<TensorRegion> held;
};

struct StageLayout {
  Stage stage;
  /// All but the stage's output and what comes from outside.
  std::vector<StageTensor> tensors;
  std::vector<StagePatch> patches;

  /// Index into `tensors`, or nothing for a tensor from outside.
  std::optional<std::size_t> find(TensorId tensor) const;
};

/// `fetched`: the stage fetches the network's input.
StageLayout lay_out_stage(const Network& network, const Schedule& schedule, const Stage& stage,
                          bool fetched);

/// Multiply-accumulates of the part of `layer` that computes `output`.
std::int64_t region_macs(const Network& network, const Layer& layer, const TensorRegion& output);

}  // namespace sramscope::models
