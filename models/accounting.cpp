#include "sramscope/accounting.h"

#include <algorithm>
#include <map>

namespace sramscope {
namespace {

/// Rows or columns that an output of `size` needs, image borders left out of account.
int reach(int size, int kernel, int stride) { return (size - 1) * stride + kernel; }

Shape needed_input(const Layer& layer, const Shape& output, int channels) {
  const Window& w = layer.window;
  switch (layer.kind) {
    case OperatorKind::conv_2d:
    case OperatorKind::depthwise_conv_2d:
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      return {reach(output.height, w.kernel_height, w.stride_y),
              reach(output.width, w.kernel_width, w.stride_x), channels};
    default:
      return {output.height, output.width, channels};
  }
}

std::int64_t rule(const Layer& layer, const Shape& input, const Shape& output) {
  switch (layer.kind) {
    case OperatorKind::conv_2d:
    case OperatorKind::fully_connected:
      return input.size() + output.size();
    case OperatorKind::depthwise_conv_2d:
      return input.size();
    default:
      return 0;
  }
}

int parts_of(int length, int parts) { return (length + parts - 1) / parts; }

/// By layer of the network: what it needs when its stage runs in patches.
std::map<LayerId, std::int64_t> stage_bytes(const Network& network, const Schedule& schedule,
                                            const AnalyticOptions& options) {
  std::map<LayerId, std::int64_t> bytes;
  for (const Stage& stage : schedule.stages) {
    if (stage.caching == HaloCaching::rows) continue;  // the rule knows no streams
    const AnalyticStage analytic = analytic_stage(network, schedule, stage);
    const std::string& last_block = network.layer(schedule.order[stage.last]).block;
    for (const AnalyticLayer& one : analytic.layers) {
      const bool last = network.layer(one.layer).block == last_block;
      const bool assembled = one.bytes > 0 && (!last || options.assembled_in_last_block);
      bytes[one.layer] = one.bytes + (assembled ? analytic.assembled_bytes : 0);
    }
  }
  return bytes;
}

}  // namespace

std::int64_t analytic_bytes(const Network& network, const Layer& layer) {
  return rule(layer, network.input_of(layer).shape, network.output_of(layer).shape);
}

AnalyticStage analytic_stage(const Network& network, const Schedule& schedule, const Stage& stage) {
  const Layer& last = network.layer(schedule.order[stage.last]);
  const Shape& all = network.output_of(last).shape;
  std::map<TensorId, Shape> patch = {
      {last.output,
       {parts_of(all.height, stage.rows), parts_of(all.width, stage.columns), all.channels}}};
  AnalyticStage result;
  result.assembled_bytes = all.size();
  for (std::uint32_t position = stage.last + 1; position-- > stage.first;) {
    const LayerId id = schedule.order[position];
    const Layer& layer = network.layer(id);
    const Shape& whole_output = network.output_of(layer).shape;
    const Shape output = patch[layer.output];
    AnalyticLayer one{id, {}, output, 0, 0};
    for (std::size_t i = layer.inputs.size(); i-- > 0;) {
      one.input = needed_input(layer, output, network.input_of(layer, i).shape.channels);
      Shape& needed = patch[layer.inputs[i]];
      needed = {std::max(needed.height, one.input.height), std::max(needed.width, one.input.width),
                one.input.channels};
    }
    one.bytes = rule(layer, one.input, output);
    one.macs = macs(network, layer) / (std::int64_t{whole_output.height} * whole_output.width) *
               output.height * output.width * stage.rows * stage.columns;
    result.macs += one.macs;
    result.layer_macs += macs(network, layer);
    result.field = one.input;
    result.layers.push_back(one);
  }
  std::ranges::reverse(result.layers);
  return result;
}

std::vector<BlockSummary> summarize_blocks(const Network& network, const MemoryPlan& plan,
                                           const AnalyticOptions& options) {
  const auto in_stages = stage_bytes(network, plan.schedule, options);
  const LayerMap map = make_layer_map(network, plan);
  std::vector<BlockSummary> blocks;
  for (const LayerId id : plan.schedule.order) {
    const Layer& layer = network.layer(id);
    if (blocks.empty() || blocks.back().name != layer.block) {
      blocks.emplace_back();
      blocks.back().name = layer.block;
      blocks.back().input = network.input_of(layer).shape;
    }
    BlockSummary& block = blocks.back();
    block.layers.push_back(id);
    block.output = network.output_of(layer).shape;
    block.macs += macs(network, layer);
    block.weight_bytes += weight_bytes(network, layer);
    const std::int64_t analytic = analytic_bytes(network, layer);
    const auto staged = in_stages.find(id);
    block.analytic_bytes = std::max(block.analytic_bytes, analytic);
    block.analytic_patch_bytes =
        std::max(block.analytic_patch_bytes, staged == in_stages.end() ? analytic : staged->second);
    for (const auto& entry : map.entries) {
      if (entry.layer != id) continue;
      block.planned_bytes = std::max<std::int64_t>(block.planned_bytes, entry.planned_bytes);
      block.planned_macs += entry.macs;
    }
  }
  return blocks;
}

}  // namespace sramscope
