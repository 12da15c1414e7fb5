#include "models/fold_pads.h"

#include <algorithm>

namespace sramscope::models {
namespace {

/// The only layer that reads `tensor`, or nullptr.
Layer* only_reader(Network& network, TensorId tensor) {
  Layer* reader = nullptr;
  for (Layer& layer : network.layers) {
    const auto uses = std::ranges::count(layer.inputs, tensor);
    if (uses > 1 || (uses == 1 && reader != nullptr)) return nullptr;
    if (uses == 1) reader = &layer;
  }
  return tensor == network.output ? nullptr : reader;
}

bool same_quantisation(const Tensor& a, const Tensor& b) {
  return a.scale == b.scale && a.zero_point == b.zero_point;
}

bool fold(Network& network, const Layer& pad) {
  Layer* reader = only_reader(network, pad.output);
  if (reader == nullptr || !same_quantisation(network.input_of(pad), network.output_of(pad)))
    return false;
  if (reader->kind != OperatorKind::conv_2d && reader->kind != OperatorKind::depthwise_conv_2d)
    return false;
  const Window& pads = pad.window;
  Window window = reader->window;
  window.pad_top += pads.pad_top;
  window.pad_bottom += pads.pad_bottom;
  window.pad_left += pads.pad_left;
  window.pad_right += pads.pad_right;
  if (window.pad_top >= window.kernel_height || window.pad_bottom >= window.kernel_height ||
      window.pad_left >= window.kernel_width || window.pad_right >= window.kernel_width)
    return false;
  reader->window = window;
  reader->inputs = pad.inputs;
  return true;
}

/// Tensors that no layer names any more go, and the ids of the others move up.
void drop_unused_tensors(Network& network) {
  std::vector<bool> used(network.tensors.size(), false);
  const auto use = [&](TensorId id) {
    if (id.value < used.size()) used[id.value] = true;
  };
  use(network.input);
  use(network.output);
  for (const Layer& layer : network.layers) {
    use(layer.output);
    std::ranges::for_each(layer.inputs, use);
  }
  std::vector<TensorId> moved(used.size());
  std::vector<Tensor> kept;
  for (std::size_t i = 0; i < used.size(); ++i) {
    moved[i] = {static_cast<std::uint32_t>(kept.size())};
    if (used[i]) kept.push_back(std::move(network.tensors[i]));
  }
  network.tensors = std::move(kept);
  network.input = moved[network.input.value];
  network.output = moved[network.output.value];
  for (Layer& layer : network.layers) {
    layer.output = moved[layer.output.value];
    for (TensorId& input : layer.inputs) input = moved[input.value];
  }
}

}  // namespace

Network fold_pads(Network network) {
  for (std::size_t i = 0; i < network.layers.size();) {
    const Layer layer = network.layers[i];
    if (layer.kind == OperatorKind::pad && fold(network, layer))
      network.layers.erase(network.layers.begin() + static_cast<std::ptrdiff_t>(i));
    else
      ++i;
  }
  drop_unused_tensors(network);
  return network;
}

}  // namespace sramscope::models
