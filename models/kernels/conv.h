// Convolutions that read all input channels: 1x1 straight from the tensor, others by way of the
// receptive fields of two neighbouring pixels, copied to scratch.
#ifndef SRAMSCOPE_KERNELS_CONV_H_
#define SRAMSCOPE_KERNELS_CONV_H_

#include "dot.h"
#include "tensor.h"

/// 1x1 convolution, stride 1: output[p][o] = requantise(bias[o] + sum over i of input[p][i] *
/// weights[o][i]). Input height x width x inputs, output height x width x outputs; the rows are
/// input_row and output_row bytes apart. No scratch: the fields of a 1x1 kernel are the pixels.
SS_KERNEL void ss_pointwise(const SsFilter* filter, int inputs, int outputs, int height, int width,
                            const int8_t* input, int input_row, int8_t* output, int output_row) {
  if (input_row == width * inputs && output_row == width * outputs) {
    width *= height;  // one long row: at most one pixel is left over in all, not one per row
    height = 1;
  }
  for (int y = 0; y < height; ++y, input += input_row, output += output_row) {
    const int8_t* in = input;
    int8_t* out = output;
    int pairs = width / 2;
    for (; pairs > 0; --pairs, in += 2 * inputs, out += 2 * outputs) {
      ss_two_pixels(filter, inputs, outputs, in, inputs, out, outputs);
    }
    if (width % 2 != 0) ss_one_pixel(filter, inputs, outputs, in, out);
  }
}

/// Bytes of one receptive field in scratch and of one channel's weights in flash: a multiple of 4.
SS_KERNEL int ss_conv_field_bytes(SsKernelShape kernel, int inputs) {
  return (kernel.height * kernel.width * inputs + 3) / 4 * 4;
}

/// Copies the receptive field whose top left pixel is (top, left) of the input; padding where it
/// leaves the input.
SS_KERNEL void ss_gather_field(const SsFilter* filter, SsKernelShape kernel, int inputs,
                               const SsWindow* window, const int8_t* input, int input_row, int top,
                               int left, int8_t* field) {
  const int row_bytes = kernel.width * inputs;
  const int inside_x = left >= 0 && left + kernel.width <= window->input_width;
  const int8_t* from = input + top * input_row + left * inputs;
  if (inside_x && top >= 0 && top + kernel.height <= window->input_height) {
    for (int y = 0; y < kernel.height; ++y, from += input_row, field += row_bytes) {
      memcpy(field, from, (size_t)row_bytes);
    }
    return;
  }
  int first = left < 0 ? -left : 0;
  int last = window->input_width - left;
  if (last > kernel.width) last = kernel.width;
  for (int y = top; y < top + kernel.height; ++y, from += input_row, field += row_bytes) {
    for (int i = 0; i < row_bytes; ++i) field[i] = (int8_t)filter->input_zero_point;
    if (y < 0 || y >= window->input_height) continue;
    for (int i = first * inputs; i < last * inputs; ++i) field[i] = from[i];
  }
}

/// Scratch: two fields, one where the output is one pixel wide.
SS_KERNEL int ss_conv_scratch_bytes(SsKernelShape kernel, int inputs, int output_width) {
  return ss_conv_field_bytes(kernel, inputs) * (output_width > 1 ? 2 : 1);
}

/// output[y][x][o] = requantise(bias[o] + sum over ky, kx, i of
///     input[y * stride_y - pad_top + ky][x * stride_x - pad_left + kx][i] * weights[o][ky][kx][i])
/// Weights: per output channel ss_conv_field_bytes, zeros at the end. Scratch:
/// ss_conv_scratch_bytes.
SS_KERNEL void ss_conv(const SsFilter* filter, SsKernelShape kernel, int inputs, int outputs,
                       const SsWindow* window, const int8_t* input, int input_row, int8_t* output,
                       int output_row, int8_t* scratch) {
  const int field = ss_conv_field_bytes(kernel, inputs);
  for (int i = kernel.height * kernel.width * inputs; i < field; ++i) {
    scratch[i] = 0;  // these meet zero weights
    if (window->output_width > 1) scratch[field + i] = 0;
  }
  for (int y = 0; y < window->output_height; ++y, output += output_row) {
    const int top = y * kernel.stride_y - window->pad_top;
    int left = -window->pad_left;
    int8_t* out = output;
    int x = 0;
    for (; x + 2 <= window->output_width; x += 2, out += 2 * outputs) {
#pragma GCC unroll 1
      for (int i = 0; i < 2; ++i, left += kernel.stride_x) {
        ss_gather_field(filter, kernel, inputs, window, input, input_row, top, left,
                        scratch + i * field);
      }
      SS_FILLED();
      ss_two_pixels(filter, field, outputs, scratch, field, out, outputs);
    }
    if (x < window->output_width) {
      ss_gather_field(filter, kernel, inputs, window, input, input_row, top, left, scratch);
      SS_FILLED();
      ss_one_pixel(filter, field, outputs, scratch, out);
    }
  }
}

/// output[o] = requantise(bias[o] + input . weights[o]). Weights [outputs][inputs].
SS_KERNEL void ss_fully_connected(const SsFilter* filter, int inputs, int outputs,
                                  const int8_t* input, int8_t* output) {
  ss_one_pixel(filter, inputs, outputs, input, output);
}

#endif  // SRAMSCOPE_KERNELS_CONV_H_
