// The only reader of .tflite files: one subgraph, one input, one output, batch 1, int8.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "models/fold_pads.h"
#include "models/name_blocks.h"
#include "models/shape_rules.h"
#include "models/tflite_generated.h"
#include "sramscope/network.h"

namespace sramscope {
namespace {

using tflite::BuiltinOperator;

/// Ends an import; `import_tflite` turns it into an Error.
struct Refusal {
  std::string message;
};

[[noreturn]] void refuse(std::string message) { throw Refusal{std::move(message)}; }

/// No side, kernel or stride beyond this: sums and products of them stay in range.
constexpr int kMaxSide = 1 << 16;
constexpr std::size_t kMaxElements = std::size_t{1} << 28;

bool in_range(int side) { return side >= 1 && side <= kMaxSide; }

std::vector<int> dimensions(const tflite::Tensor& tensor) {
  std::vector<int> result;
  if (tensor.shape() != nullptr) result.assign(tensor.shape()->begin(), tensor.shape()->end());
  return result;
}

template <class T>
std::vector<T> read_values(const flatbuffers::Vector<std::uint8_t>& data) {
  std::vector<T> values(data.size() / sizeof(T));
  std::memcpy(values.data(), data.data(), values.size() * sizeof(T));
  return values;
}

/// The elements of a vector that a damaged file may have at any address.
template <class T>
std::vector<T> unaligned_values(const flatbuffers::Vector<T>* vector) {
  std::vector<T> values(vector == nullptr ? 0 : vector->size());
  if (!values.empty()) std::memcpy(values.data(), vector->Data(), values.size() * sizeof(T));
  return values;
}

class Importer {
 public:
  Importer(const tflite::Model& model, const std::string& where) : model_(model) {
    network_.name = where.substr(where.find_last_of('/') + 1);
    if (network_.name.ends_with(".tflite")) network_.name.resize(network_.name.size() - 7);
  }

  Network run() {
    if (model_.subgraphs() == nullptr || model_.subgraphs()->size() != 1)
      refuse("expected one subgraph; convert the network without control flow");
    graph_ = model_.subgraphs()->Get(0);
    if (graph_ == nullptr || graph_->tensors() == nullptr || graph_->operators() == nullptr ||
        graph_->inputs() == nullptr || graph_->outputs() == nullptr)
      refuse("the subgraph lacks tensors, operators, inputs or outputs");
    if (graph_->inputs()->size() != 1 || graph_->outputs()->size() != 1) {
      refuse(fmt::format("{} inputs and {} outputs, expected one of each", graph_->inputs()->size(),
                         graph_->outputs()->size()));
    }
    const int input = graph_->inputs()->Get(0);
    if (tensor(input).type() == tflite::TensorType::INT8) network_.input = activation(input);
    for (const auto* op : *graph_->operators()) import_operator(*op);
    network_.output = activation(graph_->outputs()->Get(0));
    return std::move(network_);
  }

 private:
  // ---- tensors

  const tflite::Tensor& tensor(int index) const {
    if (index < 0 || static_cast<std::uint32_t>(index) >= graph_->tensors()->size())
      refuse(fmt::format("tensor index {} is out of range", index));
    return *graph_->tensors()->Get(static_cast<std::uint32_t>(index));
  }

  std::string tensor_name(int index) const {
    const auto* name = tensor(index).name();
    return name == nullptr || name->size() == 0 ? fmt::format("tensor {}", index) : name->str();
  }

  const flatbuffers::Vector<std::uint8_t>* data_of(int index) const {
    const std::uint32_t buffer = tensor(index).buffer();
    if (model_.buffers() == nullptr || buffer >= model_.buffers()->size())
      refuse(fmt::format("tensor '{}': buffer {} does not exist", tensor_name(index), buffer));
    const auto* data = model_.buffers()->Get(buffer)->data();
    return data == nullptr || data->size() == 0 ? nullptr : data;
  }

  /// The values of a constant of the given type.
  template <class T>
  std::vector<T> constant(int index, tflite::TensorType type) const {
    if (tensor(index).type() != type) {
      refuse(
          fmt::format("tensor '{}' is {}, expected {}; convert the network with full-integer "
                      "quantisation",
                      tensor_name(index), tflite::EnumNameTensorType(tensor(index).type()),
                      tflite::EnumNameTensorType(type)));
    }
    const auto* data = data_of(index);
    if (data == nullptr)
      refuse(fmt::format("tensor '{}': expected a constant", tensor_name(index)));
    std::size_t elements = 1;
    for (const int side : dimensions(tensor(index)))
      elements = std::min(kMaxElements, elements * static_cast<std::size_t>(std::max(side, 0)));
    if (data->size() != elements * sizeof(T)) {
      refuse(fmt::format("tensor '{}': {} bytes of data, expected {}", tensor_name(index),
                         data->size(), elements * sizeof(T)));
    }
    return read_values<T>(*data);
  }

