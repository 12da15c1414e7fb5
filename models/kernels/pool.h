// Pooling and mean.
#ifndef SRAMSCOPE_KERNELS_POOL_H_
#define SRAMSCOPE_KERNELS_POOL_H_

#include "requantize.h"
#include "tensor.h"

typedef struct {
  int top, bottom, left, right;
} SsRange;

/// The part of pixel (y, x)'s window that lies inside the input.
SS_KERNEL SsRange ss_pool_range(SsKernelShape kernel, const SsWindow* window, int y, int x) {
  SsRange range;
  range.top = y * kernel.stride_y - window->pad_top;
  range.left = x * kernel.stride_x - window->pad_left;
  range.bottom = range.top + kernel.height;
  range.right = range.left + kernel.width;
  if (range.top < 0) range.top = 0;
  if (range.left < 0) range.left = 0;
  if (range.bottom > window->input_height) range.bottom = window->input_height;
  if (range.right > window->input_width) range.right = window->input_width;
  return range;
}

/// Sum (or maximum) of one channel over a range; `input` is that channel of pixel (0, 0).
SS_KERNEL int32_t ss_pool_reduce(int maximum, SsRange range, int channels, const int8_t* input,
                                 int input_row) {
  int32_t result = maximum ? -128 : 0;
  for (int y = range.top; y < range.bottom; ++y) {
    const int8_t* from = input + y * input_row + range.left * channels;
    for (int x = range.left; x < range.right; ++x, from += channels) {
      if (!maximum) {
        result += *from;
      } else if (*from > result) {
        result = *from;
      }
    }
  }
  return result;
}

/// Average of the pixels inside the input, halves away from zero, or their maximum; clamped.
SS_KERNEL void ss_pool(int maximum, SsKernelShape kernel, int32_t min, int32_t max, int channels,
                       const SsWindow* window, const int8_t* input, int input_row, int8_t* output,
                       int output_row) {
  for (int y = 0; y < window->output_height; ++y) {
    int8_t* out = output + y * output_row;
    for (int x = 0; x < window->output_width; ++x, out += channels) {
      const SsRange range = ss_pool_range(kernel, window, y, x);
      const int32_t count = (range.bottom - range.top) * (range.right - range.left);
      for (int c = 0; c < channels; ++c) {
        int32_t value = ss_pool_reduce(maximum, range, channels, input + c, input_row);
        if (!maximum) value = (value > 0 ? value + count / 2 : value - count / 2) / count;
        out[c] = (int8_t)ss_clamp(value, min, max);
      }
    }
  }
}

/// Mean over all pixels: TFLite's, with the count folded into multiplier and shift.
SS_KERNEL void ss_mean(int32_t multiplier, int shift, int32_t input_zero_point,
                       int32_t output_zero_point, int height, int width, int channels,
                       const int8_t* input, int input_row, int8_t* output) {
  const SsRange all = {0, height, 0, width};
  for (int c = 0; c < channels; ++c) {
    const int32_t sum = ss_pool_reduce(0, all, channels, input + c, input_row);
    const int32_t value =
        ss_multiply(sum - input_zero_point * height * width, multiplier, shift) + output_zero_point;
    output[c] = (int8_t)ss_clamp(value, -128, 127);
  }
}

#endif  // SRAMSCOPE_KERNELS_POOL_H_
