// Networks from files: our JSON and .tflite, good and bad.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "models/network_builder.h"
#include "sramscope/network.h"
#include "tests/support/random_network.h"
#include "tests/support/tflite_writer.h"

namespace sramscope {
namespace {

using test::random_network;
using test::write_tflite;
using testing::HasSubstr;

std::vector<std::int8_t> output_of(const Network& network) {
  const auto input = test_input(network.tensor(network.input).shape.size());
  return run_reference(network, input)[network.output.value];
}

/// Every operator once.
Network all_operators() {
  models::NetworkBuilder builder("all", 3);
  const auto place = [](const char* name) { return models::Place{"", name}; };
  const Window window{3, 3, 2, 1, 0, 0, 0, 0};
  auto last = builder.input({9, 8, 3});
  last = builder.conv(place("conv"), last, 6, window, models::Padding::same, Activation::relu6);
  last = builder.depthwise(place("depthwise"), last, {3, 5, 1, 1, 0, 0, 0, 0},
                           models::Padding::same, Activation::relu);
  const auto kept = last;
  last = builder.simple(place("quantize"), OperatorKind::quantize, last);
  last = builder.add(place("add"), last, kept, Activation::none);
  const auto gate = builder.simple(place("gate"), OperatorKind::mean, last);
  const auto sigmoid = builder.simple(place("logistic"), OperatorKind::logistic, gate);
  last = builder.mul(place("mul"), last, sigmoid);
  last = builder.concatenate(place("concatenation"), {last, last}, 2);
  last = builder.pool(place("max"), OperatorKind::max_pool_2d, last, {2, 2, 2, 2, 0, 0, 0, 0},
                      models::Padding::same);
  last = builder.pool(place("average"), OperatorKind::average_pool_2d, last,
                      {2, 2, 1, 1, 0, 0, 0, 0}, models::Padding::valid);
  Window pads;
  pads.pad_top = 1;
  pads.pad_right = 2;
  last = builder.pad(place("pad"), last, pads);
  last = builder.mul(place("constant"), last, builder.constant("factor", 12));
  const auto elements = static_cast<int>(builder.shape(last).size());
  last = builder.reshape(place("reshape"), last, {1, 1, elements});
  last = builder.fully_connected(place("dense"), last, 5, Activation::none);
  builder.simple(place("softmax"), OperatorKind::softmax, last);
  return std::move(builder).finish();
}

TEST(NetworkFiles, EveryOperatorSurvivesTheWayThroughTflite) {
  const Network network = all_operators();
  ASSERT_TRUE(check_network(network).ok()) << check_network(network).error().message;
  const auto imported = import_tflite(write_tflite(network), "all.tflite");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported->name, "all");
  EXPECT_EQ(imported->layers.size(), network.layers.size());
  EXPECT_EQ(output_of(*imported), output_of(network));
}

TEST(NetworkFiles, FloatEndsAreCutOff) {
  const Network network = all_operators();
  const auto imported = import_tflite(write_tflite(network, {.float_ends = true}), "ends.tflite");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  EXPECT_EQ(imported->layers.size(), network.layers.size());
  EXPECT_EQ(output_of(*imported), output_of(network));
}

TEST(NetworkFiles, RandomNetworksSurviveTheWayThroughTfliteAndJson) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    const Network network = random_network(seed);
    const auto expected = output_of(network);
    const auto imported = import_tflite(write_tflite(network), "random.tflite");
    ASSERT_TRUE(imported.ok()) << seed << ": " << imported.error().message;
    EXPECT_EQ(output_of(*imported), expected) << seed;
    const auto parsed = parse_network(to_json(network), "random.json");
    ASSERT_TRUE(parsed.ok()) << seed << ": " << parsed.error().message;
    EXPECT_EQ(output_of(*parsed), expected) << seed;
    EXPECT_EQ(to_json(*parsed), to_json(network)) << seed;
  }
}

TEST(NetworkFiles, PaddingBeforeAConvolutionBecomesPartOfIt) {
  models::NetworkBuilder builder("padded", 1);
  auto last = builder.input({8, 8, 2});
  Window pads;
  pads.pad_top = pads.pad_left = 1;
  last = builder.pad({"", "pad"}, last, pads);
  builder.conv({"", "conv"}, last, 4, {3, 3, 2, 2, 0, 0, 0, 0}, models::Padding::valid,
               Activation::none);
  const Network network = std::move(builder).finish();
  const auto imported = import_tflite(write_tflite(network), "padded.tflite");
  ASSERT_TRUE(imported.ok()) << imported.error().message;
  ASSERT_EQ(imported->layers.size(), 1u);
  EXPECT_EQ(imported->layers[0].window.pad_top, 1);
  EXPECT_EQ(imported->tensors.size(), 2u);
  EXPECT_EQ(output_of(*imported), output_of(network));
}

TEST(NetworkFiles, ImportedLayersAreGroupedIntoBlocks) {
  const auto blocks = [](std::string_view name) {
    ZooOptions options;
    if (name == "mobilenet_v2") options.resolution = 32;
    const auto network = make_zoo_network(name, options);
    EXPECT_TRUE(network.ok());
    const auto imported = import_tflite(write_tflite(*network), "n.tflite");
    EXPECT_TRUE(imported.ok()) << imported.error().message;
    std::vector<std::string> ours, theirs;
    for (const Layer& layer : network->layers) ours.push_back(layer.block);
    for (const Layer& layer : imported->layers) theirs.push_back(layer.block);
    return std::pair(ours, theirs);
  };
  for (const char* name : {"ds_cnn", "mobilenet_v1"}) {
    const auto [ours, theirs] = blocks(name);
    EXPECT_EQ(ours, theirs) << name;
  }
  // Residuals stay whole; the head's 1x1 convolution is a block of its own.
  auto [ours, theirs] = blocks("mobilenet_v2");
  ours[62 - 1] = "block18";
  EXPECT_EQ(ours, theirs);
}