  Shape shape_of(int index) const {
    auto sides = dimensions(tensor(index));
    while (sides.size() > 3 || (sides.size() > 1 && sides.front() == 1)) {
      if (sides.front() != 1) {
        refuse(fmt::format("tensor '{}': shape [{}], expected at most four dimensions and batch 1",
                           tensor_name(index), fmt::join(dimensions(tensor(index)), ", ")));
      }
      sides.erase(sides.begin());
      if (dimensions(tensor(index)).size() == sides.size() + 1) break;  // only the batch
    }
    sides.insert(sides.begin(), 3 - std::min<std::size_t>(sides.size(), 3), 1);
    if (!std::ranges::all_of(sides, in_range)) {
      refuse(fmt::format("tensor '{}': shape [{}], expected sides from 1 to {}", tensor_name(index),
                         fmt::join(dimensions(tensor(index)), ", "), kMaxSide));
    }
    return {sides[0], sides[1], sides[2]};
  }

  void read_quantisation(int index, Tensor& to) const {
    const auto* quantization = tensor(index).quantization();
    const auto* scales = quantization == nullptr ? nullptr : quantization->scale();
    const auto zero_points =
        unaligned_values(quantization == nullptr ? nullptr : quantization->zero_point());
    if (scales == nullptr || scales->size() != 1 || zero_points.size() != 1) {
      refuse(fmt::format(
          "tensor '{}': expected one scale and one zero point; convert the network with "
          "full-integer quantisation",
          to.name));
    }
    to.scale = scales->Get(0);
    to.zero_point = static_cast<int>(std::clamp<std::int64_t>(zero_points[0], -100000, 100000));
  }

  /// The network's tensor for a tensor of the file, made at first use.
  TensorId activation(int index) {
    if (const auto found = ids_.find(index); found != ids_.end()) return found->second;
    Tensor made;
    made.name = tensor_name(index);
    made.shape = shape_of(index);
    if (tensor(index).type() != tflite::TensorType::INT8) {
      refuse(
          fmt::format("tensor '{}' is {}, expected INT8; convert the network with full-integer "
                      "quantisation (inference input and output type int8)",
                      made.name, tflite::EnumNameTensorType(tensor(index).type())));
    }
    read_quantisation(index, made);
    if (data_of(index) != nullptr)
      made.constant = constant<std::int8_t>(index, tflite::TensorType::INT8);
    network_.tensors.push_back(std::move(made));
    const TensorId id{static_cast<std::uint32_t>(network_.tensors.size() - 1)};
    ids_[index] = id;
    return id;
  }

  // ---- operators

  BuiltinOperator code_of(const tflite::Operator& op) const {
    const auto* codes = model_.operator_codes();
    if (codes == nullptr || op.opcode_index() >= codes->size())
      refuse(fmt::format("operator code {} does not exist", op.opcode_index()));
    const auto* code = codes->Get(op.opcode_index());
    // Codes below 127 used to stand in a byte.
    return std::max(code->builtin_code(),
                    static_cast<BuiltinOperator>(code->deprecated_builtin_code()));
  }

  /// The operator's input, by position.
  int input(const tflite::Operator& op, std::uint32_t position) const {
    if (op.inputs() == nullptr || position >= op.inputs()->size())
      refuse(fmt::format("{}: input {} is missing", describe(op), position));
    return op.inputs()->Get(position);
  }
  bool has_input(const tflite::Operator& op, std::uint32_t position) const {
    return op.inputs() != nullptr && position < op.inputs()->size() &&
           op.inputs()->Get(position) >= 0;
  }
  int output(const tflite::Operator& op) const {
    if (op.outputs() == nullptr || op.outputs()->size() != 1)
      refuse(fmt::format("operator {}: expected one output", network_.layers.size()));
    return op.outputs()->Get(0);
  }

  std::string describe(const tflite::Operator& op) const {
    return fmt::format("operator {} ({})", position_, tflite::EnumNameBuiltinOperator(code_of(op)));
  }

  template <class Options>
  const Options& options(const tflite::Operator& op) const {
    const auto* found = op.builtin_options_as<Options>();
    if (found == nullptr) refuse(describe(op) + ": its options are missing");
    return *found;
  }

