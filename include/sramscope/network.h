#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

using TensorId = Id<struct TensorTag>;

/// Rows, columns and channels of a tensor; the batch is 1 and the channels of a pixel are adjacent
/// (NHWC). A vector of n values is 1 x 1 x n.
struct Shape {
  int height = 1;
  int width = 1;
  int channels = 1;

  /// Elements, which are bytes too: tensors are int8.
  std::int64_t size() const { return std::int64_t{height} * width * channels; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

/// An int8 tensor: real value = scale * (q - zero_point).
struct Tensor {
  std::string name;
  Shape shape;
  float scale = 1;
  int zero_point = 0;
  /// A constant's values, `shape.size()` of them, in flash; empty for an activation.
  std::vector<std::int8_t> constant;

  bool is_constant() const { return !constant.empty(); }
};

enum class OperatorKind : std::uint8_t {
  conv_2d,            ///< pointwise where the kernel is 1x1
  depthwise_conv_2d,  ///< one filter per channel
  fully_connected,    ///< of the flattened input
  add,
  mul,  ///< of add and mul the second input may be 1x1xC or 1x1x1
  average_pool_2d,
  max_pool_2d,
  mean,     ///< over height and width
  softmax,  ///< over the channels
  logistic,
  reshape,  ///< moves no byte
  pad,      ///< with the zero point
  concatenation,
  quantize,  ///< to another scale and zero point
};
inline constexpr std::size_t kOperatorKinds = 14;
/// TFLite's name in lower case: "conv_2d", "depthwise_conv_2d" ...
std::string_view operator_kind_name(OperatorKind kind);
std::optional<OperatorKind> operator_kind_from_name(std::string_view name);

enum class Activation : std::uint8_t { none, relu, relu6, relu_n1_to_1 };
std::string_view activation_name(Activation activation);

/// The pixels of the input that one pixel of the output reads: output row y reads the rows
/// y * stride_y - pad_top + [0, kernel_height), those outside the tensor being padding.
struct Window {
  int kernel_height = 1, kernel_width = 1;
  int stride_y = 1, stride_x = 1;
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;

  friend bool operator==(const Window&, const Window&) = default;
};

/// Constants of conv_2d, depthwise_conv_2d and fully_connected; symmetric (zero point 0).
struct Filter {
  /// conv_2d: [output channel][row][column][input channel]; depthwise_conv_2d:
  /// [row][column][channel]; fully_connected: [output][input].
  std::vector<std::int8_t> weights;
  /// Per output channel; scale = input scale * filter scale. Never empty in a checked network.
  std::vector<std::int32_t> bias;
  /// One per output channel, or a single one for the whole filter.
  std::vector<float> scales;
};

/// One operator of the network.
struct Layer {
  /// Unique, "block/layer" in networks of blocks: "block2/expand".
  std::string name;
  /// What the plan groups by: "block2"; the layer's own name where there are no blocks.
  std::string block;
  OperatorKind kind = OperatorKind::conv_2d;
  std::vector<TensorId> inputs;
  TensorId output;
  Activation activation = Activation::none;
  /// Convolutions and pools; of `pad` the four pads.
  Window window;
  Filter filter;
  /// concatenation: 0 height, 1 width, 2 channels.
  int axis = 2;
  /// softmax.
  float beta = 1;

  bool is_pointwise() const { return kind == OperatorKind::conv_2d && window == Window{}; }
};

/// A directed graph of int8 operators with one input and one output. `layers` is in an order in
/// which they can run; `LayerId` and `TensorId` are indices.
struct Network {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Layer> layers;
  TensorId input;
  TensorId output;

  const Tensor& tensor(TensorId id) const { return tensors[id.value]; }
  const Layer& layer(LayerId id) const { return layers[id.value]; }
  const Tensor& input_of(const Layer& layer, std::size_t index = 0) const {
    return tensor(layer.inputs[index]);
  }
  const Tensor& output_of(const Layer& layer) const { return tensor(layer.output); }
};

/// Everything that the rest of models/ relies on: order, shapes, sizes of constants, scales. The
/// error names the layer or tensor, what was expected and what to do.
Result<bool> check_network(const Network& network);

/// Multiply-accumulates of a layer: convolutions and fully connected, 0 for the rest.
std::int64_t macs(const Network& network, const Layer& layer);
std::int64_t macs(const Network& network);
/// Bytes of flash of a layer's constants as generated code stores them: int8 weights; per output
/// channel int32 bias, int32 multiplier and int8 shift; int8 of constant inputs.
std::int64_t weight_bytes(const Network& network, const Layer& layer);

// ---- int8 arithmetic, as TensorFlow Lite defines it
// -----------------------------------------------

/// value * multiplier / 2^31 * 2^shift, 2^30 <= multiplier < 2^31 (or 0).
struct FixedPointMultiplier {
  std::int32_t multiplier = 0;
  int shift = 0;
  friend bool operator==(const FixedPointMultiplier&, const FixedPointMultiplier&) = default;
};
/// TFLite's QuantizeMultiplier.
FixedPointMultiplier fixed_point(double real_multiplier);
/// Per output channel: input scale * filter scale / output scale.
std::vector<FixedPointMultiplier> output_multipliers(const Network& network, const Layer& layer);

/// Bounds of a layer's output in quantised values; {-128, 127} without activation.
struct QuantizedRange {
  int min = -128;
  int max = 127;
};
QuantizedRange activation_range(const Network& network, const Layer& layer);

/// TFLite's constants of add: inputs are shifted left by `left_shift`, rescaled, summed, rescaled.
struct AddConstants {
  int left_shift = 20;
  FixedPointMultiplier input1, input2, output;
};
AddConstants add_constants(const Network& network, const Layer& layer);
/// mul: input1 scale * input2 scale / output scale.
FixedPointMultiplier mul_multiplier(const Network& network, const Layer& layer);
/// mean: input scale / output scale / (height * width), as TFLite folds the count in.
FixedPointMultiplier mean_multiplier(const Network& network, const Layer& layer);
/// quantize: input scale / output scale.
FixedPointMultiplier quantize_multiplier(const Network& network, const Layer& layer);
/// logistic: the output for each of the 256 inputs, index = q + 128.
std::vector<std::int8_t> logistic_table(const Network& network, const Layer& layer);
/// softmax: multiplier and shift of the input difference, and the least difference that counts.
struct SoftmaxConstants {
  FixedPointMultiplier input;
  int diff_min = 0;
};
SoftmaxConstants softmax_constants(const Network& network, const Layer& layer);

// ---- sources
// --------------------------------------------------------------------------------------

/// Parameters of a zoo network; unset ones take the network's own default.
struct ZooOptions {
  std::optional<double> width;
  std::optional<int> resolution;
  std::optional<int> classes;
  /// Expansion of every inverted bottleneck that expands.
  std::optional<int> expansion;
  /// Kernel of every depthwise convolution.
  std::optional<int> kernel;
  std::uint32_t seed = 1;
};
struct ZooEntry {
  std::string_view name;
  std::string_view description;
};
std::span<const ZooEntry> zoo_entries();
/// A network of the zoo with seeded weights. Errors: unknown name, a parameter that it does not
/// have or that is out of range.
Result<Network> make_zoo_network(std::string_view name, const ZooOptions& options = {});

/// `where` names the source in messages.
Result<Network> parse_network(std::string_view json, const std::string& where);
std::string to_json(const Network& network);
Result<Network> import_tflite(std::span<const std::uint8_t> bytes, const std::string& where);
/// A zoo name, or a file that ends in ".tflite" or ".json".
Result<Network> load_network(const std::string& name_or_path, const ZooOptions& options = {});

// ---- the reference
// --------------------------------------------------------------------------------

/// Runs a checked network bit-exactly as TensorFlow Lite's reference kernels do. `input` has
/// `shape.size()` values. Returns the values of every tensor (constants' are left empty).
std::vector<std::vector<std::int8_t>> run_reference(const Network& network,
                                                    std::span<const std::int8_t> input);
/// The input that tests and generated firmware use: byte i is the top byte of x after i + 1 steps
/// of x = x * 1664525 + 1013904223 (mod 2^32), starting from x = 1.
std::vector<std::int8_t> test_input(std::int64_t size);
/// FNV-1a, 32 bits: the checksum that generated firmware prints of its output.
std::uint32_t fnv1a(std::span<const std::int8_t> bytes);

}  // namespace sramscope
