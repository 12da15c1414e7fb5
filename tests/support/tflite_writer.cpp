#include "tests/support/tflite_writer.h"

#include <map>
#include <string>

#include "models/shape_rules.h"
#include "models/tflite_generated.h"

namespace sramscope::test {
namespace {

using flatbuffers::Offset;
using tflite::BuiltinOperator;

BuiltinOperator code_of(OperatorKind kind) {
  switch (kind) {
    case OperatorKind::conv_2d:
      return BuiltinOperator::CONV_2D;
    case OperatorKind::depthwise_conv_2d:
      return BuiltinOperator::DEPTHWISE_CONV_2D;
    case OperatorKind::fully_connected:
      return BuiltinOperator::FULLY_CONNECTED;
    case OperatorKind::add:
      return BuiltinOperator::ADD;
    case OperatorKind::mul:
      return BuiltinOperator::MUL;
    case OperatorKind::average_pool_2d:
      return BuiltinOperator::AVERAGE_POOL_2D;
    case OperatorKind::max_pool_2d:
      return BuiltinOperator::MAX_POOL_2D;
    case OperatorKind::mean:
      return BuiltinOperator::MEAN;
    case OperatorKind::softmax:
      return BuiltinOperator::SOFTMAX;
    case OperatorKind::logistic:
      return BuiltinOperator::LOGISTIC;
    case OperatorKind::reshape:
      return BuiltinOperator::RESHAPE;
    case OperatorKind::pad:
      return BuiltinOperator::PAD;
    case OperatorKind::concatenation:
      return BuiltinOperator::CONCATENATION;
    case OperatorKind::quantize:
      return BuiltinOperator::QUANTIZE;
  }
  return BuiltinOperator::ADD;
}

tflite::ActivationFunctionType activation_of(Activation activation) {
  switch (activation) {
    case Activation::none:
      return tflite::ActivationFunctionType::NONE;
    case Activation::relu:
      return tflite::ActivationFunctionType::RELU;
    case Activation::relu6:
      return tflite::ActivationFunctionType::RELU6;
    case Activation::relu_n1_to_1:
      return tflite::ActivationFunctionType::RELU_N1_TO_1;
  }
  return tflite::ActivationFunctionType::NONE;
}

class Writer {
 public:
  Writer(const Network& network, const TfliteFlaws& flaws) : network_(network), flaws_(flaws) {
    buffers_.push_back(tflite::CreateBuffer(builder_));
  }

  std::vector<std::uint8_t> run() {
    for (const Tensor& tensor : network_.tensors) add_activation(tensor);
    int first = static_cast<int>(network_.input.value);
    int last = static_cast<int>(network_.output.value);
    if (flaws_.float_ends) {
      const int quantised = first;
      first = add_float(network_.tensor(network_.input));
      add_operator(OperatorKind::quantize, {first}, quantised);
    }
    for (const Layer& layer : network_.layers) add_layer(layer);
    if (flaws_.float_ends) {
      const int output = add_float(network_.tensor(network_.output));
      add_operator(BuiltinOperator::DEQUANTIZE, {last}, output);
      last = output;
    }
    std::vector<int> inputs = {first};
    if (flaws_.two_inputs) inputs.push_back(inputs[0]);
    const auto graph = tflite::CreateSubGraph(
        builder_, builder_.CreateVector(tensors_), builder_.CreateVector(inputs),
        builder_.CreateVector(std::vector<int>{last}), builder_.CreateVector(operators_));
    const auto model = tflite::CreateModel(
        builder_, 3, builder_.CreateVector(codes_),
        builder_.CreateVector(std::vector<Offset<tflite::SubGraph>>{graph}),
        builder_.CreateString("made by a test"), builder_.CreateVector(buffers_));
    tflite::FinishModelBuffer(builder_, model);
    return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
  }

 private:
  template <class T>
  std::uint32_t add_buffer(const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
    builder_.ForceVectorAlignment(values.size() * sizeof(T), 1, 16);
    buffers_.push_back(
        tflite::CreateBuffer(builder_, builder_.CreateVector(bytes, values.size() * sizeof(T))));
    return static_cast<std::uint32_t>(buffers_.size() - 1);
  }

  int add_tensor(const std::string& name, const std::vector<int>& shape, tflite::TensorType type,
                 std::uint32_t buffer, const std::vector<float>& scales,
                 const std::vector<std::int64_t>& zero_points) {
    const auto quantization = tflite::CreateQuantizationParameters(
        builder_, 0, 0, builder_.CreateVector(scales), builder_.CreateVector(zero_points));
    tensors_.push_back(tflite::CreateTensor(builder_, builder_.CreateVector(shape), type, buffer,
                                            builder_.CreateString(name), quantization));
    return static_cast<int>(tensors_.size() - 1);
  }

