#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sramscope/network.h"

namespace sramscope::test {

/// Draws networks of one layer: any shape, scale, zero point, activation that the operator takes.
class ReferenceCases {
 public:
  explicit ReferenceCases(OperatorKind kind)
      : kind_(kind), random_(static_cast<unsigned>(kind) + 1) {}

  struct Case {
    Network network;
    std::vector<std::int8_t> input;
  };

  /// The next case that `check_network` accepts.
  Case next() {
    while (true) {
      Case drawn = draw();
      if (check_network(drawn.network).ok() && sensible(drawn.network)) return drawn;
    }
  }

 private:
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  /// A scale from 2^-14 to 2, of 8 significant bits.
  float scale() { return std::ldexp(static_cast<float>(between(128, 255)), between(-22, -7)); }
  std::vector<std::int8_t> values(std::int64_t count) {
    std::vector<std::int8_t> result;
    for (std::int64_t i = 0; i < count; ++i)
      result.push_back(static_cast<std::int8_t>(between(-128, 127)));
    return result;
  }

  /// TensorFlow Lite leaves open what an empty activation range gives.
  static bool sensible(const Network& network) {
    const auto range = activation_range(network, network.layers[0]);
    return range.min <= range.max;
  }

  void draw_window(const Shape& in, Window& w) {
    w.kernel_height = between(1, std::min(in.height, 5));
    w.kernel_width = between(1, std::min(in.width, 5));
    w.stride_y = between(1, 3);
    w.stride_x = between(1, 3);
    w.pad_top = between(0, w.kernel_height - 1);
    w.pad_left = between(0, w.kernel_width - 1);
    w.pad_bottom = between(0, w.kernel_height - 1);
    w.pad_right = between(0, w.kernel_width - 1);
  }

  static Shape slid(const Shape& in, const Window& w, int channels) {
    return {(in.height + w.pad_top + w.pad_bottom - w.kernel_height) / w.stride_y + 1,
            (in.width + w.pad_left + w.pad_right - w.kernel_width) / w.stride_x + 1, channels};
  }

  void draw_filter(Layer& layer, std::int64_t taps, int channels, float in, float out) {
    layer.filter.weights = values(taps * channels);
    const bool one_scale = layer.kind == OperatorKind::fully_connected && between(0, 1) == 0;
    for (int c = 0; c < channels; ++c) {
      layer.filter.bias.push_back(between(-5000, 5000));
      // Results of a hundred or so.
      const float filter = out / in / static_cast<float>(between(20, 2000));
      if (c == 0 || !one_scale) layer.filter.scales.push_back(filter);
    }
  }

  Case draw() {
    Case result;
    const Shape in{between(1, 7), between(1, 7), between(1, 12)};
    Network& network = result.network;
    network.name = "case";
    network.tensors = {{"in", in, scale(), between(-128, 127), {}},
                       {"out", in, scale(), between(-128, 127), {}}};
    network.input = {0};
    network.output = {1};
    network.layers.emplace_back();
    Layer& layer = network.layers[0];
    layer.name = layer.block = "layer";
    layer.kind = kind_;
    layer.inputs = {{0}};
    layer.output = {1};
    draw_operator(network, layer);
    result.input = values(in.size());
    return result;
  }

  void draw_operator(Network& network, Layer& layer) {
    const Tensor in = network.tensors[0];
    Tensor& out = network.tensors[1];
    const int channels = between(1, 9);
    switch (kind_) {
      case OperatorKind::conv_2d:
        draw_window(in.shape, layer.window);
        out.shape = slid(in.shape, layer.window, channels);
        draw_filter(layer,
                    layer.window.kernel_height * layer.window.kernel_width * in.shape.channels,
                    channels, in.scale, out.scale);
        layer.activation = static_cast<Activation>(between(0, 3));
        break;
      case OperatorKind::depthwise_conv_2d:
        draw_window(in.shape, layer.window);
        out.shape = slid(in.shape, layer.window, in.shape.channels);
        draw_filter(layer, layer.window.kernel_height * layer.window.kernel_width,
                    in.shape.channels, in.scale, out.scale);
        layer.activation = static_cast<Activation>(between(0, 3));
        break;
      case OperatorKind::fully_connected:
        out.shape = {1, 1, channels};
        draw_filter(layer, in.shape.size(), channels, in.scale, out.scale);
        layer.activation = static_cast<Activation>(between(0, 3));
        break;
      case OperatorKind::average_pool_2d:
      case OperatorKind::max_pool_2d:
        draw_window(in.shape, layer.window);
        out.shape = slid(in.shape, layer.window, in.shape.channels);
        out.scale = in.scale;
        out.zero_point = in.zero_point;
        break;
      case OperatorKind::add:
      case OperatorKind::mul:
        network.tensors.push_back(
            {"second", in.shape, scale(), between(-128, 127), values(in.shape.size())});
        layer.inputs.push_back({2});
        layer.activation = static_cast<Activation>(between(0, 3));
        break;
      case OperatorKind::mean:
        out.shape = {1, 1, in.shape.channels};
        break;
      case OperatorKind::softmax:
      case OperatorKind::logistic:
        out.scale = 1.0f / 256;
        out.zero_point = -128;
        break;
      default:
        break;
    }
  }

  OperatorKind kind_;
  std::mt19937 random_;
};

}  // namespace sramscope::test
