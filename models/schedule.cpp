#include "sramscope/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace sramscope {
namespace {

/// [begin, end) of the input that output [from, to) reads, through a sliding window, clipped.
std::pair<int, int> slide(int from, int to, int kernel, int stride, int pad, int size) {
  const int begin = std::clamp(from * stride - pad, 0, size);
  const int end = std::clamp((to - 1) * stride - pad + kernel, 0, size);
  return {begin, std::max(begin, end)};
}

TensorRegion slide(const Window& window, const TensorRegion& output, const Shape& input) {
  const auto [top, bottom] = slide(output.top, output.bottom, window.kernel_height, window.stride_y,
                                   window.pad_top, input.height);
  const auto [left, right] = slide(output.left, output.right, window.kernel_width, window.stride_x,
                                   window.pad_left, input.width);
  return {top, bottom, left, right};
}

/// The part of `region` that lies in a tensor whose first pixel is at (y, x), in its coordinates.
TensorRegion cut(const TensorRegion& region, int y, int x, const Shape& shape) {
  const auto clip = [](int value, int size) { return std::clamp(value, 0, size); };
  return {clip(region.top - y, shape.height), clip(region.bottom - y, shape.height),
          clip(region.left - x, shape.width), clip(region.right - x, shape.width)};
}

TensorRegion joined_region(const Network& network, const Layer& layer, const TensorRegion& output,
                           std::size_t index) {
  int before = 0;
  for (std::size_t i = 0; i < index; ++i) {
    const Shape& shape = network.input_of(layer, i).shape;
    before += layer.axis == 0 ? shape.height : shape.width;
  }
  const Shape& shape = network.input_of(layer, index).shape;
  if (layer.axis == 2) return output;
  return layer.axis == 0 ? cut(output, before, 0, shape) : cut(output, 0, before, shape);
}

/// Can be computed for a region of its output without reading everything.
bool is_local(const Layer& layer) {
  switch (layer.kind) {
    case OperatorKind::fully_connected:
    case OperatorKind::mean:
    case OperatorKind::reshape:
      return false;
    case OperatorKind::concatenation:
      return layer.axis == 2;
    default:
      return true;
  }
}

/// Checks one stage; "" or what is wrong.
class StageCheck {
 public:
  StageCheck(const Network& network, const Schedule& schedule, const Stage& stage)
      : network_(network), schedule_(schedule), stage_(stage) {}

  std::string run() const {
    for (std::uint32_t position = stage_.first; position <= stage_.last; ++position) {
      if (auto problem = check_layer(position); !problem.empty()) return problem;
    }
    const Layer& last = layer(stage_.last);
    const Shape& shape = network_.output_of(last).shape;
    if (stage_.rows < 1 || stage_.rows > shape.height || stage_.columns < 1 ||
        stage_.columns > shape.width) {
      return fmt::format(
          "{}x{} patches of '{}', which is {}x{}: expected at most a patch per pixel", stage_.rows,
          stage_.columns, last.name, shape.height, shape.width);
    }
    const bool no_middle =
        stage_.columns < 3 || 2 * stage_.border + stage_.columns - 2 > shape.width;
    if (stage_.border < 0 || (stage_.border > 0 && no_middle)) {
      return fmt::format(
          "a border of {} columns leaves nothing for {} patches of '{}', {} columns wide",
          stage_.border, stage_.columns, last.name, shape.width);
    }
    if (stage_.caching == HaloCaching::rows && stage_.rows != 1) {
      return fmt::format(
          "{}x{} patches with cached rows: strips are streamed from top to bottom, write "
          "1x{}",
          stage_.rows, stage_.columns, stage_.columns);
    }
    return "";
  }

 private:
  const Layer& layer(std::uint32_t position) const {
    return network_.layer(schedule_.order[position]);
  }
  bool inside(std::uint32_t position) const {
    return position >= stage_.first && position <= stage_.last;
  }