  static Activation activation_of(tflite::ActivationFunctionType type, const std::string& what) {
    switch (type) {
      case tflite::ActivationFunctionType::NONE:
        return Activation::none;
      case tflite::ActivationFunctionType::RELU:
        return Activation::relu;
      case tflite::ActivationFunctionType::RELU6:
        return Activation::relu6;
      case tflite::ActivationFunctionType::RELU_N1_TO_1:
        return Activation::relu_n1_to_1;
      default:
        refuse(fmt::format("{}: activation {} is not supported", what,
                           tflite::EnumNameActivationFunctionType(type)));
    }
  }

  void import_operator(const tflite::Operator& op) {
    const BuiltinOperator code = code_of(op);
    if (code == BuiltinOperator::DEQUANTIZE) {
      // At the end of a network with float output, which we give as int8.
      ids_[output(op)] = activation(input(op, 0));
    } else if (code != BuiltinOperator::QUANTIZE || !is_border_quantize(op)) {
      Layer layer = import_layer(op, code);
      layer.output = activation(output(op));
      network_.layers.push_back(std::move(layer));
    }
    ++position_;
  }

  Layer import_layer(const tflite::Operator& op, BuiltinOperator code) {
    switch (code) {
      case BuiltinOperator::CONV_2D:
        return import_conv(op);
      case BuiltinOperator::DEPTHWISE_CONV_2D:
        return import_depthwise(op);
      case BuiltinOperator::FULLY_CONNECTED:
        return import_fully_connected(op);
      case BuiltinOperator::ADD:
        return import_binary(op, OperatorKind::add, options<tflite::AddOptions>(op));
      case BuiltinOperator::MUL:
        return import_binary(op, OperatorKind::mul, options<tflite::MulOptions>(op));
      case BuiltinOperator::AVERAGE_POOL_2D:
        return import_pool(op, OperatorKind::average_pool_2d);
      case BuiltinOperator::MAX_POOL_2D:
        return import_pool(op, OperatorKind::max_pool_2d);
      case BuiltinOperator::MEAN:
        return import_mean(op);
      case BuiltinOperator::SOFTMAX:
        return import_softmax(op);
      case BuiltinOperator::LOGISTIC:
        return import_simple(op, OperatorKind::logistic);
      case BuiltinOperator::RESHAPE:
        return import_simple(op, OperatorKind::reshape);
      case BuiltinOperator::PAD:
        return import_pad(op);
      case BuiltinOperator::CONCATENATION:
        return import_concatenation(op);
      case BuiltinOperator::QUANTIZE:
        return import_simple(op, OperatorKind::quantize);
      default:
        refuse_operator(op);
    }
  }

  [[noreturn]] void refuse_operator(const tflite::Operator& op) const {
    refuse(describe(op) +
           " is not supported; supported are ADD, AVERAGE_POOL_2D, CONCATENATION, CONV_2D, "
           "DEPTHWISE_CONV_2D, FULLY_CONNECTED, LOGISTIC, MAX_POOL_2D, MEAN, MUL, PAD, QUANTIZE, "
           "RESHAPE and SOFTMAX");
  }

  Layer import_softmax(const tflite::Operator& op) {
    Layer layer = import_simple(op, OperatorKind::softmax);
    layer.beta = options<tflite::SoftmaxOptions>(op).beta();
    return layer;
  }

  /// The quantize at the start of a network whose input is float or uint8: our input is its output.
  bool is_border_quantize(const tflite::Operator& op) {
    const int from = input(op, 0);
    if (from != graph_->inputs()->Get(0) || tensor(from).type() == tflite::TensorType::INT8)
      return false;
    network_.input = activation(output(op));
    return true;
  }

  void read_filter(const tflite::Operator& op, Layer& layer, std::size_t channels) {
    const int weights = input(op, 1);
    layer.filter.weights = constant<std::int8_t>(weights, tflite::TensorType::INT8);
    const auto* quantization = tensor(weights).quantization();
    if (quantization != nullptr && quantization->scale() != nullptr)
      layer.filter.scales.assign(quantization->scale()->begin(), quantization->scale()->end());
    if (layer.filter.scales.size() != 1 && layer.filter.scales.size() != channels) {
      refuse(
          fmt::format("tensor '{}': {} scales, expected one per output channel ({}); convert the "
                      "network with per-channel int8 quantisation",
                      tensor_name(weights), layer.filter.scales.size(), channels));
    }
    for (const std::int64_t zero_point : unaligned_values(quantization->zero_point())) {
      if (zero_point != 0)
        refuse(fmt::format("tensor '{}': zero point {}, expected 0 (symmetric weights)",
                           tensor_name(weights), zero_point));
    }
    if (has_input(op, 2))
      layer.filter.bias = constant<std::int32_t>(input(op, 2), tflite::TensorType::INT32);
    else
      layer.filter.bias.assign(channels, 0);
    if (layer.filter.bias.size() != channels) {
      refuse(fmt::format("tensor '{}': {} biases, expected {}", tensor_name(input(op, 2)),
                         layer.filter.bias.size(), channels));
    }
  }