  void add_activation(const Tensor& tensor) {
    const std::uint32_t buffer = tensor.is_constant() ? add_buffer(tensor.constant) : 0;
    const Shape& shape = tensor.shape;
    add_tensor(tensor.name, {1, shape.height, shape.width, shape.channels},
               flaws_.float_activations ? tflite::TensorType::FLOAT32 : tflite::TensorType::INT8,
               buffer, {tensor.scale}, {tensor.zero_point});
  }

  int add_float(const Tensor& tensor) {
    const Shape& shape = tensor.shape;
    return add_tensor(tensor.name + ".float", {1, shape.height, shape.width, shape.channels},
                      tflite::TensorType::FLOAT32, 0, {}, {});
  }

  int add_ints(const std::string& name, const std::vector<std::int32_t>& values,
               const std::vector<int>& shape) {
    return add_tensor(name, shape, tflite::TensorType::INT32, add_buffer(values), {}, {});
  }

  void add_operator(OperatorKind kind, const std::vector<int>& inputs, int output,
                    tflite::BuiltinOptions type = tflite::BuiltinOptions::NONE,
                    Offset<void> options = 0) {
    add_operator(code_of(kind), inputs, output, type, options);
  }

  void add_operator(BuiltinOperator code, const std::vector<int>& inputs, int output,
                    tflite::BuiltinOptions type = tflite::BuiltinOptions::NONE,
                    Offset<void> options = 0) {
    if (operators_.empty() && flaws_.first_operator >= 0)
      code = static_cast<BuiltinOperator>(flaws_.first_operator);
    codes_.push_back(
        tflite::CreateOperatorCode(builder_, static_cast<std::int8_t>(code), 0, 1, code));
    operators_.push_back(tflite::CreateOperator(
        builder_, static_cast<std::uint32_t>(codes_.size() - 1), builder_.CreateVector(inputs),
        builder_.CreateVector(std::vector<int>{output}), type, options));
  }

  int add_pad(int input, const Tensor& tensor, const Window& window, const std::string& name) {
    const std::vector<std::int32_t> pads = {
        0, 0, window.pad_top, window.pad_bottom, window.pad_left, window.pad_right, 0, 0};
    const int padding = add_ints(name + ".paddings", pads, {4, 2});
    const Shape& in = tensor.shape;
    const int output = add_tensor(name + ".padded",
                                  {1, in.height + window.pad_top + window.pad_bottom,
                                   in.width + window.pad_left + window.pad_right, in.channels},
                                  tflite::TensorType::INT8, 0, {tensor.scale}, {tensor.zero_point});
    add_operator(OperatorKind::pad, {input, padding}, output);
    return output;
  }

  /// Input and padding of a layer with a window; a PAD stands before it where it has to.
  std::pair<int, tflite::Padding> padded_input(const Layer& layer) {
    const int input = static_cast<int>(layer.inputs[0].value);
    const Tensor& tensor = network_.input_of(layer);
    Window same = layer.window;
    models::pad_same(tensor.shape, same);
    if (same == layer.window) return {input, tflite::Padding::SAME};
    Window valid = layer.window;
    valid.pad_top = valid.pad_left = valid.pad_bottom = valid.pad_right = 0;
    if (valid == layer.window) return {input, tflite::Padding::VALID};
    return {add_pad(input, tensor, layer.window, layer.name), tflite::Padding::VALID};
  }

  int add_filter(const Layer& layer, const std::vector<int>& shape) {
    std::vector<float> scales = layer.filter.scales;
    if (flaws_.no_filter_scales && operators_.empty()) scales.clear();
    return add_tensor(layer.name + ".weights", shape, tflite::TensorType::INT8,
                      add_buffer(layer.filter.weights), scales,
                      std::vector<std::int64_t>(scales.size(), 0));
  }

  int add_bias(const Layer& layer) {
    return add_ints(layer.name + ".bias", layer.filter.bias,
                    {static_cast<int>(layer.filter.bias.size())});
  }

