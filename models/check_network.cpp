#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "models/shape_rules.h"
#include "sramscope/network.h"

namespace sramscope {
namespace {

/// Largest side and size of a tensor: far above what a microcontroller holds, and low enough that
/// no product of sizes overflows.
constexpr int kMaxSide = 1 << 16;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;
/// Products of two int8 differences that an int32 can sum up.
constexpr std::int64_t kMaxTaps = 1 << 16;

std::string text(const Shape& shape) {
  return fmt::format("{}x{}x{}", shape.height, shape.width, shape.channels);
}

/// Checks one network; each function returns "" or what is wrong.
class Checker {
 public:
  explicit Checker(const Network& network) : network_(network) {}

  std::string check() {
    for (const Tensor& tensor : network_.tensors) {
      if (auto problem = check_tensor(tensor); !problem.empty())
        return fmt::format("tensor '{}': {}", tensor.name, problem);
    }
    if (auto problem = check_ends(); !problem.empty()) return problem;
    defined_.insert(network_.input);
    for (const Layer& layer : network_.layers) {
      if (auto problem = check_layer(layer); !problem.empty())
        return fmt::format("layer '{}' ({}): {}", layer.name, operator_kind_name(layer.kind),
                           problem);
    }
    if (!defined_.contains(network_.output))
      return fmt::format("no layer computes the output '{}'",
                         network_.tensor(network_.output).name);
    return "";
  }

 private:
  std::string check_ends() const {
    if (network_.layers.empty()) return "the network has no layers";
    for (const TensorId id : {network_.input, network_.output}) {
      if (id.value >= network_.tensors.size()) return "input or output is not among the tensors";
      if (network_.tensor(id).is_constant())
        return fmt::format("tensor '{}' is a constant and cannot be input or output",
                           network_.tensor(id).name);
    }
    return "";
  }

  static std::string check_tensor(const Tensor& tensor) {
    const Shape& shape = tensor.shape;
    for (const int side : {shape.height, shape.width, shape.channels}) {
      if (side < 1 || side > kMaxSide)
        return fmt::format("shape {}: each side has to be 1 to {}", text(shape), kMaxSide);
    }
    if (shape.size() > kMaxElements)
      return fmt::format("shape {}: more than {} elements; lower the resolution or the width",
                         text(shape), kMaxElements);
    if (!std::isfinite(tensor.scale) || tensor.scale < 1e-9f || tensor.scale > 1e6f) {
      return fmt::format(
          "scale {}: expected a positive number from 1e-9 to 1e6; quantise the network "
          "to int8 with calibration data",
          tensor.scale);
    }
    if (tensor.zero_point < -128 || tensor.zero_point > 127)
      return fmt::format("zero point {}: expected -128 to 127", tensor.zero_point);
    if (tensor.is_constant() && std::ssize(tensor.constant) != shape.size()) {
      return fmt::format("{} values for shape {}, expected {}", tensor.constant.size(), text(shape),
                         shape.size());
    }
    return "";
  }

  std::string check_layer(const Layer& layer) {
    for (auto check : {&Checker::check_inputs, &Checker::check_window, &Checker::check_filter,
                       &Checker::check_quantisation, &Checker::check_output}) {
      if (auto problem = (this->*check)(layer); !problem.empty()) return problem;
    }
    defined_.insert(layer.output);
    return "";
  }

  std::string check_inputs(const Layer& layer) {
    if (!names_.insert(layer.name).second) return "another layer has the same name";
    const bool two = layer.kind == OperatorKind::add || layer.kind == OperatorKind::mul;
    const bool many = layer.kind == OperatorKind::concatenation;
    const std::size_t expected = two ? 2 : 1;
    if (many ? layer.inputs.empty() : layer.inputs.size() != expected) {
      return fmt::format("{} inputs, expected {}", layer.inputs.size(),
                         many ? "at least one" : std::to_string(expected));
    }
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      const TensorId id = layer.inputs[i];
      if (id.value >= network_.tensors.size()) return fmt::format("input {} does not exist", i);
      const Tensor& tensor = network_.tensor(id);
      if (tensor.is_constant()) {
        if (!two || i != 1)
          return fmt::format(
              "input '{}' is a constant; only the second input of add and mul may be", tensor.name);
      } else if (!defined_.contains(id)) {
        return fmt::format("input '{}' is not computed by an earlier layer", tensor.name);
      }
    }
    return "";
  }

