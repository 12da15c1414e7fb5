// weights.h and weights.c: every constant of the network, for flash.
#include <fmt/format.h>

#include <span>

#include "models/codegen.h"

namespace sramscope::models {
namespace {

/// One array of constants.
struct Array {
  std::string type;
  std::string name;
  std::size_t count = 0;
  std::string values;
};

template <class T>
std::string joined(std::span<const T> values) {
  constexpr std::size_t kPerLine = 24;
  std::string text;
  text.reserve(values.size() * 5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += i % kPerLine == 0 ? "\n " : "";
    fmt::format_to(std::back_inserter(text), "{},", values[i]);
  }
  return text;
}

template <class T>
Array array(std::string type, std::string name, const std::vector<T>& values) {
  return {std::move(type), std::move(name), values.size(), joined(std::span<const T>(values))};
}

Array channel_array(const std::string& name, const std::vector<ChannelConstants>& channels) {
  Array result{"SsChannel", name + "_channels", channels.size(), ""};
  for (const auto& c : channels) {
    result.values += fmt::format("\n {{{}, {}, {}, {}}},", c.bias, c.multiplier, c.offset, c.shift);
  }
  return result;
}

void add_layer(const Network& network, LayerId id, std::vector<Array>& arrays) {
  const Layer& layer = network.layer(id);
  const std::string name = c_name(network, id);
  if (!layer.filter.weights.empty()) {
    const FilterConstants constants = filter_constants(network, layer);
    arrays.push_back(array("int8_t", name + "_weights", constants.weights));
    arrays.push_back(channel_array(name, constants.channels));
  }
  if (layer.kind == OperatorKind::softmax)
    arrays.push_back(array("int32_t", name + "_exp", exp_table(network, layer)));
  if (layer.kind == OperatorKind::logistic)
    arrays.push_back(array("int8_t", name + "_table", logistic_table(network, layer)));
  if (layer.kind == OperatorKind::quantize)
    arrays.push_back(array("int8_t", name + "_table", quantize_table(network, layer)));
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
    const Tensor& tensor = network.input_of(layer, i);
    if (tensor.is_constant())
      arrays.push_back(array("int8_t", fmt::format("{}_constant{}", name, i), tensor.constant));
  }
}

std::vector<Array> arrays_of(const Network& network) {
  std::vector<Array> arrays;
  for (std::uint32_t i = 0; i < network.layers.size(); ++i) add_layer(network, {i}, arrays);
  return arrays;
}

}  // namespace

GeneratedFile weights_header(const Network& network) {
  std::string text =
      "// Constants of the network; all of them stay in flash.\n"
      "#ifndef WEIGHTS_H_\n#define WEIGHTS_H_\n\n#include \"kernels/requantize.h\"\n\n";
  for (const Array& a : arrays_of(network))
    text += fmt::format("extern const {} {}[{}];\n", a.type, a.name, a.count);
  return {"weights.h", text + "\n#endif  // WEIGHTS_H_\n"};
}

GeneratedFile weights_source(const Network& network) {
  std::string text = "#include \"weights.h\"\n";
  for (const Array& a : arrays_of(network)) {
    text += fmt::format("\n_Alignas(4) const {} {}[{}] = {{{}\n}};\n", a.type, a.name, a.count,
                        a.values);
  }
  return {"weights.c", text};
}

}  // namespace sramscope::models
