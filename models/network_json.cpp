// The reader and writer of network files. A network is one object:
//   format "sramscope-network", version 1, name, seed (optional),
//   input: {name, shape: [height, width, channels], scale, zero_point},
//   constants: [{name, shape, scale, zero_point, values: [...]}],
//   layers: [{name, block, op, inputs: [names], output: name, ...}]
// and of a layer, as far as its operator has it: kernel [y, x], stride [y, x], padding "same",
// "valid" or [top, left, bottom, right], activation, channels, weights, bias, filter_scales, shape
// (reshape), axis, beta, scale and zero_point (of the output). The network's output is the last
// layer's. What is left out of block, output, weights, bias, filter_scales, scale and zero_point is
// made up; weights from `seed`. Keys that start with "_" or "$" are comments.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "models/network_builder.h"
#include "models/shape_rules.h"
#include "sramscope/network.h"

namespace sramscope {
namespace {

using Json = nlohmann::json;
using Ordered = nlohmann::ordered_json;

constexpr std::string_view kFormat = "sramscope-network";
constexpr int kVersion = 1;

/// Ends the reading; `parse_network` turns it into an Error.
struct Refusal {
  std::string message;
};

/// A value of the file and where it stands, such as "layers[2].kernel".
class Place {
 public:
  Place(const Json& value, std::string path) : value_(value), path_(std::move(path)) {}

  [[noreturn]] void refuse(const std::string& reason) const {
    throw Refusal{path_.empty() ? reason : path_ + ": " + reason};
  }
  [[noreturn]] void expected(std::string_view what) const {
    if (value_.is_structured()) {
      refuse(fmt::format("expected {}, got {}", what, value_.is_array() ? "a list" : "an object"));
    }
    std::string got = value_.dump(-1, ' ', true, Json::error_handler_t::replace);
    constexpr std::size_t kShown = 40;
    if (got.size() > kShown) got = got.substr(0, kShown) + "...";
    refuse(fmt::format("expected {}, got {}", what, got));
  }

  void check_keys(const std::set<std::string_view>& known) const {
    if (!value_.is_object()) expected("an object");
    for (const auto& [key, unused] : value_.items()) {
      if (!key.starts_with("_") && !key.starts_with("$") && !known.contains(key))
        refuse(fmt::format("unknown key \"{}\"", key));
    }
  }
  bool has(const char* key) const { return value_.contains(key); }
  Place at(const char* key) const {
    if (!has(key)) refuse(fmt::format("key \"{}\" is missing", key));
    return {value_[key], path_.empty() ? key : fmt::format("{}.{}", path_, key)};
  }
  Place at(std::size_t index) const { return {value_[index], fmt::format("{}[{}]", path_, index)}; }

  std::size_t size() const {
    if (!value_.is_array()) expected("a list");
    return value_.size();
  }
  bool is_text() const { return value_.is_string(); }
  bool is(std::string_view text) const { return is_text() && value_ == text; }
  std::string text() const {
    if (!value_.is_string() || value_.get_ref<const std::string&>().empty())
      expected("a string that is not empty");
    return value_.get<std::string>();
  }
  std::int64_t whole(std::int64_t least, std::int64_t most) const {
    const bool fits = value_.is_number_integer() &&
                      (!value_.is_number_unsigned() ||
                       value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX));
    if (!fits || value_.get<std::int64_t>() < least || value_.get<std::int64_t>() > most)
      expected(fmt::format("a whole number from {} to {}", least, most));
    return value_.get<std::int64_t>();
  }
  int integer(int least, int most) const { return static_cast<int>(whole(least, most)); }
  float real() const {
    if (!value_.is_number()) expected("a number");
    return value_.get<float>();
  }
  std::vector<int> integers(std::size_t count, int least, int most) const {
    if (size() != count) refuse(fmt::format("expected {} numbers, got {}", count, size()));
    std::vector<int> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(at(i).integer(least, most));
    return result;
  }
  template <class T>
  std::vector<T> numbers(std::int64_t least, std::int64_t most) const {
    std::vector<T> result;
    for (std::size_t i = 0; i < size(); ++i)
      result.push_back(static_cast<T>(at(i).whole(least, most)));
    return result;
  }

