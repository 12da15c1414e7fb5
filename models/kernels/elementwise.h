// Layers that look at one element at a time. The output may stand on an input.
#ifndef SRAMSCOPE_KERNELS_ELEMENTWISE_H_
#define SRAMSCOPE_KERNELS_ELEMENTWISE_H_

#include "requantize.h"

/// A factor as TFLite represents it: multiplier / 2^31 * 2^shift.
typedef struct {
  int32_t multiplier;
  int32_t shift;
} SsScale;

/// How the second input of add and mul relates to the output.
enum { kSsSame, kSsPerChannel, kSsScalar };

/// Constants of add and mul: input zero points, scales, output.
typedef struct {
  int32_t zero_point_a, zero_point_b, zero_point_output;
  SsScale a, b;  ///< add only
  SsScale output;
  int32_t left_shift;  ///< add only: headroom before the inputs are scaled
  int32_t min, max;
} SsBinary;

/// ss_multiply for |value| < 2^29: the same roundings in fewer instructions where it scales down.
SS_KERNEL int32_t ss_multiply_small(int32_t value, SsScale scale) {
  if (scale.shift > 0 || scale.shift < -30) {
    return ss_multiply(value, scale.multiplier, scale.shift);
  }
  const int32_t high = ss_high_multiply_rounded((int32_t)((uint32_t)value << 1), scale.multiplier);
  if (scale.shift == 0) return high;
  return (high + (high >> 31) + (1 << (-scale.shift - 1))) >> -scale.shift;
}

SS_KERNEL int32_t ss_scale_input(int32_t value, SsScale scale, int32_t left_shift) {
  return ss_multiply_small((int32_t)((uint32_t)value << left_shift), scale);
}

SS_KERNEL int8_t ss_add_one(const SsBinary* k, int32_t a, int32_t b) {
  const int32_t sum = ss_scale_input(a - k->zero_point_a, k->a, k->left_shift) +
                      ss_scale_input(b - k->zero_point_b, k->b, k->left_shift);
  const int32_t result = ss_multiply_small(sum, k->output);
  return (int8_t)ss_clamp(result + k->zero_point_output, k->min, k->max);
}

SS_KERNEL int8_t ss_mul_one(const SsBinary* k, int32_t a, int32_t b) {
  const int32_t product = (a - k->zero_point_a) * (b - k->zero_point_b);
  const int32_t result = ss_multiply_small(product, k->output);
  return (int8_t)ss_clamp(result + k->zero_point_output, k->min, k->max);
}

/// output = a op b for height x width x channels; rows are a_row, b_row and output_row bytes apart.
/// `broadcast`: b has the output's shape, or one pixel, or one element.
SS_KERNEL void ss_binary(const SsBinary* k, int multiply, int broadcast, int height, int width,
                         int channels, const int8_t* a, int a_row, const int8_t* b, int b_row,
                         int8_t* output, int output_row) {
  for (int y = 0; y < height; ++y) {
    const int8_t* row_a = a + y * a_row;
    const int8_t* row_b = broadcast == kSsSame ? b + y * b_row : b;
    int8_t* out = output + y * output_row;
    for (int x = 0; x < width; ++x, row_a += channels, out += channels) {
      for (int c = 0; c < channels; ++c) {
        const int8_t other = broadcast == kSsScalar ? row_b[0] : row_b[c];
        out[c] = multiply ? ss_mul_one(k, row_a[c], other) : ss_add_one(k, row_a[c], other);
      }
      if (broadcast == kSsSame) row_b += channels;
    }
  }
}

/// output[i] = table[input[i] + 128]: any function of one element, such as logistic or quantize.
SS_KERNEL void ss_lookup(const int8_t* table, int height, int row_bytes, const int8_t* input,
                         int input_row, int8_t* output, int output_row) {
  for (int y = 0; y < height; ++y, input += input_row, output += output_row) {
    for (int i = 0; i < row_bytes; ++i) output[i] = table[input[i] + 128];
  }
}

#endif  // SRAMSCOPE_KERNELS_ELEMENTWISE_H_