TEST(NetworkFiles, SaysWhatIsWrongWithATflite) {
  const Network network = all_operators();
  const auto message = [&](const test::TfliteFlaws& flaws) {
    const auto imported = import_tflite(write_tflite(network, flaws), "bad.tflite");
    return imported.ok() ? std::string() : imported.error().message;
  };
  EXPECT_THAT(
      message({.no_filter_scales = true}),
      HasSubstr("bad.tflite: tensor 'conv.weights': 0 scales, expected one per output channel "
                "(6); convert the network with per-channel int8 quantisation"));
  EXPECT_THAT(message({.two_inputs = true}), HasSubstr("2 inputs and 1 outputs, expected one"));
  EXPECT_THAT(message({.float_activations = true}), HasSubstr("FLOAT32, expected INT8; convert"));
  EXPECT_THAT(message({.first_operator = 67}),
              HasSubstr("operator 0 (TRANSPOSE_CONV) is not supported; supported are ADD"));
  EXPECT_THAT(message({.dilation = 2}), HasSubstr("dilation 2x2 is not supported"));
  auto bytes = write_tflite(network);
  bytes.resize(bytes.size() / 2);
  EXPECT_THAT(import_tflite(bytes, "half.tflite").error().message,
              HasSubstr("truncated or damaged"));
  EXPECT_THAT(import_tflite(std::vector<std::uint8_t>(20, 0), "no.tflite").error().message,
              HasSubstr("not a TensorFlow Lite file"));
}

constexpr const char* kHead = R"({"format": "sramscope-network", "version": 1, "name": "n",
  "input": {"name": "x", "shape": [8, 8, 3]}, "layers": [)";

std::string json_error(const std::string& layers) {
  const auto parsed = parse_network(kHead + layers + "]}", "n.json");
  return parsed.ok() ? "" : parsed.error().message;
}

TEST(NetworkFiles, JsonNeedsLittle) {
  const auto network = parse_network(
      std::string(kHead) +
          R"({"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 4, "kernel": [3, 3],
              "stride": [2, 2], "padding": "same", "activation": "relu6"},
             {"name": "b", "op": "mean", "inputs": ["a"]}]})",
      "n.json");
  ASSERT_TRUE(network.ok()) << network.error().message;
  EXPECT_EQ(network->tensor(network->layers[0].output).shape, (Shape{4, 4, 4}));
  EXPECT_EQ(macs(*network), 4 * 4 * 4 * 27);
  EXPECT_EQ(output_of(*network).size(), 4u);
}

TEST(NetworkFiles, SaysWhereAJsonIsWrong) {
  EXPECT_THAT(json_error(""), HasSubstr("n.json: layers: expected at least one layer"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "conv3d", "inputs": ["x"]})"),
              HasSubstr("layers[0].op: expected one of conv_2d, depthwise_conv_2d"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "mean", "inputs": ["y"]})"),
              HasSubstr("layers[0].inputs[0]: no tensor 'y' so far"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "mean", "inputs": ["x"], "kernell": 3})"),
              HasSubstr("layers[0]: unknown key \"kernell\""));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "conv_2d", "inputs": ["x"]})"),
              HasSubstr("layers[0]: key \"channels\" is missing"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 2,
                             "kernel": [9, 9]})"),
              HasSubstr("a 9x9 window does not fit into its input of 8x8x3"));
  EXPECT_THAT(
      json_error(R"({"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 2,
                             "filter_scales": [1, 1, 1]})"),
      HasSubstr("layer 'a' (conv_2d): 3 filter scales, expected one per output channel (2)"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 2,
                             "weights": [1, 2]})"),
              HasSubstr("2 weights, expected 6 (3 per output channel)"));
  EXPECT_THAT(json_error(R"({"name": "a", "op": "max_pool_2d", "inputs": ["x"], "scale": 7})"),
              HasSubstr("they have to be equal: put a quantize layer between"));
  EXPECT_THAT(parse_network("{", "n.json").error().message, HasSubstr("n.json: not valid JSON"));
  EXPECT_THAT(parse_network("[]", "n.json").error().message,
              HasSubstr("expected an object with \"format\": \"sramscope-network\""));
}

TEST(NetworkFiles, SaysWhatTheZooDoesNotHave) {
  ZooOptions width, resolution;
  width.width = 0.5;
  resolution.resolution = 5;
  EXPECT_THAT(load_network("mobilenet_v9").error().message,
              HasSubstr("unknown network 'mobilenet_v9'; known are mobilenet_v2"));
  EXPECT_THAT(load_network("ds_cnn", width).error().message,
              HasSubstr("ds_cnn has no parameter width"));
  EXPECT_THAT(load_network("mobilenet_v2", resolution).error().message,
              HasSubstr("resolution 5: expected 16 to 1024"));
  EXPECT_THAT(load_network("no/such.tflite").error().message,
              HasSubstr("cannot read no/such.tflite"));
  EXPECT_THAT(load_network("no/such.json", width).error().message, HasSubstr("not of a file"));
}

}  // namespace
}  // namespace sramscope
