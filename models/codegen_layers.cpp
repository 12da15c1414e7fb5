// One C function per layer: a kernel with the layer's shape and constants filled in.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/codegen.h"

namespace sramscope::models {
namespace {

/// What the text of a layer function is made of.
struct LayerText {
  const Network& network;
  const Layer& layer;
  std::string name;

  const Tensor& in(std::size_t index = 0) const { return network.input_of(layer, index); }
  const Tensor& out() const { return network.output_of(layer); }
  bool constant(std::size_t index) const { return in(index).is_constant(); }
};

/// Where input `index` lies, for call `call[index]`.
std::string source(const LayerText& text, std::size_t index, std::size_t call) {
  if (text.constant(index))
    return fmt::format("{}_constant{} + call[{}].input", text.name, index, call);
  return fmt::format("network_arena + call[{}].input", call);
}

std::string source_row(const LayerText& text, std::size_t index, std::size_t call) {
  return fmt::format("call[{}].input_width * {}", call, text.in(index).shape.channels);
}

/// The kernel's arguments for input and output, each with the bytes from row to row.
std::string places(const LayerText& text) {
  return fmt::format("{}, {},\n      network_arena + call->output, call->output_width * {}",
                     source(text, 0, 0), source_row(text, 0, 0), text.out().shape.channels);
}

std::string kernel_shape(const Window& window) {
  return fmt::format("  const SsKernelShape kernel = {{{}, {}, {}, {}}};\n", window.kernel_height,
                     window.kernel_width, window.stride_y, window.stride_x);
}

std::string filter(const LayerText& text) {
  const QuantizedRange range = activation_range(text.network, text.layer);
  const bool exact = filter_constants(text.network, text.layer).exact;
  return fmt::format(
      "  static const SsFilter filter = {{{0}_weights, {0}_channels, {1}, {2}, {3}, {4}}};\n",
      text.name, range.min, range.max, exact ? 1 : 0, text.in().zero_point);
}

std::string conv_body(const LayerText& text) {
  const int inputs = text.in().shape.channels;
  const int outputs = text.out().shape.channels;
  if (text.layer.is_pointwise()) {
    return filter(text) + fmt::format(
                              "  ss_pointwise(&filter, {}, {}, call->window.output_height, "
                              "call->window.output_width,\n"
                              "      {});\n",
                              inputs, outputs, places(text));
  }
  return filter(text) + kernel_shape(text.layer.window) +
         fmt::format(
             "  ss_conv(&filter, kernel, {}, {}, &call->window,\n      {},\n"
             "      network_arena + call->scratch);\n",
             inputs, outputs, places(text));
}

std::string depthwise_body(const LayerText& text) {
  return filter(text) + kernel_shape(text.layer.window) +
         fmt::format(
             "  ss_depthwise(&filter, kernel, {}, &call->window,\n      {},\n"
             "      network_arena + call->scratch);\n",
             text.out().shape.channels, places(text));
}

std::string fully_connected_body(const LayerText& text) {
  return filter(text) +
         fmt::format("  ss_fully_connected(&filter, {}, {}, {}, network_arena + call->output);\n",
                     text.in().shape.size(), text.out().shape.channels, source(text, 0, 0));
}

std::string scale(FixedPointMultiplier value) {
  return fmt::format("{{{}, {}}}", value.multiplier, value.shift);
}

std::string binary_body(const LayerText& text) {
  const bool multiply = text.layer.kind == OperatorKind::mul;
  const QuantizedRange range = activation_range(text.network, text.layer);
  AddConstants add;
  if (multiply) {
    add.output = mul_multiplier(text.network, text.layer);
  } else {
    add = add_constants(text.network, text.layer);
  }
  const Shape& second = text.in(1).shape;
  const char* broadcast = second == text.out().shape ? "kSsSame"
                          : second.channels == 1     ? "kSsScalar"
                                                     : "kSsPerChannel";
  return fmt::format(
             "  static const SsBinary constants = {{{}, {}, {}, {}, {}, {}, {}, {}, {}}};\n",
             text.in(0).zero_point, text.in(1).zero_point, text.out().zero_point, scale(add.input1),
             scale(add.input2), scale(add.output), add.left_shift, range.min, range.max) +
         fmt::format(
             "  ss_binary(&constants, {}, {}, call->window.output_height, "
             "call->window.output_width,\n      {},\n      {}, {}, {}, {},\n"
             "      network_arena + call->output, call->output_width * {});\n",
             multiply ? 1 : 0, broadcast, text.out().shape.channels, source(text, 0, 0),
             source_row(text, 0, 0), source(text, 1, 1), source_row(text, 1, 1),
             text.out().shape.channels);
}

std::string pool_body(const LayerText& text) {
  const QuantizedRange range = activation_range(text.network, text.layer);
  return kernel_shape(text.layer.window) +
         fmt::format("  ss_pool({}, kernel, {}, {}, {}, &call->window,\n      {});\n",
                     text.layer.kind == OperatorKind::max_pool_2d ? 1 : 0, range.min, range.max,
                     text.out().shape.channels, places(text));
}

std::string mean_body(const LayerText& text) {
  const FixedPointMultiplier multiplier = mean_multiplier(text.network, text.layer);
  const Shape& shape = text.in().shape;
  return fmt::format(
      "  ss_mean({}, {}, {}, {}, {}, {}, {},\n      {}, {}, network_arena + call->output);\n",
      multiplier.multiplier, multiplier.shift, text.in().zero_point, text.out().zero_point,
      shape.height, shape.width, shape.channels, source(text, 0, 0), source_row(text, 0, 0));
}

std::string softmax_body(const LayerText& text) {
  const Shape& shape = text.out().shape;
  return fmt::format("  ss_softmax({0}_exp, {1}, {2}, {3}, {4}, network_arena + call->output);\n",
                     text.name, exp_table(text.network, text.layer).size(),
                     shape.height * shape.width, shape.channels, source(text, 0, 0));
}

std::string lookup_body(const LayerText& text) {
  return fmt::format(
      "  ss_lookup({}_table, call->window.output_height, call->window.output_width * {},\n"
      "      {});\n",
      text.name, text.out().shape.channels, places(text));
}

std::string pad_body(const LayerText& text) {
  return fmt::format("  ss_pad({}, {}, &call->window,\n      {});\n", text.out().zero_point,
                     text.out().shape.channels, places(text));
}

std::string concatenation_body(const LayerText& text) {
  std::string body;
  for (std::size_t i = 0; i < text.layer.inputs.size(); ++i) {
    body += fmt::format(
        "  ss_copy_channels(call[{0}].window.output_height, call[{0}].window.output_width, {1},\n"
        "      {2}, {3},\n      network_arena + call[{0}].output, call[{0}].output_width * {4}, "
        "{4});\n",
        i, text.in(i).shape.channels, source(text, i, i), source_row(text, i, i),
        text.out().shape.channels);
  }
  return body;
}

std::string body_of(const LayerText& text) {
  switch (text.layer.kind) {
    case OperatorKind::conv_2d:
      return conv_body(text);
    case OperatorKind::depthwise_conv_2d:
      return depthwise_body(text);
    case OperatorKind::fully_connected:
      return fully_connected_body(text);
    case OperatorKind::add:
    case OperatorKind::mul:
      return binary_body(text);
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      return pool_body(text);
    case OperatorKind::mean:
      return mean_body(text);
    case OperatorKind::softmax:
      return softmax_body(text);
    case OperatorKind::logistic:
    case OperatorKind::quantize:
      return lookup_body(text);
    case OperatorKind::pad:
      return pad_body(text);
    case OperatorKind::concatenation:
      return concatenation_body(text);
    case OperatorKind::reshape:
      break;  // moves no byte and has no step
  }
  return "";
}

std::string describe(const LayerText& text) {
  const Window& window = text.layer.window;
  const Shape& in = text.in().shape;
  const Shape& out = text.out().shape;
  std::string kernel;
  if (window != Window{}) {
    kernel = fmt::format(" {}x{}, stride {}x{},", window.kernel_height, window.kernel_width,
                         window.stride_y, window.stride_x);
  }
  return fmt::format("/// {}: {}{} {}x{}x{} -> {}x{}x{}.\n", marker_literal(text.layer.name),
                     operator_kind_name(text.layer.kind), kernel, in.height, in.width, in.channels,
                     out.height, out.width, out.channels);
}

}  // namespace

std::string c_name(const Network& network, LayerId id) {
  std::string name = fmt::format("layer_{}_", id.value);
  constexpr std::size_t kMostCharacters = 48;
  for (const char c : network.layer(id).name.substr(0, kMostCharacters))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

std::string marker_literal(const std::string& name) {
  std::string literal;
  for (const char c : name) {
    const bool printable = c >= ' ' && c < 0x7f;
    literal +=
        !printable || std::string_view("%\"\\{|}").find(c) != std::string_view::npos ? '_' : c;
  }
  return literal.empty() ? "_" : literal;
}

std::size_t parts_of(const Layer& layer) {
  const bool several = layer.kind == OperatorKind::add || layer.kind == OperatorKind::mul ||
                       layer.kind == OperatorKind::concatenation;
  return several ? layer.inputs.size() : 1;
}

std::string layer_function(const Network& network, LayerId id) {
  const LayerText text{network, network.layer(id), c_name(network, id)};
  return describe(text) + fmt::format("static LAYER void {}(const SsCall* call) {{\n{}}}\n\n",
                                      text.name, body_of(text));
}

std::vector<std::string> needed_kernels(const Network& network) {
  std::vector<std::string> kernels = {"call", "layout", "simd", "requantize", "tensor"};
  for (const Layer& layer : network.layers) {
    switch (layer.kind) {
      case OperatorKind::conv_2d:
      case OperatorKind::fully_connected:
        kernels.insert(kernels.end(), {"conv", "dot"});
        break;
      case OperatorKind::depthwise_conv_2d:
        kernels.emplace_back("depthwise");
        break;
      case OperatorKind::average_pool_2d:
      case OperatorKind::max_pool_2d:
      case OperatorKind::mean:
        kernels.emplace_back("pool");
        break;
      case OperatorKind::softmax:
        kernels.emplace_back("softmax");
        break;
      case OperatorKind::add:
      case OperatorKind::mul:
      case OperatorKind::logistic:
      case OperatorKind::quantize:
        kernels.emplace_back("elementwise");
        break;
      case OperatorKind::reshape:
      case OperatorKind::pad:
      case OperatorKind::concatenation:
        break;  // layout.h, which is always there
    }
  }
  std::ranges::sort(kernels);
  const auto repeated = std::ranges::unique(kernels);
  kernels.erase(repeated.begin(), repeated.end());
  return kernels;
}

}  // namespace sramscope::models
