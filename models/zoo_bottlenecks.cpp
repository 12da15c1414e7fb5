#include <fmt/format.h>

#include <algorithm>

#include "models/network_builder.h"
#include "models/zoo.h"

namespace sramscope::models {
namespace {

Window square(int kernel, int stride) { return {kernel, kernel, stride, stride, 0, 0, 0, 0}; }

TensorId add_bottleneck(NetworkBuilder& builder, const std::string& block, TensorId input,
                        const Bottleneck& b, bool residuals) {
  const int channels = builder.shape(input).channels;
  TensorId last = input;
  if (b.expansion != 1 || b.always_expand) {
    last = builder.conv({block, "expand"}, last, channels * b.expansion, {}, Padding::same,
                        Activation::relu6);
  }
  last = builder.depthwise({block, "depthwise"}, last, square(b.kernel, b.stride), Padding::same,
                           Activation::relu6);
  last = builder.conv({block, "project"}, last, b.channels, {}, Padding::same, Activation::none);
  if (!residuals || b.stride != 1 || channels != b.channels) return last;
  return builder.add({block, "add"}, input, last, Activation::none);
}

}  // namespace

int scaled_channels(int channels, double width) {
  const double exact = channels * width;
  int rounded = std::max(8, static_cast<int>(exact + 4) / 8 * 8);
  if (rounded < 0.9 * exact) rounded += 8;
  return rounded;
}

BottleneckNetwork scaled(BottleneckNetwork definition, double width) {
  definition.stem_channels = scaled_channels(definition.stem_channels, width);
  for (auto& b : definition.bottlenecks) b.channels = scaled_channels(b.channels, width);
  if (definition.head_channels > 0)
    definition.head_channels = scaled_channels(definition.head_channels, width);
  return definition;
}

Network build_bottlenecks(const std::string& name, const BottleneckNetwork& definition,
                          std::uint32_t seed) {
  NetworkBuilder builder(name, seed);
  TensorId last = builder.input({definition.resolution, definition.resolution, 3});
  last = builder.conv({"block0", "conv"}, last, definition.stem_channels, square(3, 2),
                      Padding::same, Activation::relu6);
  int number = 0;
  for (const Bottleneck& all : definition.bottlenecks) {
    for (int i = 0; i < all.repeats; ++i) {
      Bottleneck one = all;
      if (i > 0) one.stride = 1;
      last = add_bottleneck(builder, fmt::format("block{}", ++number), last, one,
                            definition.residuals);
    }
  }
  if (definition.head_channels > 0) {
    last = builder.conv({"head", "conv"}, last, definition.head_channels, {}, Padding::same,
                        Activation::relu6);
  }
  if (definition.classes > 0) {
    last = builder.simple({"head", "mean"}, OperatorKind::mean, last);
    builder.fully_connected({"head", "classifier"}, last, definition.classes, Activation::none);
  }
  return std::move(builder).finish();
}

// Sandler et al., MobileNetV2, table 2.
BottleneckNetwork mobilenet_v2() {
  return {.stem_channels = 32,
          .bottlenecks = {{3, 1, 1, 16},
                          {3, 2, 6, 24, 2},
                          {3, 2, 6, 32, 3},
                          {3, 2, 6, 64, 4},
                          {3, 1, 6, 96, 3},
                          {3, 2, 6, 160, 3},
                          {3, 1, 6, 320}},
          .head_channels = 1280};
}

// Lin et al., MCUNetV2: the receptive field moved from the patch stage (blocks 0 to 3) to later
// ones.
BottleneckNetwork mobilenet_v2_rd() {
  return {.stem_channels = 32,
          .bottlenecks = {{1, 1, 1, 16},
                          {3, 2, 6, 24},
                          {3, 2, 6, 32, 4},
                          {3, 2, 6, 64, 4},
                          {3, 1, 6, 96, 3},
                          {3, 2, 6, 160, 4},
                          {3, 1, 6, 320}},
          .head_channels = 1280};
}

// The quantised ProxylessNAS of mit-han-lab/tiny-training, width 0.3.
BottleneckNetwork proxyless_w03() {
  return {.stem_channels = 16,
          .bottlenecks = {{3, 1, 1, 8},
                          {5, 2, 3, 16},
                          {3, 1, 3, 16},
                          {7, 2, 3, 16},
                          {3, 1, 3, 16},
                          {5, 1, 3, 16, 2},
                          {7, 2, 6, 24},
                          {5, 1, 3, 24, 3},
                          {5, 1, 6, 32},
                          {5, 1, 3, 32, 3},
                          {7, 2, 6, 64},
                          {7, 1, 6, 64},
                          {7, 1, 3, 64, 2},
                          {7, 1, 6, 96}},
          .head_channels = 384,
          .resolution = 176};
}

// MCUNet-VWW1 of mit-han-lab/mcunet (vww.tflite of TinyEngine).
BottleneckNetwork mcunet_vww() {
  return {.stem_channels = 16,
          .bottlenecks = {{3, 1, 1, 8},
                          {3, 2, 6, 16},
                          {3, 1, 3, 16, 2},
                          {7, 2, 3, 24},
                          {3, 1, 6, 24},
                          {5, 1, 5, 24},
                          {7, 2, 6, 40},
                          {7, 1, 6, 40},
                          {3, 1, 6, 48},
                          {3, 1, 4, 48},
                          {5, 2, 5, 96},
                          {3, 1, 5, 96},
                          {3, 1, 4, 96},
                          {7, 1, 3, 160}},
          .resolution = 80,
          .classes = 2};
}

// MCUNet-in3, "320KB", of mit-han-lab/mcunet.
BottleneckNetwork mcunet_320k() {
  return {.stem_channels = 16,
          .bottlenecks = {{3, 1, 1, 8},
                          {7, 2, 3, 16},
                          {3, 1, 5, 16},
                          {7, 1, 5, 16},
                          {5, 1, 4, 16},
                          {5, 2, 5, 24},
                          {5, 1, 5, 24, 2},
                          {3, 2, 5, 40},
                          {7, 1, 6, 40},
                          {5, 1, 4, 40},
                          {5, 1, 5, 48},
                          {7, 1, 5, 48},
                          {3, 1, 5, 48},
                          {3, 2, 6, 96},
                          {7, 1, 5, 96},
                          {3, 1, 4, 96},
                          {7, 1, 5, 160}},
          .resolution = 176};
}

// Wu et al., FBNet-A, as in facebookresearch/mobile-vision; its grouped 1x1 convolutions are full
// here.
BottleneckNetwork fbnet_a() {
  return {.stem_channels = 16,
          .bottlenecks = {{3, 2, 3, 24},
                          {3, 1, 1, 24, 1, true},
                          {5, 2, 6, 32},
                          {3, 1, 3, 32},
                          {5, 1, 1, 32, 1, true},
                          {3, 1, 3, 32},
                          {5, 2, 6, 64},
                          {5, 1, 3, 64},
                          {5, 1, 1, 64, 1, true},
                          {5, 1, 6, 64},
                          {3, 1, 6, 112},
                          {5, 1, 1, 112, 2, true},
                          {3, 1, 1, 112, 1, true},
                          {5, 2, 6, 184, 2},
                          {5, 1, 3, 184},
                          {5, 1, 6, 184},
                          {5, 1, 6, 352}},
          .head_channels = 1504};
}

// Tan et al., MnasNet-B1 (the one without squeeze and excitation).
BottleneckNetwork mnasnet_b1() {
  return {.stem_channels = 32,
          .bottlenecks = {{3, 1, 1, 16},
                          {3, 2, 3, 24, 3},
                          {5, 2, 3, 40, 3},
                          {5, 2, 6, 80, 3},
                          {3, 1, 6, 96, 2},
                          {5, 2, 6, 192, 4},
                          {3, 1, 6, 320}},
          .head_channels = 1280};
}

}  // namespace sramscope::models