  /// Rows, columns, and the other two sides of a filter, whose positions differ by operator.
  std::vector<int> filter_sides(const tflite::Operator& op, std::size_t rank) const {
    const auto sides = dimensions(tensor(input(op, 1)));
    const bool positive = std::ranges::all_of(sides, [](int side) { return side > 0; });
    if (sides.size() != rank || !positive) {
      refuse(fmt::format("tensor '{}': shape [{}], expected {} positive dimensions",
                         tensor_name(input(op, 1)), fmt::join(sides, ", "), rank));
    }
    return sides;
  }

  template <class Options>
  Window window_of(const tflite::Operator& op, const Options& from, int height, int width) const {
    if constexpr (requires { from.dilation_h_factor(); }) {
      if (from.dilation_h_factor() != 1 || from.dilation_w_factor() != 1) {
        refuse(fmt::format("{}: dilation {}x{} is not supported, expected 1x1", describe(op),
                           from.dilation_h_factor(), from.dilation_w_factor()));
      }
    }
    Window window;
    window.kernel_height = height;
    window.kernel_width = width;
    window.stride_y = from.stride_h();
    window.stride_x = from.stride_w();
    for (const int size : {window.stride_y, window.stride_x, height, width}) {
      if (!in_range(size))
        refuse(
            fmt::format("{}: kernel and stride have to be from 1 to {}", describe(op), kMaxSide));
    }
    if (from.padding() == tflite::Padding::SAME) models::pad_same(shape_of(input(op, 0)), window);
    return window;
  }

  Layer import_conv(const tflite::Operator& op) {
    Layer layer = import_simple(op, OperatorKind::conv_2d);
    const auto& from = options<tflite::Conv2DOptions>(op);
    const auto sides = filter_sides(op, 4);
    const int depth = network_.input_of(layer).shape.channels;
    if (sides[3] != depth) {
      refuse(fmt::format(
          "tensor '{}': {} input channels, expected {} as in '{}' (grouped convolutions "
          "are not supported)",
          tensor_name(input(op, 1)), sides[3], depth, network_.input_of(layer).name));
    }
    layer.window = window_of(op, from, sides[1], sides[2]);
    layer.activation = activation_of(from.fused_activation_function(), describe(op));
    read_filter(op, layer, static_cast<std::size_t>(sides[0]));
    return layer;
  }

  Layer import_depthwise(const tflite::Operator& op) {
    Layer layer = import_simple(op, OperatorKind::depthwise_conv_2d);
    const auto& from = options<tflite::DepthwiseConv2DOptions>(op);
    const auto sides = filter_sides(op, 4);
    const int depth = network_.input_of(layer).shape.channels;
    layer.window = window_of(op, from, sides[1], sides[2]);
    layer.activation = activation_of(from.fused_activation_function(), describe(op));
    read_filter(op, layer, static_cast<std::size_t>(sides[3]));
    if (sides[3] == depth) return layer;
    if (depth != 1) {
      refuse(
          fmt::format("{}: {} filters for {} channels; a depth multiplier is supported for one "
                      "channel only",
                      describe(op), sides[3], depth));
    }
    // Of one channel a depthwise convolution with several filters is a convolution.
    layer.kind = OperatorKind::conv_2d;
    const auto filters = static_cast<std::size_t>(sides[3]);
    const auto taps = layer.filter.weights.size() / filters;
    std::vector<std::int8_t> weights;
    for (std::size_t o = 0; o < filters; ++o) {
      for (std::size_t tap = 0; tap < taps; ++tap)
        weights.push_back(layer.filter.weights[tap * filters + o]);
    }
    layer.filter.weights = std::move(weights);
    return layer;
  }

  Layer import_fully_connected(const tflite::Operator& op) {
    Layer layer = import_simple(op, OperatorKind::fully_connected);
    const auto sides = filter_sides(op, 2);
    layer.activation = activation_of(
        options<tflite::FullyConnectedOptions>(op).fused_activation_function(), describe(op));
    read_filter(op, layer, static_cast<std::size_t>(sides[0]));
    return layer;
  }

