// Tables of kernel calls and the functions that work through them: the schedule in C.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/codegen.h"

namespace sramscope::models {
namespace {

/// `SsCall` of kernels/call.h.
struct Call {
  std::uint32_t input = 0, output = 0, scratch = 0;
  int input_width = 0, output_width = 0;
  int input_height_read = 0, input_width_read = 0;
  int output_height = 0, output_columns = 0;
  int pad_top = 0, pad_left = 0;
};

/// Bytes from the arena's start to the first pixel of `operand`'s region.
std::uint32_t place_of(const MemoryPlan& plan, const Operand& operand, int channels) {
  const int pixel = (operand.region.top - operand.holds.top) * operand.holds.width() +
                    operand.region.left - operand.holds.left;
  return plan.buffer(operand.buffer).offset + static_cast<std::uint32_t>(pixel * channels);
}

Call fetch_call(const Network& network, const MemoryPlan& plan, const Step& step) {
  const TensorRegion& region = step.output.region;
  Call call;
  call.output = place_of(plan, step.output, network.tensor(network.input).shape.channels);
  call.output_width = step.output.holds.width();
  call.output_height = region.height();
  call.output_columns = region.width();
  call.pad_top = region.top;
  call.pad_left = region.left;
  return call;
}

/// Rows above and columns left of what is read that output pixel (0, 0) reads, or for `pad` has.
void set_pads(const Layer& layer, const TensorRegion& in, const TensorRegion& out, Call& call) {
  const Window& window = layer.window;
  switch (layer.kind) {
    case OperatorKind::conv_2d:
    case OperatorKind::depthwise_conv_2d:
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      call.pad_top = in.top - (out.top * window.stride_y - window.pad_top);
      call.pad_left = in.left - (out.left * window.stride_x - window.pad_left);
      break;
    case OperatorKind::pad:
      call.pad_top = in.top + window.pad_top - out.top;
      call.pad_left = in.left + window.pad_left - out.left;
      break;
    default:
      break;
  }
}

/// The source of part `index`: an operand in the arena, or a constant in flash.
void set_source(const Network& network, const MemoryPlan& plan, const Step& step, std::size_t index,
                Call& call) {
  const Layer& layer = network.layer(*step.layer);
  const Shape& shape = network.input_of(layer, index).shape;
  const auto& operand = step.inputs[index];
  if (operand) {
    call.input = place_of(plan, *operand, shape.channels);
    call.input_width = operand->holds.width();
    call.input_height_read = operand->region.height();
    call.input_width_read = operand->region.width();
    set_pads(layer, operand->region, step.output.region, call);
    return;
  }
  call.input_width = shape.width;
  if (shape == network.output_of(layer).shape) {  // else it is repeated for every pixel
    const TensorRegion& region = step.output.region;
    call.input =
        static_cast<std::uint32_t>((region.top * shape.width + region.left) * shape.channels);
  }
}

/// Where concatenation puts part `index`, and how much of it.
void set_part(const Network& network, const Step& step, std::size_t index, Call& call) {
  const Layer& layer = network.layer(*step.layer);
  int before[3] = {0, 0, 0};
  for (std::size_t i = 0; i < index; ++i) {
    const Shape& shape = network.input_of(layer, i).shape;
    const int sizes[3] = {shape.height, shape.width, shape.channels};
    before[layer.axis] += sizes[layer.axis];
  }
  const TensorRegion part =
      step.inputs[index] ? step.inputs[index]->region : whole(network.input_of(layer, index).shape);
  const TensorRegion& out = step.output.region;
  const int row = part.top + before[0] - out.top;
  const int column = part.left + before[1] - out.left;
  const int channels = network.output_of(layer).shape.channels;
  call.output +=
      static_cast<std::uint32_t>((row * step.output.holds.width() + column) * channels + before[2]);
  call.output_height = part.height();
  call.output_columns = part.width();
}

Call call_of(const Network& network, const MemoryPlan& plan, const Step& step, std::size_t part) {
  if (!step.layer) return fetch_call(network, plan, step);
  const Layer& layer = network.layer(*step.layer);
  Call call;
  call.output = place_of(plan, step.output, network.output_of(layer).shape.channels);
  call.output_width = step.output.holds.width();
  call.output_height = step.output.region.height();
  call.output_columns = step.output.region.width();
  if (step.scratch) call.scratch = plan.buffer(*step.scratch).offset;
  set_source(network, plan, step, part, call);
  if (layer.kind == OperatorKind::concatenation) set_part(network, step, part, call);
  return call;
}

std::string text_of(const Call& c) {
  return fmt::format("  {{{}, {}, {}, {}, {}, {{{}, {}, {}, {}, {}, {}}}}},\n", c.input, c.output,
                     c.scratch, c.input_width, c.output_width, c.input_height_read,
                     c.input_width_read, c.output_height, c.output_columns, c.pad_top, c.pad_left);
}

/// The steps between two moments of the schedule: one layer outside stages, or a whole stage.
struct Group {
  int stage = -1;
  std::vector<const Step*> steps;
};

std::vector<Group> groups_of(const MemoryPlan& plan) {
  std::vector<Group> groups;
  for (const Step& step : plan.steps) {
    if (groups.empty() || step.stage < 0 || groups.back().stage != step.stage)
      groups.push_back({step.stage, {}});
    groups.back().steps.push_back(&step);
  }
  return groups;
}

using PatchKey = std::pair<int, int>;
/// A layer, or none for the fetch, which comes first in each patch.
using StepKey = std::optional<std::uint32_t>;

StepKey key_of(const Step& step) { return step.layer ? StepKey(step.layer->value) : std::nullopt; }

std::string table_name(const Network& network, const Step& step) {
  return step.layer ? "calls_" + c_name(network, *step.layer) : "calls_fetch";
}

std::size_t parts(const Network& network, const Step& step) {
  return step.layer ? parts_of(network.layer(*step.layer)) : 1;
}

/// A marker's name within its block.
std::string short_name(const Layer& layer) {
  const std::string prefix = layer.block + "/";
  return marker_literal(layer.name.starts_with(prefix) ? layer.name.substr(prefix.size())
                                                       : layer.name);
}

/// Opens and closes the block markers around a sequence of layers.
class BlockMarkers {
 public:
  std::string enter(const Layer* layer) {
    const std::string next = layer == nullptr || layer->block == layer->name ? "" : layer->block;
    if (next == open_) return "";
    std::string text = leave();
    open_ = next;
    return open_.empty()
               ? text
               : text + fmt::format("  SRAMSCOPE_BLOCK_BEGIN(\"{}\");\n", marker_literal(open_));
  }
  std::string leave() {
    if (open_.empty()) return "";
    auto text = fmt::format("  SRAMSCOPE_BLOCK_END(\"{}\");\n", marker_literal(open_));
    open_.clear();
    return text;
  }

