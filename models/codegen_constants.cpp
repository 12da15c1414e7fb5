// Constants in the form in which the kernels want them.
#include <algorithm>
#include <cstdlib>
#include <limits>

#include "models/codegen.h"
#include "models/fixed_point.h"

namespace sramscope::models {
namespace {

constexpr std::int64_t kTwoTo30 = std::int64_t{1} << 30;
constexpr std::int64_t kTwoTo31 = std::int64_t{1} << 31;

/// Weights of one output channel, in the order of a receptive field.
std::vector<std::int8_t> weights_of(const Layer& layer, std::size_t channel) {
  const auto& weights = layer.filter.weights;
  const std::size_t outputs = layer.filter.bias.size();
  const std::size_t count = weights.size() / outputs;
  std::vector<std::int8_t> result(count);
  const bool interleaved = layer.kind == OperatorKind::depthwise_conv_2d;
  for (std::size_t i = 0; i < count; ++i)
    result[i] = interleaved ? weights[i * outputs + channel] : weights[channel * count + i];
  return result;
}

/// Largest magnitude that a channel's accumulator can reach.
std::int64_t largest_sum(std::int64_t bias, const std::vector<std::int8_t>& weights) {
  std::int64_t low = bias, high = bias;
  for (const int w : weights) {
    high += w > 0 ? w * 127 : w * -128;
    low += w > 0 ? w * -128 : w * 127;
  }
  return std::max(std::abs(low), std::abs(high));
}

/// Prepares the fast form of kernels/requantize.h; false where it would not be exact.
bool make_fast(ChannelConstants& channel, FixedPointMultiplier scale, int zero_point,
               std::int64_t largest) {
  int right = -scale.shift;
  std::int64_t scaled = (largest * scale.multiplier >> 31) + 1;
  if (scale.multiplier == 0 ||
      (right >= 2 && scaled < (std::int64_t{1} << std::min(right - 1, 40)))) {
    scale.multiplier = 0;  // always rounds to 0
    scaled = 0;
    right = 1;
  }
  const std::int64_t half = right >= 1 && right <= 30 ? std::int64_t{1} << (right - 1) : 0;
  if (half == 0 || largest >= kTwoTo30) return false;
  const std::int64_t offset = half + zero_point * (half * 2);
  if (scaled + std::abs(offset) + 1 >= kTwoTo31) return false;
  channel.multiplier = scale.multiplier;
  channel.shift = right;
  channel.offset = static_cast<std::int32_t>(offset);
  return true;
}

/// Bytes from one channel's weights to the next: what the convolution's dot product wants.
std::size_t weight_pitch(const Layer& layer, std::size_t count) {
  const bool gathered = layer.kind == OperatorKind::conv_2d && !layer.is_pointwise();
  return gathered ? (count + 3) / 4 * 4 : count;
}

}  // namespace

FilterConstants filter_constants(const Network& network, const Layer& layer) {
  const auto multipliers = output_multipliers(network, layer);
  const int input_zero = network.input_of(layer).zero_point;
  const int output_zero = network.output_of(layer).zero_point;
  FilterConstants constants;
  std::vector<std::int64_t> largest;
  for (std::size_t o = 0; o < layer.filter.bias.size(); ++o) {
    auto weights = weights_of(layer, o);
    std::int64_t bias = layer.filter.bias[o];
    for (const int w : weights) bias -= std::int64_t{input_zero} * w;
    largest.push_back(largest_sum(bias, weights));
    ChannelConstants channel;
    channel.bias = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias));
    constants.exact |= !make_fast(channel, multipliers[o], output_zero, largest.back());
    constants.channels.push_back(channel);
    weights.resize(weight_pitch(layer, weights.size()));
    constants.weights.insert(constants.weights.end(), weights.begin(), weights.end());
  }
  for (std::size_t o = 0; constants.exact && o < constants.channels.size(); ++o) {
    constants.channels[o] = {constants.channels[o].bias, multipliers[o].multiplier, output_zero,
                             multipliers[o].shift};
  }
  // Whole words of weights are loaded: the last kernel row may reach 3 bytes further.
  if (layer.kind == OperatorKind::depthwise_conv_2d)
    constants.weights.resize(constants.weights.size() + 3);
  return constants;
}

std::vector<std::int32_t> exp_table(const Network& network, const Layer& layer) {
  constexpr int kDifferenceIntegerBits = 5;
  const SoftmaxConstants constants = softmax_constants(network, layer);
  std::vector<std::int32_t> table;
  for (int d = 0; d <= 255 && -d >= constants.diff_min; ++d)
    table.push_back(exp_on_negative_values(multiply(-d, constants.input), kDifferenceIntegerBits));
  return table;
}

std::vector<std::int8_t> quantize_table(const Network& network, const Layer& layer) {
  const FixedPointMultiplier multiplier = quantize_multiplier(network, layer);
  std::vector<std::int8_t> table;
  for (int q = -128; q <= 127; ++q) {
    const int value = multiply(q - network.input_of(layer).zero_point, multiplier) +
                      network.output_of(layer).zero_point;
    table.push_back(static_cast<std::int8_t>(std::clamp(value, -128, 127)));
  }
  return table;
}

}  // namespace sramscope::models