  std::string check_window(const Layer& layer) {
    const Window& w = layer.window;
    for (const int size : {w.kernel_height, w.kernel_width, w.stride_y, w.stride_x}) {
      if (size < 1 || size > kMaxSide) return fmt::format("kernel or stride of {}", size);
    }
    for (const int pad : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
      if (pad < 0 || pad > kMaxSide) return fmt::format("padding of {}", pad);
    }
    const bool slides =
        layer.kind == OperatorKind::conv_2d || layer.kind == OperatorKind::depthwise_conv_2d ||
        layer.kind == OperatorKind::average_pool_2d || layer.kind == OperatorKind::max_pool_2d;
    // Else a window could see nothing but padding, of which an average does not exist.
    if (slides && (w.pad_top >= w.kernel_height || w.pad_bottom >= w.kernel_height ||
                   w.pad_left >= w.kernel_width || w.pad_right >= w.kernel_width))
      return "padding as large as the kernel";
    if (layer.axis < 0 || layer.axis > 2)
      return fmt::format("axis {}, expected 0 to 2", layer.axis);
    return "";
  }

  std::string check_filter(const Layer& layer) {
    const bool depthwise = layer.kind == OperatorKind::depthwise_conv_2d;
    if (!depthwise && layer.kind != OperatorKind::conv_2d &&
        layer.kind != OperatorKind::fully_connected) {
      return layer.filter.weights.empty() ? "" : "weights on a layer that has none";
    }
    const Filter& filter = layer.filter;
    const Shape& in = network_.input_of(layer).shape;
    const std::int64_t taps = layer.kind == OperatorKind::fully_connected
                                  ? in.size()
                                  : std::int64_t{layer.window.kernel_height} *
                                        layer.window.kernel_width * (depthwise ? 1 : in.channels);
    if (taps > kMaxTaps)
      return fmt::format("{} products in a sum, at most {} fit 32 bits", taps, kMaxTaps);
    const auto channels = std::ssize(filter.bias);
    if (channels < 1 || channels > kMaxSide || (depthwise && channels != in.channels)) {
      return fmt::format("{} biases, expected {}", channels,
                         depthwise ? std::to_string(in.channels) : "one per output channel");
    }
    if (std::ssize(filter.weights) != taps * channels) {
      return fmt::format("{} weights, expected {} ({} per output channel)", filter.weights.size(),
                         taps * channels, taps);
    }
    if (filter.scales.size() != 1 && std::ssize(filter.scales) != channels) {
      return fmt::format(
          "{} filter scales, expected one per output channel ({}); convert the network "
          "with per-channel quantisation",
          filter.scales.size(), channels);
    }
    for (const float scale : filter.scales) {
      if (!std::isfinite(scale) || scale < 1e-12f || scale > 1e6f)
        return fmt::format("filter scale {}: expected a positive number", scale);
    }
    return check_sums(filter, taps);
  }

  /// No sum may leave 32 bits, whatever the input.
  static std::string check_sums(const Filter& filter, std::int64_t taps) {
    constexpr std::int64_t kLargestProduct = 128 * 255;
    for (const std::int32_t bias : filter.bias) {
      if (std::abs(std::int64_t{bias}) + taps * kLargestProduct >= std::int64_t{1} << 31)
        return fmt::format("bias {} is so large that sums may leave 32 bits", bias);
    }
    return "";
  }

