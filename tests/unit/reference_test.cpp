// The reference interpreter against TensorFlow Lite Micro's reference kernels, and against real
// numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sramscope/network.h"
#include "tests/support/reference_cases.h"

namespace sramscope {
namespace {

using test::ReferenceCases;

constexpr int kCases = 1000;

/// What TensorFlow Lite Micro's reference kernels (tensorflow/tflite-micro, 2025; constants by its
/// own Prepare code) give for the outputs of the first thousand cases, as one FNV-1a.
struct Expected {
  OperatorKind kind;
  std::uint32_t checksum;
};

class Reference : public testing::TestWithParam<Expected> {};

TEST_P(Reference, GivesTheBytesOfTensorFlowLiteMicro) {
  ReferenceCases cases(GetParam().kind);
  std::vector<std::int8_t> outputs;
  for (int i = 0; i < kCases; ++i) {
    const auto drawn = cases.next();
    const auto values = run_reference(drawn.network, drawn.input);
    outputs.insert(outputs.end(), values[1].begin(), values[1].end());
  }
  EXPECT_EQ(fnv1a(outputs), GetParam().checksum) << std::hex << "0x" << fnv1a(outputs);
}

INSTANTIATE_TEST_SUITE_P(Operators, Reference,
                         testing::Values(Expected{OperatorKind::conv_2d, 0xc8c8aff4},
                                         Expected{OperatorKind::depthwise_conv_2d, 0x1b073863},
                                         Expected{OperatorKind::fully_connected, 0x4c7ec0cf},
                                         Expected{OperatorKind::add, 0x0d253fe4},
                                         Expected{OperatorKind::mul, 0xbfaa08ea},
                                         Expected{OperatorKind::average_pool_2d, 0xff14483e},
                                         Expected{OperatorKind::max_pool_2d, 0x42fb6523},
                                         Expected{OperatorKind::mean, 0x49bfcd94},
                                         Expected{OperatorKind::softmax, 0x05e7deb4},
                                         Expected{OperatorKind::logistic, 0xace771ec},
                                         Expected{OperatorKind::quantize, 0x1bd76b11}),
                         [](const auto& one) {
                           return std::string(operator_kind_name(one.param.kind));
                         });

/// A network of one layer from one tensor to another.
Network one_layer(OperatorKind kind, const Tensor& in, const Tensor& out) {
  Network network;
  network.tensors = {in, out};
  network.input = {0};
  network.output = {1};
  network.layers.emplace_back();
  network.layers[0].name = network.layers[0].block = "layer";
  network.layers[0].kind = kind;
  network.layers[0].inputs = {{0}};
  network.layers[0].output = {1};
  return network;
}

TEST(Reference, SoftmaxIsWithinOneStepOfTheRealOne) {
  ReferenceCases cases(OperatorKind::softmax);
  for (int i = 0; i < 200; ++i) {
    const auto drawn = cases.next();
    const Tensor& in = drawn.network.tensors[0];
    const auto values = run_reference(drawn.network, drawn.input)[1];
    const auto depth = static_cast<std::size_t>(in.shape.channels);
    for (std::size_t row = 0; row < values.size(); row += depth) {
      const auto real = [&](std::size_t c) {
        return static_cast<double>(in.scale) * drawn.input[row + c];
      };
      double largest = real(0), sum = 0;
      for (std::size_t c = 0; c < depth; ++c) largest = std::max(largest, real(c));
      for (std::size_t c = 0; c < depth; ++c) sum += std::exp(real(c) - largest);
      for (std::size_t c = 0; c < depth; ++c) {
        const double expected = std::min(255.0, 256 * std::exp(real(c) - largest) / sum);
        EXPECT_NEAR(values[row + c] + 128, expected, 1.01);
      }
    }
  }
}

TEST(Reference, LogisticIsWithinOneStepOfTheRealOne) {
  const Network network = one_layer(OperatorKind::logistic, {"in", {1, 1, 256}, 0.05f, 7, {}},
                                    {"out", {1, 1, 256}, 1.0f / 256, -128, {}});
  ASSERT_TRUE(check_network(network).ok());
  const auto table = logistic_table(network, network.layers[0]);
  for (int q = -128; q <= 127; ++q) {
    const double expected = 256 / (1 + std::exp(-0.05 * (q - 7)));
    EXPECT_NEAR(table[static_cast<std::size_t>(q + 128)] + 128, std::min(255.0, expected), 1.01)
        << q;
  }
}

TEST(Reference, RoundsTwiceAsTheFixedPointProductDoes) {
  // 0.1875 is 0.75 / 4. 0.75 * 2 = 1.5 becomes 2, of which a quarter, 0.5, becomes 1; once rounded
  // it were 0.
  const Network network = one_layer(OperatorKind::quantize, {"in", {1, 1, 6}, 0.1875f, 0, {}},
                                    {"out", {1, 1, 6}, 1.0f, 0, {}});
  ASSERT_TRUE(check_network(network).ok());
  const std::vector<std::int8_t> input = {2, -2, 6, -6, 127, -128};
  EXPECT_EQ(run_reference(network, input)[1], (std::vector<std::int8_t>{1, 0, 1, -1, 24, -24}));
}

TEST(Reference, FixedPointMultipliers) {
  EXPECT_EQ(fixed_point(0.5), (FixedPointMultiplier{1 << 30, 0}));
  EXPECT_EQ(fixed_point(1), (FixedPointMultiplier{1 << 30, 1}));
  EXPECT_EQ(fixed_point(0), (FixedPointMultiplier{0, 0}));
  // Rounds up to 2^31, which becomes 2^30 and one more shift.
  EXPECT_EQ(fixed_point(1 - 1e-12), (FixedPointMultiplier{1 << 30, 1}));
  EXPECT_EQ(fixed_point(1e-12), (FixedPointMultiplier{0, 0}));
}

TEST(Reference, TestInputIsTheStatedSequence) {
  const auto input = test_input(4);
  std::uint32_t x = 1;
  for (const std::int8_t value : input) {
    x = x * 1664525u + 1013904223u;
    EXPECT_EQ(static_cast<std::uint8_t>(value), x >> 24);
  }
  // FNV-1a of "a" and of nothing, from its authors' test vectors.
  EXPECT_EQ(fnv1a(std::vector<std::int8_t>{'a'}), 0xe40c292cu);
  EXPECT_EQ(fnv1a({}), 0x811c9dc5u);
}

TEST(Reference, PadAndConcatenationMoveBytesOnly) {
  Network network =
      one_layer(OperatorKind::pad, {"in", {1, 2, 1}, 1, 5, {}}, {"out", {2, 4, 1}, 1, 5, {}});
  network.layers[0].window.pad_top = 1;
  network.layers[0].window.pad_left = 2;
  ASSERT_TRUE(check_network(network).ok()) << check_network(network).error().message;
  EXPECT_EQ(run_reference(network, std::vector<std::int8_t>{1, 2})[1],
            (std::vector<std::int8_t>{5, 5, 5, 5, 5, 5, 1, 2}));
  for (const int axis : {0, 1, 2}) {
    Network joined = one_layer(OperatorKind::concatenation, {"in", {1, 2, 2}, 1, 0, {}},
                               {"out", {1, 2, 2}, 1, 0, {}});
    joined.layers[0].inputs.push_back({0});
    joined.layers[0].axis = axis;
    Shape& shape = joined.tensors[1].shape;
    (axis == 0 ? shape.height : axis == 1 ? shape.width : shape.channels) *= 2;
    ASSERT_TRUE(check_network(joined).ok()) << check_network(joined).error().message;
    const std::vector<std::int8_t> expected =
        axis == 2 ? std::vector<std::int8_t>{1, 2, 1, 2, 3, 4, 3, 4}
                  : std::vector<std::int8_t>{1, 2, 3, 4, 1, 2, 3, 4};
    EXPECT_EQ(run_reference(joined, std::vector<std::int8_t>{1, 2, 3, 4})[1], expected) << axis;
  }
}

}  // namespace
}  // namespace sramscope
