#include "models/shape_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace sramscope::models {
namespace {

std::string text(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

int sliding(int input, int pads, int kernel, int stride) {
  return input + pads < kernel ? 0 : (input + pads - kernel) / stride + 1;
}

Result<Shape> window_shape(const Shape& in, const Window& w, int channels) {
  const Shape out{sliding(in.height, w.pad_top + w.pad_bottom, w.kernel_height, w.stride_y),
                  sliding(in.width, w.pad_left + w.pad_right, w.kernel_width, w.stride_x),
                  channels};
  if (out.height > 0 && out.width > 0) return out;
  return Error{fmt::format("a {}x{} window does not fit into its input of {}", w.kernel_height,
                           w.kernel_width, text(in))};
}

Result<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const bool repeated =
      b.height == 1 && b.width == 1 && (b.channels == 1 || b.channels == a.channels);
  if (a == b || repeated) return a;
  return Error{fmt::format("the second input is {}; expected {}, 1x1x{} or 1x1x1", text(b), text(a),
                           a.channels)};
}

Result<Shape> concatenated_shape(const Network& network, const Layer& layer) {
  Shape sum = network.input_of(layer).shape;
  for (std::size_t i = 1; i < layer.inputs.size(); ++i) {
    const Shape& next = network.input_of(layer, i).shape;
    Shape expected = sum;
    int Shape::*const axis = layer.axis == 0   ? &Shape::height
                             : layer.axis == 1 ? &Shape::width
                                               : &Shape::channels;
    expected.*axis = next.*axis;
    if (next != expected) {
      return Error{fmt::format("input {} is {}; expected {} to join it along axis {}", i,
                               text(next), text(expected), layer.axis)};
    }
    sum.*axis += next.*axis;
  }
  return sum;
}

}  // namespace

void pad_same(const Shape& input, Window& window) {
  const auto pads = [](int size, int kernel, int stride, int& before, int& after) {
    const int output = (size + stride - 1) / stride;
    const int total = std::max(0, (output - 1) * stride + kernel - size);
    before = total / 2;
    after = total - before;
  };
  pads(input.height, window.kernel_height, window.stride_y, window.pad_top, window.pad_bottom);
  pads(input.width, window.kernel_width, window.stride_x, window.pad_left, window.pad_right);
}

Result<Shape> output_shape(const Network& network, const Layer& layer, int channels) {
  const Shape& in = network.input_of(layer).shape;
  switch (layer.kind) {
    case OperatorKind::conv_2d:
      return window_shape(in, layer.window, channels);
    case OperatorKind::depthwise_conv_2d:
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      return window_shape(in, layer.window, in.channels);
    case OperatorKind::fully_connected:
      return Shape{1, 1, channels};
    case OperatorKind::add:
    case OperatorKind::mul:
      return broadcast_shape(in, network.input_of(layer, 1).shape);
    case OperatorKind::mean:
      return Shape{1, 1, in.channels};
    case OperatorKind::softmax:
    case OperatorKind::logistic:
    case OperatorKind::quantize:
      return in;
    case OperatorKind::pad:
      return Shape{in.height + layer.window.pad_top + layer.window.pad_bottom,
                   in.width + layer.window.pad_left + layer.window.pad_right, in.channels};
    case OperatorKind::concatenation:
      return concatenated_shape(network, layer);
    case OperatorKind::reshape:
      return Error{"a reshape needs its output's shape stated"};
  }
  return Error{"unknown kind of layer"};
}

}  // namespace sramscope::models