  void add_convolution(const Layer& layer) {
    const auto [input, padding] = padded_input(layer);
    const Window& w = layer.window;
    const int in = network_.input_of(layer).shape.channels;
    const int out = network_.output_of(layer).shape.channels;
    const auto activation = activation_of(layer.activation);
    const bool depthwise = layer.kind == OperatorKind::depthwise_conv_2d;
    const int weights =
        add_filter(layer, depthwise ? std::vector<int>{1, w.kernel_height, w.kernel_width, out}
                                    : std::vector<int>{out, w.kernel_height, w.kernel_width, in});
    const std::vector<int> inputs = {input, weights, add_bias(layer)};
    const int output = static_cast<int>(layer.output.value);
    if (depthwise) {
      const auto options =
          tflite::CreateDepthwiseConv2DOptions(builder_, padding, w.stride_x, w.stride_y, 1,
                                               activation, flaws_.dilation, flaws_.dilation);
      add_operator(layer.kind, inputs, output, tflite::BuiltinOptions::DepthwiseConv2DOptions,
                   options.Union());
    } else {
      const auto options = tflite::CreateConv2DOptions(
          builder_, padding, w.stride_x, w.stride_y, activation, flaws_.dilation, flaws_.dilation);
      add_operator(layer.kind, inputs, output, tflite::BuiltinOptions::Conv2DOptions,
                   options.Union());
    }
  }

  void add_pool(const Layer& layer) {
    const auto [input, padding] = padded_input(layer);
    const Window& w = layer.window;
    const auto options =
        tflite::CreatePool2DOptions(builder_, padding, w.stride_x, w.stride_y, w.kernel_width,
                                    w.kernel_height, activation_of(layer.activation));
    add_operator(layer.kind, {input}, static_cast<int>(layer.output.value),
                 tflite::BuiltinOptions::Pool2DOptions, options.Union());
  }

  void add_layer(const Layer& layer) {
    std::vector<int> inputs;
    for (const TensorId input : layer.inputs) inputs.push_back(static_cast<int>(input.value));
    const int output = static_cast<int>(layer.output.value);
    const auto activation = activation_of(layer.activation);
    switch (layer.kind) {
      case OperatorKind::conv_2d:
      case OperatorKind::depthwise_conv_2d:
        return add_convolution(layer);
      case OperatorKind::average_pool_2d:
      case OperatorKind::max_pool_2d:
        return add_pool(layer);
      case OperatorKind::fully_connected: {
        const int depth = static_cast<int>(network_.input_of(layer).shape.size());
        const int weights = add_filter(layer, {network_.output_of(layer).shape.channels, depth});
        const auto options = tflite::CreateFullyConnectedOptions(builder_, activation);
        return add_operator(layer.kind, {inputs[0], weights, add_bias(layer)}, output,
                            tflite::BuiltinOptions::FullyConnectedOptions, options.Union());
      }
      case OperatorKind::add:
        return add_operator(layer.kind, inputs, output, tflite::BuiltinOptions::AddOptions,
                            tflite::CreateAddOptions(builder_, activation).Union());
      case OperatorKind::mul:
        return add_operator(layer.kind, inputs, output, tflite::BuiltinOptions::MulOptions,
                            tflite::CreateMulOptions(builder_, activation).Union());
      case OperatorKind::mean:
        return add_operator(layer.kind, {inputs[0], add_ints(layer.name + ".axes", {1, -2}, {2})},
                            output);
      case OperatorKind::softmax:
        return add_operator(layer.kind, inputs, output, tflite::BuiltinOptions::SoftmaxOptions,
                            tflite::CreateSoftmaxOptions(builder_, layer.beta).Union());
      case OperatorKind::concatenation:
        return add_operator(layer.kind, inputs, output,
                            tflite::BuiltinOptions::ConcatenationOptions,
                            tflite::CreateConcatenationOptions(builder_, layer.axis + 1).Union());
      case OperatorKind::pad: {
        const Window& w = layer.window;
        const int pads =
            add_ints(layer.name + ".paddings",
                     {0, 0, w.pad_top, w.pad_bottom, w.pad_left, w.pad_right, 0, 0}, {4, 2});
        return add_operator(layer.kind, {inputs[0], pads}, output);
      }
      default:
        return add_operator(layer.kind, inputs, output);
    }
  }

  const Network& network_;
  TfliteFlaws flaws_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<Offset<tflite::Buffer>> buffers_;
  std::vector<Offset<tflite::Tensor>> tensors_;
  std::vector<Offset<tflite::OperatorCode>> codes_;
  std::vector<Offset<tflite::Operator>> operators_;
};

}  // namespace

std::vector<std::uint8_t> write_tflite(const Network& network, const TfliteFlaws& flaws) {
  return Writer(network, flaws).run();
}

}  // namespace sramscope::test
