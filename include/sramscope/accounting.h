#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/network.h"
#include "sramscope/schedule.h"

namespace sramscope {

/// Analytic accounting, as MCUNetV2 (arXiv 2110.15352, figure 1 and table 1) and many others do it:
/// an ordinary convolution or fully connected layer needs its input and its output, a depthwise one
/// its input alone, all else nothing; neither tensors kept for later nor working memory count.
std::int64_t analytic_bytes(const Network& network, const Layer& layer);

/// The same for one patch of a stage, all patches taken to be equal and inside the image: an output
/// of n rows needs (n - 1) * stride + kernel rows.
struct AnalyticLayer {
  LayerId layer;
  Shape input, output;
  std::int64_t bytes = 0;
  /// For all patches.
  std::int64_t macs = 0;
};
struct AnalyticStage {
  std::vector<AnalyticLayer> layers;
  /// What a patch sees of the stage's input.
  Shape field;
  /// The stage's output, put together patch by patch.
  std::int64_t assembled_bytes = 0;
  /// Of the stage in patches, and layer by layer.
  std::int64_t macs = 0, layer_macs = 0;
};
AnalyticStage analytic_stage(const Network& network, const Schedule& schedule, const Stage& stage);

struct AnalyticOptions {
  /// Count the assembled output in the stage's last block, too: MCUNetV2's figure does not.
  bool assembled_in_last_block = false;
};

/// One block of a network.
struct BlockSummary {
  std::string name;
  std::vector<LayerId> layers;
  Shape input, output;
  std::int64_t macs = 0;
  std::int64_t weight_bytes = 0;
  /// Largest `analytic_bytes` of its layers; and with the plan's stages in patches (streamed ones
  /// count layer by layer), the assembled output included.
  std::int64_t analytic_bytes = 0;
  std::int64_t analytic_patch_bytes = 0;
  /// Most bytes needed in the plan while one of its layers runs.
  std::int64_t planned_bytes = 0;
  /// In the plan, recomputation included.
  std::int64_t planned_macs = 0;
};
/// Blocks in the plan's order.
std::vector<BlockSummary> summarize_blocks(const Network& network, const MemoryPlan& plan,
                                           const AnalyticOptions& options = {});

}  // namespace sramscope
