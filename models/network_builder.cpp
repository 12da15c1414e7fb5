#include "models/network_builder.h"

#include <cassert>
#include <cmath>
#include <utility>

#include "models/shape_rules.h"

namespace sramscope::models {
namespace {

/// Root mean square of uniform values from -127 to 127, and of a usual activation's.
constexpr float kWeightSpread = 73;
constexpr float kActivationSpread = 50;

bool keeps_scale(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
    case OperatorKind::reshape:
    case OperatorKind::pad:
    case OperatorKind::concatenation:
      return true;
    default:
      return false;
  }
}

}  // namespace

NetworkBuilder::NetworkBuilder(std::string name, std::uint32_t seed) : random_(seed) {
  network_.name = std::move(name);
}

// Not std::uniform_int_distribution, whose values differ from library to library.
int NetworkBuilder::uniform(int low, int high) {
  return low + static_cast<int>(random_() % static_cast<std::uint32_t>(high - low + 1));
}

TensorId NetworkBuilder::input(const Shape& shape) {
  network_.tensors.push_back({"input", shape, 1.0f / 128, -1, {}});
  network_.input = {static_cast<std::uint32_t>(network_.tensors.size() - 1)};
  return network_.input;
}

TensorId NetworkBuilder::constant(const std::string& name, int channels) {
  Tensor tensor{name, {1, 1, channels}, 1.0f / 64, uniform(-10, 10), {}};
  for (int c = 0; c < channels; ++c)
    tensor.constant.push_back(static_cast<std::int8_t>(uniform(-127, 127)));
  network_.tensors.push_back(std::move(tensor));
  return {static_cast<std::uint32_t>(network_.tensors.size() - 1)};
}

void NetworkBuilder::quantise_output(const Network& network, const Layer& layer, Tensor& output) {
  const Tensor& in = network.input_of(layer);
  if (keeps_scale(layer.kind)) {
    output.scale = in.scale;
    output.zero_point = in.zero_point;
  } else if (layer.kind == OperatorKind::softmax || layer.kind == OperatorKind::logistic) {
    output.scale = 1.0f / 256;
    output.zero_point = -128;
  } else if (layer.activation == Activation::relu6 || layer.activation == Activation::relu) {
    output.scale = 6.0f / 255;
    output.zero_point = -128;
  } else if (layer.kind == OperatorKind::mean) {
    // Averages spread less than what they are taken of.
    output.scale = in.scale / 4;
    output.zero_point = in.zero_point;
  } else {
    output.scale = 1.0f / static_cast<float>(uniform(16, 24));
    output.zero_point = uniform(-20, 20);
  }
}

void NetworkBuilder::fill_filter(Network& network, Layer& layer, int channels) {
  const Tensor& in = network.input_of(layer);
  const bool depthwise = layer.kind == OperatorKind::depthwise_conv_2d;
  const std::int64_t taps = layer.kind == OperatorKind::fully_connected
                                ? in.shape.size()
                                : std::int64_t{layer.window.kernel_height} *
                                      layer.window.kernel_width *
                                      (depthwise ? 1 : in.shape.channels);
  Filter& filter = layer.filter;
  const float output_scale = network.output_of(layer).scale;
  if (filter.weights.empty()) {
    for (std::int64_t i = 0; i < taps * channels; ++i)
      filter.weights.push_back(static_cast<std::int8_t>(uniform(-127, 127)));
  }
  const auto spread = std::sqrt(static_cast<float>(taps)) * kWeightSpread;
  const bool draw_scales = filter.scales.empty();
  const bool draw_biases = filter.bias.empty();
  const auto reach = static_cast<int>(spread * kActivationSpread / 2);
  for (int c = 0; c < channels; ++c) {
    const float vary = static_cast<float>(uniform(60, 140)) / 100;
    if (draw_scales) filter.scales.push_back(output_scale / in.scale / spread * vary);
    if (draw_biases) filter.bias.push_back(uniform(-reach, reach));
  }
}

TensorId NetworkBuilder::append_with(const Place& place, Layer layer, const Shape& shape) {
  layer.name = place.block.empty() ? place.name : place.block + "/" + place.name;
  layer.block = place.block.empty() ? place.name : place.block;
  Tensor output{layer.name, shape, 1, 0, {}};
  quantise_output(network_, layer, output);
  network_.tensors.push_back(std::move(output));
  layer.output = {static_cast<std::uint32_t>(network_.tensors.size() - 1)};
  network_.layers.push_back(std::move(layer));
  return network_.layers.back().output;
}

TensorId NetworkBuilder::append(const Place& place, Layer layer, int channels) {
  const auto shape = output_shape(network_, layer, channels);
  assert(shape.ok());
  const TensorId output = append_with(place, std::move(layer), shape ? *shape : Shape{});
  if (channels > 0) fill_filter(network_, network_.layers.back(), channels);
  return output;
}

TensorId NetworkBuilder::conv(const Place& place, TensorId input, int channels, Window window,
                              Padding padding, Activation activation) {
  if (padding == Padding::same) pad_same(shape(input), window);
  Layer layer;
  layer.kind = OperatorKind::conv_2d;
  layer.inputs = {input};
  layer.window = window;
  layer.activation = activation;
  return append(place, std::move(layer), channels);
}

TensorId NetworkBuilder::depthwise(const Place& place, TensorId input, Window window,
                                   Padding padding, Activation activation) {
  if (padding == Padding::same) pad_same(shape(input), window);
  Layer layer;
  layer.kind = OperatorKind::depthwise_conv_2d;
  layer.inputs = {input};
  layer.window = window;
  layer.activation = activation;
  return append(place, std::move(layer), shape(input).channels);
}

TensorId NetworkBuilder::fully_connected(const Place& place, TensorId input, int channels,
                                         Activation activation) {
  Layer layer;
  layer.kind = OperatorKind::fully_connected;
  layer.inputs = {input};
  layer.activation = activation;
  return append(place, std::move(layer), channels);
}

TensorId NetworkBuilder::add(const Place& place, TensorId first, TensorId second,
                             Activation activation) {
  Layer layer;
  layer.kind = OperatorKind::add;
  layer.inputs = {first, second};
  layer.activation = activation;
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::mul(const Place& place, TensorId first, TensorId second) {
  Layer layer;
  layer.kind = OperatorKind::mul;
  layer.inputs = {first, second};
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::simple(const Place& place, OperatorKind kind, TensorId input) {
  Layer layer;
  layer.kind = kind;
  layer.inputs = {input};
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::pool(const Place& place, OperatorKind kind, TensorId input, Window window,
                              Padding padding) {
  if (padding == Padding::same) pad_same(shape(input), window);
  Layer layer;
  layer.kind = kind;
  layer.inputs = {input};
  layer.window = window;
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::pad(const Place& place, TensorId input, const Window& pads) {
  Layer layer;
  layer.kind = OperatorKind::pad;
  layer.inputs = {input};
  layer.window = pads;
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::concatenate(const Place& place, const std::vector<TensorId>& inputs,
                                     int axis) {
  Layer layer;
  layer.kind = OperatorKind::concatenation;
  layer.inputs = inputs;
  layer.axis = axis;
  return append(place, std::move(layer));
}

TensorId NetworkBuilder::reshape(const Place& place, TensorId input, const Shape& shape) {
  Layer layer;
  layer.kind = OperatorKind::reshape;
  layer.inputs = {input};
  return append_with(place, std::move(layer), shape);
}

Network NetworkBuilder::finish() && {
  network_.output = network_.layers.back().output;
  return std::move(network_);
}

}  // namespace sramscope::models
