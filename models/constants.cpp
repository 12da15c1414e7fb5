// The fixed-point constants that TensorFlow Lite Micro derives from scales when it prepares a
// kernel.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "models/fixed_point.h"
#include "sramscope/network.h"

namespace sramscope {
namespace {

double wide(float value) { return static_cast<double>(value); }

}  // namespace

FixedPointMultiplier fixed_point(double real_multiplier) {
  if (real_multiplier == 0) return {};
  int shift = 0;
  const double fraction = std::frexp(real_multiplier, &shift);
  auto value = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(1LL << 31)));
  if (value == (std::int64_t{1} << 31)) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {};  // every product would be 0
  return {static_cast<std::int32_t>(value), shift};
}

std::vector<FixedPointMultiplier> output_multipliers(const Network& network, const Layer& layer) {
  const float input = network.input_of(layer).scale;
  const float output = network.output_of(layer).scale;
  const auto& scales = layer.filter.scales;
  std::vector<FixedPointMultiplier> multipliers;
  if (layer.kind == OperatorKind::fully_connected && scales.size() == 1) {
    // Only here TensorFlow Lite multiplies the scales in single precision.
    multipliers.push_back(fixed_point(wide(input * scales[0]) / wide(output)));
  } else {
    for (const float scale : scales)
      multipliers.push_back(fixed_point(wide(input) * wide(scale) / wide(output)));
  }
  if (multipliers.size() == 1) multipliers.resize(layer.filter.bias.size(), multipliers[0]);
  return multipliers;
}

QuantizedRange activation_range(const Network& network, const Layer& layer) {
  const Tensor& output = network.output_of(layer);
  const auto quantized = [&](float real) {
    return output.zero_point + static_cast<int>(std::round(real / output.scale));
  };
  QuantizedRange range;
  switch (layer.activation) {
    case Activation::none:
      break;
    case Activation::relu:
      range.min = std::max(range.min, quantized(0));
      break;
    case Activation::relu6:
      range = {std::max(range.min, quantized(0)), std::min(range.max, quantized(6))};
      break;
    case Activation::relu_n1_to_1:
      range = {std::max(range.min, quantized(-1)), std::min(range.max, quantized(1))};
      break;
  }
  return range;
}

AddConstants add_constants(const Network& network, const Layer& layer) {
  const double scale1 = wide(network.input_of(layer, 0).scale);
  const double scale2 = wide(network.input_of(layer, 1).scale);
  const double twice_the_larger = 2 * std::max(scale1, scale2);
  AddConstants constants;
  constants.input1 = fixed_point(scale1 / twice_the_larger);
  constants.input2 = fixed_point(scale2 / twice_the_larger);
  constants.output =
      fixed_point(twice_the_larger / (static_cast<double>(1 << constants.left_shift) *
                                      wide(network.output_of(layer).scale)));
  return constants;
}

FixedPointMultiplier mul_multiplier(const Network& network, const Layer& layer) {
  return fixed_point(wide(network.input_of(layer, 0).scale) *
                     wide(network.input_of(layer, 1).scale) / wide(network.output_of(layer).scale));
}

FixedPointMultiplier mean_multiplier(const Network& network, const Layer& layer) {
  auto result = quantize_multiplier(network, layer);
  const Shape& shape = network.input_of(layer).shape;
  const std::int64_t count = std::int64_t{shape.height} * shape.width;
  int shift = 63 - std::countl_zero(static_cast<std::uint64_t>(count));
  shift = std::min({shift, 32, 31 + result.shift});
  result.multiplier =
      static_cast<std::int32_t>((static_cast<std::int64_t>(result.multiplier) << shift) / count);
  result.shift -= shift;
  return result;
}

FixedPointMultiplier quantize_multiplier(const Network& network, const Layer& layer) {
  return fixed_point(wide(network.input_of(layer).scale) / wide(network.output_of(layer).scale));
}

std::vector<std::int8_t> logistic_table(const Network& network, const Layer& layer) {
  constexpr int kInputIntegerBits = 4;
  constexpr int kOutputBits = 8;
  const Tensor& input = network.input_of(layer);
  FixedPointMultiplier multiplier;
  const double real = wide(input.scale) * static_cast<double>(1 << (31 - kInputIntegerBits));
  const double fraction = std::frexp(real, &multiplier.shift);
  multiplier.multiplier =
      static_cast<std::int32_t>(std::min(std::round(fraction * 2147483648.0), 2147483647.0));
  const int radius = models::input_radius(kInputIntegerBits, multiplier.shift);
  std::vector<std::int8_t> table;
  for (int q = -128; q <= 127; ++q) {
    const int centred = q - input.zero_point;
    int value = centred <= -radius ? -128 : 127;
    if (centred > -radius && centred < radius) {
      const auto result = models::logistic(models::multiply(centred, multiplier));
      value = std::clamp(models::divide_by_power_of_two(result, 31 - kOutputBits) - 128, -128, 127);
    }
    table.push_back(static_cast<std::int8_t>(value));
  }
  return table;
}

SoftmaxConstants softmax_constants(const Network& network, const Layer& layer) {
  constexpr int kDifferenceIntegerBits = 5;
  const double real = std::min(wide(layer.beta) * wide(network.input_of(layer).scale) *
                                   static_cast<double>(1 << (31 - kDifferenceIntegerBits)),
                               static_cast<double>(std::numeric_limits<std::int32_t>::max()));
  SoftmaxConstants constants;
  constants.input = fixed_point(real);
  constants.diff_min = -models::input_radius(kDifferenceIntegerBits, constants.input.shift);
  return constants;
}

}  // namespace sramscope