 private:
  const Json& value_;
  std::string path_;
};

constexpr int kMaxSide = 1 << 16;

Shape read_shape(const Place& place) {
  const auto sides = place.integers(3, 1, kMaxSide);
  return {sides[0], sides[1], sides[2]};
}

class Reader {
 public:
  explicit Reader(std::uint32_t seed) : builder_("", seed) {}

  Network read(const Place& root) {
    root.check_keys({"format", "version", "name", "seed", "input", "constants", "layers"});
    network_.name = root.at("name").text();
    read_tensor(root.at("input"), {"name", "shape", "scale", "zero_point"});
    network_.input = {0};
    if (root.has("constants")) {
      const Place constants = root.at("constants");
      for (std::size_t i = 0; i < constants.size(); ++i) read_constant(constants.at(i));
    }
    const Place layers = root.at("layers");
    for (std::size_t i = 0; i < layers.size(); ++i) read_layer(layers.at(i));
    if (network_.layers.empty()) layers.refuse("expected at least one layer");
    network_.output = network_.layers.back().output;
    return std::move(network_);
  }

 private:
  TensorId define(const Place& place, Tensor tensor) {
    const TensorId id{static_cast<std::uint32_t>(network_.tensors.size())};
    if (!ids_.emplace(tensor.name, id).second)
      place.refuse(fmt::format("there is already a tensor '{}'", tensor.name));
    network_.tensors.push_back(std::move(tensor));
    return id;
  }

  TensorId read_tensor(const Place& place, const std::set<std::string_view>& keys) {
    place.check_keys(keys);
    Tensor tensor{place.has("name") ? place.at("name").text() : "input",
                  read_shape(place.at("shape")),
                  1.0f / 128,
                  -1,
                  {}};
    read_quantisation(place, tensor);
    return define(place, std::move(tensor));
  }

  static void read_quantisation(const Place& place, Tensor& tensor) {
    if (place.has("scale")) tensor.scale = place.at("scale").real();
    if (place.has("zero_point")) tensor.zero_point = place.at("zero_point").integer(-128, 127);
  }

  void read_constant(const Place& place) {
    const TensorId id = read_tensor(place, {"name", "shape", "scale", "zero_point", "values"});
    network_.tensors[id.value].constant = place.at("values").numbers<std::int8_t>(-128, 127);
    if (network_.tensors[id.value].constant.empty()) place.refuse("a constant needs values");
  }

  void read_layer(const Place& place) {
    place.check_keys({"name", "block", "op", "inputs", "output", "kernel", "stride", "padding",
                      "activation", "channels", "weights", "bias", "filter_scales", "shape", "axis",
                      "beta", "scale", "zero_point"});
    Layer layer;
    layer.name = place.at("name").text();
    layer.block = place.has("block") ? place.at("block").text() : layer.name;
    layer.kind = read_kind(place.at("op"));
    const Place inputs = place.at("inputs");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto found = ids_.find(inputs.at(i).text());
      if (found == ids_.end())
        inputs.at(i).refuse(fmt::format("no tensor '{}' so far", inputs.at(i).text()));
      layer.inputs.push_back(found->second);
    }
    const bool two = layer.kind == OperatorKind::add || layer.kind == OperatorKind::mul;
    if (layer.inputs.size() < (two ? 2u : 1u)) inputs.refuse("too few inputs");
    read_attributes(place, layer);
    add_layer(place, std::move(layer));
  }

