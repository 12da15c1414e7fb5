// The example network: the start of MobileNetV2, in int8, small enough for a microcontroller.
//
//            output       expand  stride  MAC (thousands)
//   image   106x106x3
//   conv     53x53x32               2      2,427
//   block1   53x53x16       x1      1      2,247
//   block2   27x27x24       x6      2      6,624    the peak of a layer-by-layer schedule
//   block3   27x27x24       x6      1      5,984    residual
//   block4   14x14x32       x6      2      3,677
//   block5   14x14x32       x6      1      2,747    residual
//   block6    7x7x64        x6      2      1,891
//   block7    7x7x64        x6      1      2,578    residual
//   head     7x7x128, mean, 10                       403
//
// This table of shapes is shared by the firmware and by the generator of the weights.
#ifndef SRAMSCOPE_EXAMPLES_NETWORK_H_
#define SRAMSCOPE_EXAMPLES_NETWORK_H_

#include "kernels/residual_add.h"
#include "kernels/tensor.h"

enum {
  kImageSize = 106,  // pixels; every tensor is square
  kImageChannels = 3,
  kConvSize = 53,
  kConvChannels = 32,
  kBlock1Size = 53,
  kBlock1Channels = 16,
  kBlock2Size = 27,
  kBlock2Channels = 24,
  kBlock3Size = 27,
  kBlock3Channels = 24,
  kBlock4Size = 14,
  kBlock5Size = 14,
  kBlock6Size = 7,
  kBlock7Size = 7,
  kHeadChannels = 128,
  kOutputs = 10,
  kBlocks = 7,
};

/// An inverted bottleneck. With expanded_channels == input_channels there is no expand layer.
typedef struct {
  int input_channels, expanded_channels, output_channels;
  int input_size, output_size;
  int stride;
  int residual;  ///< whether the block's input is added to its output
} BlockShape;

static const BlockShape kBlockShapes[kBlocks] = {
    {kConvChannels, 32, kBlock1Channels, kConvSize, kBlock1Size, 1, 0},
    {kBlock1Channels, 96, kBlock2Channels, kBlock1Size, kBlock2Size, 2, 0},
    {kBlock2Channels, 144, kBlock3Channels, kBlock2Size, kBlock3Size, 1, 1},
    {kBlock3Channels, 144, 32, kBlock3Size, kBlock4Size, 2, 0},
    {32, 192, 32, kBlock4Size, kBlock5Size, 1, 1},
    {32, 192, 64, kBlock5Size, kBlock6Size, 2, 0},
    {64, 384, 64, kBlock6Size, kBlock7Size, 1, 1},
};

typedef struct {
  SsFilter expand, depthwise, project;
  SsAdd add;
} BlockFilters;

// Written by generate_weights.c at build time. All of it is const and stays in flash, the input
// image too: both schedules read it from there, so that it does not blur their comparison.
extern const int8_t kImage[kImageSize * kImageSize * kImageChannels];
extern const SsFilter kConvFilter;
extern const BlockFilters kBlockFilters[kBlocks];
extern const SsFilter kHeadFilter;
extern const SsFilter kClassifierFilter;

#endif  // SRAMSCOPE_EXAMPLES_NETWORK_H_
