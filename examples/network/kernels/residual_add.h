// Element-wise sum of two tensors with different scales: the end of an inverted bottleneck.
#ifndef SRAMSCOPE_KERNELS_RESIDUAL_ADD_H_
#define SRAMSCOPE_KERNELS_RESIDUAL_ADD_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One scale factor: value * multiplier / 2^31 * 2^shift, as in requantize.h.
typedef struct {
  int32_t multiplier;
  int shift;
} SsScale;

/// TFLite's int8 ADD: both inputs are raised by 20 bits, scaled to a common scale (which is twice
/// the larger one, so that the sum cannot overflow), added, and scaled to the output.
typedef struct {
  int32_t a_zero_point, b_zero_point, output_zero_point;
  SsScale a, b, output;  ///< shifts of a and b are at most 0
  int32_t activation_min, activation_max;
} SsAdd;

/// output[y][x][c] = a[y][x][c] + b[y][x][c], each height x width x channels.
/// Scratch: none. The output may be the same view as an input (in place), and any of the three may
/// be a rectangle of a larger tensor: a patch adds the centre of its input, without the halo.
void ss_residual_add_s8(const SsAdd* add, int height, int width, int channels, SsConstView a,
                        SsConstView b, SsView output);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_RESIDUAL_ADD_H_
