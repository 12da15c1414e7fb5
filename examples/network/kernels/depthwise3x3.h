// Depthwise 3x3 convolution, in place.
//
// One channel after the other is copied to a padded plane of scratch and its result is written
// over the same channel's bytes. So a layer needs its larger tensor plus one plane, not the sum of
// both tensors: on an inverted bottleneck that nearly halves the peak.
#ifndef SRAMSCOPE_KERNELS_DEPTHWISE3X3_H_
#define SRAMSCOPE_KERNELS_DEPTHWISE3X3_H_

#include <stddef.h>

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes of scratch: the pixels of one channel that the output reads, padding included.
static inline size_t ss_depthwise3x3_scratch_bytes(const SsWindow* window) {
  const int height = (window->output_height - 1) * window->stride + 3;
  const int width = (window->output_width - 1) * window->stride + 3;
  return (size_t)height * (size_t)width;
}

/// output[y][x][c] = requantise(bias[c] + sum over ky, kx of
///     input[y * stride - pad_top + ky][x * stride - pad_left + kx][c] * weights[c][ky][kx])
///
/// Shapes: `tensor` holds the input, dense, window.input_height x window.input_width x channels;
/// afterwards the output, dense, window.output_height x window.output_width x channels, from the
/// same address on. The output may not have more pixels than the input. Weights [channels][9].
/// Scratch: ss_depthwise3x3_scratch_bytes(window).
///
/// In place is right for every stride: output pixel p takes bytes of input pixel p, and of those
/// only channel c, which scratch holds by then.
void ss_depthwise3x3_s8(const SsFilter* filter, const SsWindow* window, int channels,
                        int8_t* tensor, int8_t* scratch);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_DEPTHWISE3X3_H_
