// 3x3 convolution over all channels: the first layer, with few input channels.
#ifndef SRAMSCOPE_KERNELS_CONV3X3_H_
#define SRAMSCOPE_KERNELS_CONV3X3_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Most input channels that ss_conv3x3_s8 takes: its scratch is on the stack.
#define SS_CONV3X3_MAX_INPUT_CHANNELS 4

/// Elements of one output channel's weights: 9 * input_channels, rounded up to words.
#define SS_CONV3X3_WEIGHTS_PER_CHANNEL(input_channels) ((9 * (input_channels) + 3) / 4 * 4)

/// output[y][x][o] = requantise(bias[o] + sum over ky, kx, i of
///     input[y * stride - pad_top + ky][x * stride - pad_left + kx][i] * weights[o][ky][kx][i])
///
/// Shapes: input window.input_height x window.input_width x input_channels, output
/// window.output_height x window.output_width x output_channels, weights
/// [output_channels][SS_CONV3X3_WEIGHTS_PER_CHANNEL(input_channels)] in the order ky, kx, i, the
/// rest zero. Scratch: one pixel's receptive field, 36 bytes of stack.
/// Input and output must not overlap.
void ss_conv3x3_s8(const SsFilter* filter, const SsWindow* window, int input_channels,
                   int output_channels, SsConstView input, SsView output);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_CONV3X3_H_
