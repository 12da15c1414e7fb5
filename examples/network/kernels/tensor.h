// The values that the int8 kernels share: where a tensor lies, which part of it, how it is scaled.
//
// Every tensor is int8 in NHWC order with N = 1: the channels of one pixel are adjacent. A tensor
// may be a patch, that is a rectangle of a larger tensor; the kernels only see the buffer they
// get, and the window says which of its borders are the border of the image.
#ifndef SRAMSCOPE_KERNELS_TENSOR_H_
#define SRAMSCOPE_KERNELS_TENSOR_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A rectangle of pixels in a buffer of which it may be a part.
typedef struct {
  int8_t* data;    ///< top left pixel, channel 0
  int row_stride;  ///< bytes from one row to the next; dense = width * channels
} SsView;

/// The same for a tensor that is only read, such as an image in flash.
typedef struct {
  const int8_t* data;
  int row_stride;
} SsConstView;

/// A rectangle of a tensor, in pixels of that tensor.
typedef struct {
  int y, x, height, width;
} SsRegion;

/// Sizes of a 3x3 convolution's input and output buffers, in pixels. What the kernel would read
/// outside the input buffer is padding: it counts as the input's zero point.
typedef struct {
  int input_height, input_width;
  int output_height, output_width;
  int stride;
  int pad_top, pad_left;  ///< rows above and columns left of the buffer that output (0,0) reads
} SsWindow;

/// A layer's constants, all in flash. Requantisation is TFLite's: per output channel c,
///   output = clamp(multiply(accumulator, multiplier[c], shift[c]) + output_zero_point).
typedef struct {
  const int8_t* weights;      ///< layout: see each kernel
  const int32_t* bias;        ///< per output channel; holds -input_zero_point * sum(weights), too
  const int32_t* multiplier;  ///< per output channel, Q0.31, 2^30 <= multiplier < 2^31
  const int8_t* shift;        ///< per output channel, power of two; positive = left
  int32_t input_zero_point;   ///< the value of padding
  int32_t output_zero_point;
  int32_t activation_min;  ///< quantised; ReLU6 sets it to the zero point
  int32_t activation_max;
} SsFilter;

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_TENSOR_H_