  template <class Options>
  Layer import_binary(const tflite::Operator& op, OperatorKind kind, const Options& from) {
    Layer layer = import_simple(op, kind);
    layer.inputs.push_back(activation(input(op, 1)));
    const Tensor& first = network_.input_of(layer, 0);
    const Tensor& second = network_.input_of(layer, 1);
    if (first.is_constant() || first.shape.size() < second.shape.size())
      std::swap(layer.inputs[0], layer.inputs[1]);
    layer.activation = activation_of(from.fused_activation_function(), describe(op));
    return layer;
  }

  Layer import_pool(const tflite::Operator& op, OperatorKind kind) {
    Layer layer = import_simple(op, kind);
    const auto& from = options<tflite::Pool2DOptions>(op);
    layer.window = window_of(op, from, from.filter_height(), from.filter_width());
    layer.activation = activation_of(from.fused_activation_function(), describe(op));
    return layer;
  }

  Layer import_mean(const tflite::Operator& op) {
    auto axes = constant<std::int32_t>(input(op, 1), tflite::TensorType::INT32);
    for (auto& axis : axes) axis += axis < 0 ? 4 : 0;
    std::ranges::sort(axes);
    if (dimensions(tensor(input(op, 0))).size() != 4 || axes != std::vector<std::int32_t>{1, 2}) {
      refuse(fmt::format("{}: expected the mean over height and width (axes 1 and 2 of four)",
                         describe(op)));
    }
    return import_simple(op, OperatorKind::mean);
  }

  Layer import_pad(const tflite::Operator& op) {
    const auto pads = constant<std::int32_t>(input(op, 1), tflite::TensorType::INT32);
    const bool small =
        std::ranges::all_of(pads, [](int pad) { return pad >= 0 && pad <= kMaxSide; });
    if (pads.size() != 8 || !small || pads[0] + pads[1] + pads[6] + pads[7] != 0)
      refuse(fmt::format("{}: expected padding of height and width only", describe(op)));
    Layer layer = import_simple(op, OperatorKind::pad);
    layer.window.pad_top = pads[2];
    layer.window.pad_bottom = pads[3];
    layer.window.pad_left = pads[4];
    layer.window.pad_right = pads[5];
    return layer;
  }

  Layer import_concatenation(const tflite::Operator& op) {
    const auto& from = options<tflite::ConcatenationOptions>(op);
    if (from.fused_activation_function() != tflite::ActivationFunctionType::NONE)
      refuse(fmt::format("{}: an activation is not supported here", describe(op)));
    Layer layer = import_simple(op, OperatorKind::concatenation);
    for (std::uint32_t i = 1; i < op.inputs()->size(); ++i)
      layer.inputs.push_back(activation(input(op, i)));
    const int rank = static_cast<int>(dimensions(tensor(output(op))).size());
    const int from_end = from.axis() < 0 ? from.axis() : from.axis() - rank;
    if (from_end < -3 || from_end > -1 || from_end <= -rank)
      refuse(
          fmt::format("{}: axis {} is not height, width or channels", describe(op), from.axis()));
    layer.axis = from_end + 3;
    return layer;
  }

  Layer import_simple(const tflite::Operator& op, OperatorKind kind) {
    Layer layer;
    layer.kind = kind;
    layer.inputs = {activation(input(op, 0))};
    return layer;
  }

  const tflite::Model& model_;
  const tflite::SubGraph* graph_ = nullptr;
  Network network_;
  std::map<int, TensorId> ids_;
  std::size_t position_ = 0;
};

}  // namespace

Result<Network> import_tflite(std::span<const std::uint8_t> bytes, const std::string& where) {
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (bytes.size() < 8 || !tflite::ModelBufferHasIdentifier(bytes.data()))
    return Error{where + ": not a TensorFlow Lite file (no identifier TFL3)"};
  if (!tflite::VerifyModelBuffer(verifier))
    return Error{where + ": the file is truncated or damaged (its flatbuffer does not verify)"};
  try {
    Network network = models::fold_pads(Importer(*tflite::GetModel(bytes.data()), where).run());
    models::name_blocks(network);
    if (const auto checked = check_network(network); !checked)
      return Error{where + ": " + checked.error().message};
    return network;
  } catch (const Refusal& refusal) {
    return Error{where + ": " + refusal.message};
  }
}

}  // namespace sramscope
