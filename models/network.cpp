#include "sramscope/network.h"

#include <algorithm>
#include <array>

namespace sramscope {
namespace {

struct KindName {
  OperatorKind kind;
  std::string_view name;
};
constexpr std::array<KindName, kOperatorKinds> kKindNames = {{
    {OperatorKind::conv_2d, "conv_2d"},
    {OperatorKind::depthwise_conv_2d, "depthwise_conv_2d"},
    {OperatorKind::fully_connected, "fully_connected"},
    {OperatorKind::add, "add"},
    {OperatorKind::mul, "mul"},
    {OperatorKind::average_pool_2d, "average_pool_2d"},
    {OperatorKind::max_pool_2d, "max_pool_2d"},
    {OperatorKind::mean, "mean"},
    {OperatorKind::softmax, "softmax"},
    {OperatorKind::logistic, "logistic"},
    {OperatorKind::reshape, "reshape"},
    {OperatorKind::pad, "pad"},
    {OperatorKind::concatenation, "concatenation"},
    {OperatorKind::quantize, "quantize"},
}};

}  // namespace

std::string_view operator_kind_name(OperatorKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)].name;
}

std::optional<OperatorKind> operator_kind_from_name(std::string_view name) {
  const auto found = std::ranges::find(kKindNames, name, &KindName::name);
  if (found == kKindNames.end()) return std::nullopt;
  return found->kind;
}

std::string_view activation_name(Activation activation) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "relu", "relu6", "relu_n1_to_1"};
  return kNames[static_cast<std::size_t>(activation)];
}

std::int64_t macs(const Network& network, const Layer& layer) {
  const Shape& output = network.output_of(layer).shape;
  const std::int64_t taps = std::int64_t{layer.window.kernel_height} * layer.window.kernel_width;
  switch (layer.kind) {
    case OperatorKind::conv_2d:
      return output.size() * taps * network.input_of(layer).shape.channels;
    case OperatorKind::depthwise_conv_2d:
      return output.size() * taps;
    case OperatorKind::fully_connected:
      return output.size() * network.input_of(layer).shape.size();
    default:
      return 0;
  }
}

std::int64_t macs(const Network& network) {
  std::int64_t sum = 0;
  for (const Layer& layer : network.layers) sum += macs(network, layer);
  return sum;
}

std::int64_t weight_bytes(const Network& network, const Layer& layer) {
  constexpr std::int64_t kBytesPerChannel = 4 + 4 + 1;  // bias, multiplier, shift
  std::int64_t bytes =
      std::ssize(layer.filter.weights) + std::ssize(layer.filter.bias) * kBytesPerChannel;
  for (const TensorId input : layer.inputs) bytes += std::ssize(network.tensor(input).constant);
  return bytes;
}

std::vector<std::int8_t> test_input(std::int64_t size) {
  std::vector<std::int8_t> values;
  values.reserve(static_cast<std::size_t>(size));
  std::uint32_t x = 1;
  for (std::int64_t i = 0; i < size; ++i) {
    x = x * 1664525 + 1013904223;
    values.push_back(static_cast<std::int8_t>(x >> 24));
  }
  return values;
}

std::uint32_t fnv1a(std::span<const std::int8_t> bytes) {
  std::uint32_t hash = 2166136261;
  for (const std::int8_t byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 16777619;
  return hash;
}

}  // namespace sramscope
