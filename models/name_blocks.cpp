#include "models/name_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sramscope::models {
namespace {

/// By layer: exactly one tensor passes from the layers before it to it and those after.
std::vector<bool> places_to_cut(const Network& network) {
  const std::size_t count = network.layers.size();
  std::vector<std::size_t> made_at(network.tensors.size(), 0);
  std::vector<std::size_t> read_until(network.tensors.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    made_at[network.layers[i].output.value] = i + 1;
    for (const TensorId input : network.layers[i].inputs) read_until[input.value] = i + 1;
  }
  std::vector<bool> places;
  for (std::size_t i = 0; i < count; ++i) {
    int passing = 0;
    for (std::size_t t = 0; t < network.tensors.size(); ++t) {
      if (!network.tensors[t].is_constant() && made_at[t] <= i && read_until[t] > i) ++passing;
    }
    places.push_back(passing == 1);
  }
  return places;
}

bool sees_everything(const Network& network, const Layer& layer) {
  const Shape& in = network.input_of(layer).shape;
  if (layer.kind == OperatorKind::average_pool_2d)
    return layer.window.kernel_height >= in.height && layer.window.kernel_width >= in.width;
  return layer.kind == OperatorKind::mean || layer.kind == OperatorKind::fully_connected;
}

/// First layer of the head: what is left when no layer before sees more than a window.
std::size_t head_start(const Network& network, const std::vector<bool>& places) {
  std::size_t start = network.layers.size();
  for (std::size_t i = network.layers.size(); i-- > 0;) {
    const Layer& layer = network.layers[i];
    const bool flat =
        network.output_of(layer).shape.height == 1 && network.output_of(layer).shape.width == 1;
    if (!flat) break;
    if (places[i] && sees_everything(network, layer)) start = i;
  }
  return start;
}

/// After this layer a block that began at `first` has all that belongs to it.
bool completes(const Network& network, std::size_t first, std::size_t last) {
  const Layer& layer = network.layers[last];
  bool depthwise = false;
  for (std::size_t i = first; i < last; ++i)
    depthwise = depthwise || network.layers[i].kind == OperatorKind::depthwise_conv_2d;
  if (layer.is_pointwise()) return depthwise;
  return layer.kind != OperatorKind::depthwise_conv_2d && layer.kind != OperatorKind::pad;
}

}  // namespace

void name_blocks(Network& network) {
  const auto places = places_to_cut(network);
  const std::size_t head = head_start(network, places);
  std::size_t first = 0;
  int number = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (i > 0 && i <= head && places[i] && (i == head || completes(network, first, i - 1))) {
      first = i;
      ++number;
    }
    Layer& layer = network.layers[i];
    layer.block = i >= head && head > 0 ? "head" : fmt::format("block{}", number);
    layer.name = fmt::format("{}/{:02}_{}", layer.block, i, operator_kind_name(layer.kind));
  }
}

}  // namespace sramscope::models