 private:
  std::string open_;
};

std::string marked_call(const Network& network, const Step& step, const std::string& argument) {
  const std::string name = step.layer ? short_name(network.layer(*step.layer)) : "fetch";
  const std::string function = step.layer ? c_name(network, *step.layer) : "fetch";
  return fmt::format(
      "  SRAMSCOPE_LAYER_BEGIN(\"{0}\");\n  {1}({2});\n  SRAMSCOPE_LAYER_END(\"{0}\");\n", name,
      function, argument);
}

/// A whole layer, or the fetch of the whole input.
struct SchedulePieces {
  std::string tables;
  std::string functions;
  std::string run;
};

std::string table(const Network& network, const MemoryPlan& plan, const std::string& name,
                  const std::vector<const Step*>& steps) {
  std::string rows;
  std::size_t count = 0;
  for (const Step* step : steps) {
    for (std::size_t part = 0; part < parts(network, *step); ++part, ++count)
      rows += text_of(call_of(network, plan, *step, part));
  }
  return fmt::format("static const SsCall {}[{}] = {{\n{}}};\n", name, count, rows);
}

void add_stage(const Network& network, const MemoryPlan& plan, const Group& group,
               SchedulePieces& pieces) {
  // Every patch takes the same layers in the same order, so a table per layer has a row per patch.
  std::vector<StepKey> order;
  std::map<StepKey, std::vector<const Step*>> steps;
  std::set<PatchKey> patches;
  for (const Step* step : group.steps) {
    auto& of_layer = steps[key_of(*step)];
    if (of_layer.empty()) order.push_back(key_of(*step));
    of_layer.push_back(step);
    patches.insert({step->patch_row, step->patch_column});
  }
  std::string body;
  BlockMarkers markers;
  for (const StepKey& key : order) {
    const Step& step = *steps[key].front();
    const std::string name = table_name(network, step);
    pieces.tables += table(network, plan, name, steps[key]);
    body += markers.enter(step.layer ? &network.layer(*step.layer) : nullptr);
    body += marked_call(network, step, fmt::format("&{}[{} * patch]", name, parts(network, step)));
  }
  body += markers.leave();
  const Stage& stage = plan.schedule.stages[static_cast<std::size_t>(group.stage)];
  pieces.functions += fmt::format(
      "/// {} layers in {} x {} patches: each patch computes its part of every layer, halo "
      "included.\n"
      "static void stage_{}(void) {{\n  for (int patch = 0; patch < {}; ++patch) {{\n{}  "
      "}}\n}}\n\n",
      stage.last - stage.first + 1, stage.rows, stage.columns, group.stage, patches.size(), body);
  pieces.run += fmt::format("  stage_{}();\n", group.stage);
}

}  // namespace

std::string schedule_source(const Network& network, const MemoryPlan& plan) {
  SchedulePieces pieces;
  BlockMarkers markers;
  for (const Group& group : groups_of(plan)) {
    if (group.stage >= 0) {
      pieces.run += markers.leave();
      add_stage(network, plan, group, pieces);
      continue;
    }
    const Step& step = *group.steps.front();
    const std::string name = table_name(network, step);
    pieces.tables += table(network, plan, name, {&step});
    pieces.run += markers.enter(step.layer ? &network.layer(*step.layer) : nullptr);
    pieces.run += marked_call(network, step, name);
  }
  pieces.run += markers.leave();
  return pieces.tables + "\n" + pieces.functions + "void network_run(void) {\n" + pieces.run +
         "}\n";
}

}  // namespace sramscope::models
