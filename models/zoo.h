#pragma once

#include <string>
#include <vector>

#include "sramscope/network.h"

/// The network definitions of the zoo.
namespace sramscope::models {

/// An inverted bottleneck: 1x1 to `expansion` times the input channels, depthwise, 1x1 to
/// `channels`, added to its input where stride 1 and equal channels allow it. `repeats` of them,
/// all but the first with stride 1.
struct Bottleneck {
  int kernel = 3;
  int stride = 1;
  int expansion = 1;
  int channels = 0;
  int repeats = 1;
  /// Have the first 1x1 also where it expands by 1.
  bool always_expand = false;
};

/// Inverted bottlenecks between a 3x3 stride-2 convolution and a mean with classifier.
struct BottleneckNetwork {
  int stem_channels = 32;
  std::vector<Bottleneck> bottlenecks;
  /// Channels of the 1x1 convolution before the mean, 0: none.
  int head_channels = 0;
  int resolution = 224;
  /// 0: neither mean nor classifier.
  int classes = 1000;
  bool residuals = true;
};

/// channels * width to the next multiple of 8, and not below 90 % of the product.
int scaled_channels(int channels, double width);

/// Channels of `definition` times `width`.
BottleneckNetwork scaled(BottleneckNetwork definition, double width);
Network build_bottlenecks(const std::string& name, const BottleneckNetwork& definition,
                          std::uint32_t seed);

BottleneckNetwork mobilenet_v2();
BottleneckNetwork mobilenet_v2_rd();
BottleneckNetwork proxyless_w03();
BottleneckNetwork mcunet_vww();
BottleneckNetwork mcunet_320k();
BottleneckNetwork fbnet_a();
BottleneckNetwork mnasnet_b1();

Network build_mobilenet_v1(int resolution, int classes, double width, std::uint32_t seed);
Network build_resnet8(int resolution, int classes, std::uint32_t seed);
Network build_ds_cnn(int classes, std::uint32_t seed);
Network build_autoencoder(std::uint32_t seed);

}  // namespace sramscope::models