  static OperatorKind read_kind(const Place& place) {
    const auto kind = operator_kind_from_name(place.text());
    if (kind) return *kind;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < kOperatorKinds; ++i)
      names.push_back(operator_kind_name(static_cast<OperatorKind>(i)));
    place.expected(fmt::format("one of {}", fmt::join(names, ", ")));
  }

  void read_attributes(const Place& place, Layer& layer) {
    Window& window = layer.window;
    if (place.has("kernel")) {
      const auto sides = place.at("kernel").integers(2, 1, kMaxSide);
      window.kernel_height = sides[0];
      window.kernel_width = sides[1];
    }
    if (place.has("stride")) {
      const auto sides = place.at("stride").integers(2, 1, kMaxSide);
      window.stride_y = sides[0];
      window.stride_x = sides[1];
    }
    if (place.has("padding")) read_padding(place.at("padding"), layer);
    if (place.has("activation")) layer.activation = read_activation(place.at("activation"));
    if (place.has("axis")) layer.axis = place.at("axis").integer(0, 2);
    if (place.has("beta")) layer.beta = place.at("beta").real();
    Filter& filter = layer.filter;
    if (place.has("weights")) filter.weights = place.at("weights").numbers<std::int8_t>(-128, 127);
    if (place.has("bias"))
      filter.bias = place.at("bias").numbers<std::int32_t>(INT32_MIN, INT32_MAX);
    if (place.has("filter_scales")) {
      const Place scales = place.at("filter_scales");
      for (std::size_t i = 0; i < scales.size(); ++i) filter.scales.push_back(scales.at(i).real());
    }
  }

  void read_padding(const Place& place, Layer& layer) const {
    if (place.is("valid")) return;
    if (place.is("same")) return models::pad_same(network_.input_of(layer).shape, layer.window);
    if (place.is_text()) place.expected("\"same\", \"valid\" or [top, left, bottom, right]");
    const auto sides = place.integers(4, 0, kMaxSide);
    layer.window.pad_top = sides[0];
    layer.window.pad_left = sides[1];
    layer.window.pad_bottom = sides[2];
    layer.window.pad_right = sides[3];
  }

  static Activation read_activation(const Place& place) {
    for (const auto one :
         {Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1}) {
      if (place.is(activation_name(one))) return one;
    }
    place.expected("one of none, relu, relu6, relu_n1_to_1");
  }

  void add_layer(const Place& place, Layer layer) {
    const bool filtered = layer.kind == OperatorKind::conv_2d ||
                          layer.kind == OperatorKind::depthwise_conv_2d ||
                          layer.kind == OperatorKind::fully_connected;
    int channels = 0;
    if (layer.kind == OperatorKind::depthwise_conv_2d)
      channels = network_.input_of(layer).shape.channels;
    else if (filtered)
      channels = place.has("channels") ? place.at("channels").integer(1, kMaxSide)
                                       : static_cast<int>(layer.filter.bias.size());
    if (filtered && channels == 0) place.refuse("key \"channels\" is missing");
    Tensor output;
    output.name = place.has("output") ? place.at("output").text() : layer.name;
    if (layer.kind == OperatorKind::reshape) {
      output.shape = read_shape(place.at("shape"));
    } else {
      const auto shape = models::output_shape(network_, layer, channels);
      if (!shape) place.refuse(shape.error().message);
      output.shape = *shape;
    }
    builder_.quantise_output(network_, layer, output);
    read_quantisation(place, output);
    layer.output = define(place, std::move(output));
    network_.layers.push_back(std::move(layer));
    if (filtered) fill_filter(place, network_.layers.back(), channels);
  }

  /// Draws missing weights, if the network is not unreasonably large.
  void fill_filter(const Place& place, Layer& layer, int channels) {
    constexpr std::int64_t kMaxWeights = 1 << 24;
    const Shape& in = network_.input_of(layer).shape;
    const std::int64_t inputs =
        layer.kind == OperatorKind::fully_connected
            ? in.size()
            : std::int64_t{layer.window.kernel_height} * layer.window.kernel_width * in.channels;
    if (in.size() > kMaxWeights || inputs > kMaxWeights || inputs * channels > kMaxWeights)
      place.refuse(fmt::format("more than {} weights", kMaxWeights));
    drawn_ += inputs * channels;
    if (drawn_ > 8 * kMaxWeights) place.refuse("too many weights in all");
    builder_.fill_filter(network_, layer, channels);
  }

  Network network_;
  models::NetworkBuilder builder_;
  std::map<std::string, TensorId> ids_;
  std::int64_t drawn_ = 0;
};

