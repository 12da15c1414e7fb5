// Region arithmetic of patch-based inference: which part of its input does a part of an output
// need, and which of that part's borders are padding?
#ifndef SRAMSCOPE_KERNELS_REGION_H_
#define SRAMSCOPE_KERNELS_REGION_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The receptive field, halo included, of `output` in a tensor of tensor_height x tensor_width,
/// through a 3x3 kernel with one pixel of padding. It is clipped to the tensor: the rows and
/// columns that are clipped away are the true image border, and only there is padding right.
static inline SsRegion ss_receptive_field(SsRegion output, int stride, int tensor_height,
                                          int tensor_width) {
  int top = output.y * stride - 1;
  int left = output.x * stride - 1;
  int bottom = (output.y + output.height - 1) * stride + 2;
  int right = (output.x + output.width - 1) * stride + 2;
  if (top < 0) top = 0;
  if (left < 0) left = 0;
  if (bottom > tensor_height) bottom = tensor_height;
  if (right > tensor_width) right = tensor_width;
  const SsRegion field = {top, left, bottom - top, right - left};
  return field;
}

/// The window of a 3x3 kernel with one pixel of padding that computes region `output` of its
/// output tensor from region `input` of its input tensor.
static inline SsWindow ss_window(SsRegion input, SsRegion output, int stride) {
  const SsWindow window = {.input_height = input.height,
                           .input_width = input.width,
                           .output_height = output.height,
                           .output_width = output.width,
                           .stride = stride,
                           .pad_top = input.y - (output.y * stride - 1),
                           .pad_left = input.x - (output.x * stride - 1)};
  return window;
}

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_REGION_H_
