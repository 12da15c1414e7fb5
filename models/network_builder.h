#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "sramscope/network.h"

namespace sramscope::models {

enum class Padding : std::uint8_t { same, valid };

/// Where a layer stands: its block ("" = none) and its name within it.
struct Place {
  std::string block;
  std::string name;
};

/// Puts a network together layer by layer: infers shapes, draws seeded weights, and picks scales
/// such that activations neither vanish nor saturate.
class NetworkBuilder {
 public:
  NetworkBuilder(std::string name, std::uint32_t seed);

  TensorId input(const Shape& shape);
  TensorId conv(const Place& place, TensorId input, int channels, Window window, Padding padding,
                Activation activation);
  TensorId depthwise(const Place& place, TensorId input, Window window, Padding padding,
                     Activation activation);
  TensorId fully_connected(const Place& place, TensorId input, int channels, Activation activation);
  TensorId add(const Place& place, TensorId first, TensorId second, Activation activation);
  /// mul by a tensor, or a kind without parameters: mean, softmax, logistic, quantize.
  TensorId mul(const Place& place, TensorId first, TensorId second);
  TensorId simple(const Place& place, OperatorKind kind, TensorId input);
  TensorId pool(const Place& place, OperatorKind kind, TensorId input, Window window,
                Padding padding);
  TensorId pad(const Place& place, TensorId input, const Window& pads);
  TensorId concatenate(const Place& place, const std::vector<TensorId>& inputs, int axis);
  TensorId reshape(const Place& place, TensorId input, const Shape& shape);
  /// A 1x1xC constant for add and mul.
  TensorId constant(const std::string& name, int channels);

  const Shape& shape(TensorId id) const { return network_.tensor(id).shape; }
  /// The network; its output is the last layer's.
  Network finish() &&;

  /// Scale and zero point of the output of a layer of `network`.
  void quantise_output(const Network& network, const Layer& layer, Tensor& output);
  /// Draws what a layer of `network` lacks: weights, biases and filter scales.
  void fill_filter(Network& network, Layer& layer, int channels);

 private:
  TensorId append(const Place& place, Layer layer, int channels = 0);
  TensorId append_with(const Place& place, Layer layer, const Shape& shape);
  int uniform(int low, int high);

  Network network_;
  std::mt19937 random_;
};

}  // namespace sramscope::models