  std::string check_layer(std::uint32_t position) const {
    const Layer& one = layer(position);
    if (!is_local(one)) {
      return fmt::format(
          "layer '{}' ({}) reads its whole input and cannot be computed in patches; end "
          "the stage before it",
          one.name, operator_kind_name(one.kind));
    }
    if (position == stage_.last) return "";
    bool read = false;
    for (std::uint32_t other = 0; other < schedule_.order.size(); ++other) {
      if (std::ranges::find(layer(other).inputs, one.output) == layer(other).inputs.end()) continue;
      read = true;
      if (!inside(other)) {
        return fmt::format(
            "'{}' is computed in patches and read by '{}' outside the stage; let the "
            "stage end before or after both",
            one.name, layer(other).name);
      }
      if (network_.output_of(one).shape.height == 1 && network_.output_of(one).shape.width == 1 &&
          one.output == layer(other).inputs.back() && layer(other).inputs.size() == 2 &&
          network_.output_of(layer(other)).shape != network_.output_of(one).shape)
        return fmt::format("'{}' is a factor of all of '{}' and cannot be computed in its stage",
                           one.name, layer(other).name);
    }
    if (!read) {
      return fmt::format("nothing in the stage reads '{}': the stage has to end with it", one.name);
    }
    return "";
  }

  const Network& network_;
  const Schedule& schedule_;
  const Stage& stage_;
};

std::string check_order(const Network& network, const Schedule& schedule) {
  if (schedule.order.size() != network.layers.size()) {
    return fmt::format("the order names {} layers of {}", schedule.order.size(),
                       network.layers.size());
  }
  std::vector<bool> made(network.tensors.size(), false);
  made[network.input.value] = true;
  for (const LayerId id : schedule.order) {
    if (id.value >= network.layers.size()) return "the order names a layer that does not exist";
    const Layer& layer = network.layer(id);
    for (const TensorId input : layer.inputs) {
      if (!made[input.value] && !network.tensor(input).is_constant())
        return fmt::format("the order runs '{}' before its input is computed", layer.name);
    }
    if (made[layer.output.value]) return fmt::format("the order runs '{}' twice", layer.name);
    made[layer.output.value] = true;
  }
  return "";
}

std::string check_fetch(const Network& network, const Schedule& schedule) {
  if (!schedule.fetch_input) return "";
  for (std::uint32_t position = 0; position < schedule.order.size(); ++position) {
    const Layer& layer = network.layer(schedule.order[position]);
    if (std::ranges::find(layer.inputs, network.input) == layer.inputs.end()) continue;
    if (schedule.stages.empty() || position < schedule.stages.front().first ||
        position > schedule.stages.front().last)
      return fmt::format(
          "the input can be fetched by patches only if the first stage alone reads it, "
          "but '{}' does too",
          layer.name);
  }
  return "";
}

}  // namespace

TensorRegion whole(const Shape& shape) { return {0, shape.height, 0, shape.width}; }

TensorRegion unite(const TensorRegion& a, const TensorRegion& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.top, b.top), std::max(a.bottom, b.bottom), std::min(a.left, b.left),
          std::max(a.right, b.right)};
}

TensorRegion input_region(const Network& network, const Layer& layer, const TensorRegion& output,
                          std::size_t index) {
  const Shape& input = network.input_of(layer, index).shape;
  switch (layer.kind) {
    case OperatorKind::conv_2d:
    case OperatorKind::depthwise_conv_2d:
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      return slide(layer.window, output, input);
    case OperatorKind::add:
    case OperatorKind::mul:
      return input == network.output_of(layer).shape ? output : whole(input);
    case OperatorKind::softmax:
    case OperatorKind::logistic:
    case OperatorKind::quantize:
      return output;
    case OperatorKind::pad:
      return cut(output, layer.window.pad_top, layer.window.pad_left, input);
    case OperatorKind::concatenation:
      return joined_region(network, layer, output, index);
    case OperatorKind::fully_connected:
    case OperatorKind::mean:
    case OperatorKind::reshape:
      return whole(input);
  }
  return whole(input);
}

Schedule layer_by_layer(const Network& network) {
  Schedule schedule;
  schedule.order = lower_peak_order(network);
  return schedule;
}

Result<bool> check_schedule(const Network& network, const Schedule& schedule) {
  if (auto problem = check_order(network, schedule); !problem.empty()) return Error{problem};
  std::uint32_t next = 0;
  for (const Stage& stage : schedule.stages) {
    if (stage.first < next || stage.last < stage.first || stage.last >= schedule.order.size())
      return Error{"the stages have to be ascending, disjoint and within the network"};
    next = stage.last + 1;
    if (auto problem = StageCheck(network, schedule, stage).run(); !problem.empty())
      return Error{problem};
  }
  if (auto problem = check_fetch(network, schedule); !problem.empty()) return Error{problem};
  return true;
}

}  // namespace sramscope
