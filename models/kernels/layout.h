// Layers that only move bytes.
#ifndef SRAMSCOPE_KERNELS_LAYOUT_H_
#define SRAMSCOPE_KERNELS_LAYOUT_H_

#include "tensor.h"

/// Copies `height` rows of `row_bytes`; the parts of a concatenation.
SS_KERNEL void ss_copy(int height, int row_bytes, const int8_t* input, int input_row,
                       int8_t* output, int output_row) {
  for (int y = 0; y < height; ++y, input += input_row, output += output_row) {
    memcpy(output, input, (size_t)row_bytes);
  }
}

/// Concatenation along the channels: `pixels` times `bytes` of the input, `output_step` apart.
SS_KERNEL void ss_copy_channels(int height, int width, int bytes, const int8_t* input,
                                int input_row, int8_t* output, int output_row, int output_step) {
  for (int y = 0; y < height; ++y, input += input_row, output += output_row) {
    for (int x = 0; x < width; ++x) {
      memcpy(output + x * output_step, input + x * bytes, (size_t)bytes);
    }
  }
}

/// The input with `value` around it: output (0, 0) is pad_top rows above and pad_left pixels left
/// of the input.
SS_KERNEL void ss_pad(int32_t value, int channels, const SsWindow* window, const int8_t* input,
                      int input_row, int8_t* output, int output_row) {
  const int left = window->pad_left * channels;
  const int right = left + window->input_width * channels;
  for (int y = -window->pad_top; y < window->output_height - window->pad_top; ++y) {
    const int inside = y >= 0 && y < window->input_height;
    const int8_t* from = input + y * input_row;
    for (int i = 0; i < window->output_width * channels; ++i) {
      output[i] = inside && i >= left && i < right ? from[i - left] : (int8_t)value;
    }
    output += output_row;
  }
}

#endif  // SRAMSCOPE_KERNELS_LAYOUT_H_