  std::string check_quantisation(const Layer& layer) {
    if (layer.output.value >= network_.tensors.size()) return "the output does not exist";
    const Tensor& in = network_.input_of(layer);
    const Tensor& out = network_.output_of(layer);
    switch (layer.kind) {
      case OperatorKind::average_pool_2d:
      case OperatorKind::max_pool_2d:
      case OperatorKind::reshape:
      case OperatorKind::pad:
      case OperatorKind::concatenation:
        for (const TensorId id : layer.inputs) {
          const Tensor& one = network_.tensor(id);
          if (one.scale != out.scale || one.zero_point != out.zero_point) {
            return fmt::format(
                "input '{}' has scale {} and zero point {}, the output {} and {}; they "
                "have to be equal: put a quantize layer between",
                one.name, one.scale, one.zero_point, out.scale, out.zero_point);
          }
        }
        return "";
      case OperatorKind::softmax:
      case OperatorKind::logistic:
        if (out.scale != 1.0f / 256 || out.zero_point != -128)
          return fmt::format("output '{}' has to have scale 1/256 and zero point -128", out.name);
        return check_softmax(layer, in);
      default:
        return check_multipliers(layer);
    }
  }

  static std::string check_softmax(const Layer& layer, const Tensor& in) {
    if (layer.kind != OperatorKind::softmax) return "";
    constexpr int kMaxClasses = 4095;  // the sum of so many exponentials fits its 12 integer bits
    if (in.shape.channels > kMaxClasses)
      return fmt::format("{} channels, at most {}", in.shape.channels, kMaxClasses);
    const double factor =
        static_cast<double>(layer.beta) * static_cast<double>(in.scale) * (1 << 26);
    // TFLite's QuantizeMultiplierGreaterThanOne refuses it too.
    if (!(factor > 1))
      return fmt::format("beta {} times scale {} is too small", layer.beta, in.scale);
    return "";
  }

  std::string check_multipliers(const Layer& layer) const {
    std::vector<FixedPointMultiplier> all;
    if (!layer.filter.weights.empty()) {
      all = output_multipliers(network_, layer);
    } else if (layer.kind == OperatorKind::add) {
      const auto constants = add_constants(network_, layer);
      all = {constants.output};
      // Inputs are at most 255 * 2^20 before this.
      if (constants.output.shift > 0) return "the output's scale is far below the inputs'";
    } else if (layer.kind == OperatorKind::mul) {
      all = {mul_multiplier(network_, layer)};
    } else if (layer.kind == OperatorKind::quantize || layer.kind == OperatorKind::mean) {
      all = {quantize_multiplier(network_, layer)};
    }
    for (const auto& one : all) {
      constexpr int kMaxShift = 8;
      if (one.shift > kMaxShift) {
        return fmt::format("the output's scale {} is more than {} times too small for its inputs'",
                           network_.output_of(layer).scale, 1 << kMaxShift);
      }
    }
    return "";
  }

  std::string check_output(const Layer& layer) {
    const Tensor& out = network_.output_of(layer);
    if (out.is_constant()) return fmt::format("the output '{}' is a constant", out.name);
    if (defined_.contains(layer.output))
      return fmt::format("the output '{}' is already computed by another layer", out.name);
    if (layer.kind == OperatorKind::reshape) {
      const Shape& in = network_.input_of(layer).shape;
      if (in.size() == out.shape.size()) return "";
      return fmt::format("{} elements of {} cannot become {}", in.size(), text(in),
                         text(out.shape));
    }
    const auto expected =
        models::output_shape(network_, layer, static_cast<int>(layer.filter.bias.size()));
    if (!expected) return expected.error().message;
    if (*expected == out.shape) return "";
    return fmt::format("output '{}' is {}, expected {}", out.name, text(out.shape),
                       text(*expected));
  }

  const Network& network_;
  std::set<TensorId> defined_;
  std::set<std::string> names_;
};

}  // namespace

Result<bool> check_network(const Network& network) {
  auto problem = Checker(network).check();
  if (!problem.empty()) return Error{std::move(problem)};
  return true;
}

}  // namespace sramscope
