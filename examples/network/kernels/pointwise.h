// Pointwise (1x1) convolution: the expand and project layers of an inverted bottleneck.
#ifndef SRAMSCOPE_KERNELS_POINTWISE_H_
#define SRAMSCOPE_KERNELS_POINTWISE_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// output[y][x][o] = requantise(bias[o] + sum over i of input[y][x][i] * weights[o][i])
///
/// Shapes, in pixels and channels: input height x width x input_channels,
/// output height x width x output_channels, weights [output_channels][input_channels].
/// Scratch: none. Input and output must not overlap. Each input pixel is read for the last time
/// before the next pair of pixels is begun.
void ss_pointwise_s8(const SsFilter* filter, int height, int width, int input_channels,
                     int output_channels, SsConstView input, SsView output);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_POINTWISE_H_
