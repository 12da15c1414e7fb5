// The reference networks of MLPerf Tiny (mlcommons/tiny), with seeded weights.
#include <fmt/format.h>

#include <array>

#include "models/network_builder.h"
#include "models/zoo.h"

namespace sramscope::models {
namespace {

Window square(int kernel, int stride) { return {kernel, kernel, stride, stride, 0, 0, 0, 0}; }

/// Two 3x3 convolutions and a shortcut, 1x1 where the shape changes.
TensorId residual_stack(NetworkBuilder& builder, const std::string& block, TensorId input,
                        int channels, int stride) {
  TensorId last = builder.conv({block, "conv1"}, input, channels, square(3, stride), Padding::same,
                               Activation::relu);
  last =
      builder.conv({block, "conv2"}, last, channels, square(3, 1), Padding::same, Activation::none);
  TensorId shortcut = input;
  if (stride != 1) {
    shortcut = builder.conv({block, "shortcut"}, input, channels, square(1, stride), Padding::same,
                            Activation::none);
  }
  return builder.add({block, "add"}, last, shortcut, Activation::relu);
}

/// Average over the whole of `input`, then a classifier with softmax.
void classify(NetworkBuilder& builder, TensorId input, int classes) {
  const Shape& shape = builder.shape(input);
  const Window all{shape.height, shape.width, shape.height, shape.width, 0, 0, 0, 0};
  TensorId last =
      builder.pool({"head", "pool"}, OperatorKind::average_pool_2d, input, all, Padding::valid);
  last = builder.fully_connected({"head", "classifier"}, last, classes, Activation::none);
  builder.simple({"head", "softmax"}, OperatorKind::softmax, last);
}

}  // namespace

Network build_mobilenet_v1(int resolution, int classes, double width, std::uint32_t seed) {
  struct Separable {
    int stride, channels;
  };
  constexpr std::array<Separable, 13> kSeparable = {{{1, 64},
                                                     {2, 128},
                                                     {1, 128},
                                                     {2, 256},
                                                     {1, 256},
                                                     {2, 512},
                                                     {1, 512},
                                                     {1, 512},
                                                     {1, 512},
                                                     {1, 512},
                                                     {1, 512},
                                                     {2, 1024},
                                                     {1, 1024}}};
  NetworkBuilder builder("mobilenet_v1", seed);
  TensorId last = builder.input({resolution, resolution, 3});
  last = builder.conv({"block0", "conv"}, last, scaled_channels(32, width), square(3, 2),
                      Padding::same, Activation::relu);
  int number = 0;
  for (const auto& [stride, channels] : kSeparable) {
    const auto block = fmt::format("block{}", ++number);
    last = builder.depthwise({block, "depthwise"}, last, square(3, stride), Padding::same,
                             Activation::relu);
    last = builder.conv({block, "pointwise"}, last, scaled_channels(channels, width), {},
                        Padding::same, Activation::relu);
  }
  classify(builder, last, classes);
  return std::move(builder).finish();
}

Network build_resnet8(int resolution, int classes, std::uint32_t seed) {
  NetworkBuilder builder("resnet8", seed);
  TensorId last = builder.input({resolution, resolution, 3});
  last = builder.conv({"stem", "conv"}, last, 16, square(3, 1), Padding::same, Activation::relu);
  last = residual_stack(builder, "stack1", last, 16, 1);
  last = residual_stack(builder, "stack2", last, 32, 2);
  last = residual_stack(builder, "stack3", last, 64, 2);
  classify(builder, last, classes);
  return std::move(builder).finish();
}

Network build_ds_cnn(int classes, std::uint32_t seed) {
  NetworkBuilder builder("ds_cnn", seed);
  TensorId last = builder.input({49, 10, 1});
  last = builder.conv({"block0", "conv"}, last, 64, {10, 4, 2, 2, 0, 0, 0, 0}, Padding::same,
                      Activation::relu);
  for (int number = 1; number <= 4; ++number) {
    const auto block = fmt::format("block{}", number);
    last = builder.depthwise({block, "depthwise"}, last, square(3, 1), Padding::same,
                             Activation::relu);
    last = builder.conv({block, "pointwise"}, last, 64, {}, Padding::same, Activation::relu);
  }
  classify(builder, last, classes);
  return std::move(builder).finish();
}

Network build_autoencoder(std::uint32_t seed) {
  constexpr std::array<int, 9> kHidden = {128, 128, 128, 128, 8, 128, 128, 128, 128};
  NetworkBuilder builder("autoencoder", seed);
  TensorId last = builder.input({1, 1, 640});
  int number = 0;
  for (const int channels : kHidden)
    last = builder.fully_connected({"", fmt::format("dense{}", number++)}, last, channels,
                                   Activation::relu);
  builder.fully_connected({"", fmt::format("dense{}", number)}, last, 640, Activation::none);
  return std::move(builder).finish();
}

}  // namespace sramscope::models