// ---- writing

Ordered shape_json(const Shape& shape) { return {shape.height, shape.width, shape.channels}; }

Ordered tensor_json(const Tensor& tensor) {
  Ordered json;
  json["name"] = tensor.name;
  json["shape"] = shape_json(tensor.shape);
  json["scale"] = tensor.scale;
  json["zero_point"] = tensor.zero_point;
  if (tensor.is_constant()) json["values"] = tensor.constant;
  return json;
}

void write_window(const Layer& layer, Ordered& json) {
  const Window& w = layer.window;
  if (w == Window{}) return;
  json["kernel"] = {w.kernel_height, w.kernel_width};
  json["stride"] = {w.stride_y, w.stride_x};
  json["padding"] = {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right};
}

Ordered layer_json(const Network& network, const Layer& layer) {
  Ordered json;
  json["name"] = layer.name;
  json["block"] = layer.block;
  json["op"] = operator_kind_name(layer.kind);
  json["inputs"] = Ordered::array();
  for (const TensorId input : layer.inputs) json["inputs"].push_back(network.tensor(input).name);
  const Tensor& output = network.output_of(layer);
  json["output"] = output.name;
  json["scale"] = output.scale;
  json["zero_point"] = output.zero_point;
  if (layer.activation != Activation::none) json["activation"] = activation_name(layer.activation);
  write_window(layer, json);
  if (layer.kind == OperatorKind::reshape) json["shape"] = shape_json(output.shape);
  if (layer.kind == OperatorKind::concatenation) json["axis"] = layer.axis;
  if (layer.kind == OperatorKind::softmax) json["beta"] = layer.beta;
  if (!layer.filter.weights.empty()) {
    json["channels"] = output.shape.channels;
    json["weights"] = layer.filter.weights;
    json["bias"] = layer.filter.bias;
    json["filter_scales"] = layer.filter.scales;
  }
  return json;
}

Result<Network> read_network(const Json& json) {
  const Place root(json, "");
  if (!json.is_object() || !root.has("format") || !root.at("format").is(kFormat))
    root.refuse(fmt::format("not a network: expected an object with \"format\": \"{}\"", kFormat));
  root.at("version").integer(kVersion, kVersion);
  const auto seed = root.has("seed") ? root.at("seed").whole(0, UINT32_MAX) : 1;
  Network network = Reader(static_cast<std::uint32_t>(seed)).read(root);
  if (const auto checked = check_network(network); !checked) return checked.error();
  return network;
}

}  // namespace

Result<Network> parse_network(std::string_view text, const std::string& where) {
  try {
    const auto network = read_network(Json::parse(text));
    if (!network) return Error{where + ": " + network.error().message};
    return network;
  } catch (const Refusal& refusal) {
    return Error{where + ": " + refusal.message};
  } catch (const Json::exception& error) {
    const std::string what = error.what();
    const auto reason = what.find("] ");
    return Error{fmt::format("{}: not valid JSON: {}", where,
                             reason == std::string::npos ? what : what.substr(reason + 2))};
  }
}

std::string to_json(const Network& network) {
  Ordered json;
  json["format"] = kFormat;
  json["version"] = kVersion;
  json["name"] = network.name;
  json["input"] = tensor_json(network.tensor(network.input));
  json["constants"] = Ordered::array();
  for (const Tensor& tensor : network.tensors) {
    if (tensor.is_constant()) json["constants"].push_back(tensor_json(tensor));
  }
  json["layers"] = Ordered::array();
  for (const Layer& layer : network.layers) json["layers"].push_back(layer_json(network, layer));
  return json.dump() + "\n";
}

}  // namespace sramscope
