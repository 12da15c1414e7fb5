// Where the data of a kernel call lie. Every tensor is int8 in NHWC order with N = 1: the channels
// of one pixel are adjacent. A call computes a rectangle of its output from a rectangle of its
// input; both may be parts of larger buffers.
#ifndef SRAMSCOPE_KERNELS_TENSOR_H_
#define SRAMSCOPE_KERNELS_TENSOR_H_

#include "simd.h"

/// Pixels of one call. What a kernel would read outside the input rectangle is padding.
typedef struct {
  int16_t input_height, input_width;
  int16_t output_height, output_width;
  int16_t pad_top, pad_left;  ///< rows above and columns left of the input that output (0, 0) reads
} SsWindow;

/// Kernel size and strides of a layer.
typedef struct {
  int height, width;
  int stride_y, stride_x;
} SsKernelShape;

#endif  // SRAMSCOPE_KERNELS_TENSOR_H_
