// Softmax in gemmlowp's fixed point, as TFLite computes it.
#ifndef SRAMSCOPE_KERNELS_SOFTMAX_H_
#define SRAMSCOPE_KERNELS_SOFTMAX_H_

#include "requantize.h"

/// value * 2^exponent, saturating; exponent > 0.
SS_KERNEL int32_t ss_saturating_shift_left(int32_t value, int exponent) {
  const int64_t shifted = (int64_t)value * (INT64_C(1) << exponent);
  if (shifted > INT32_MAX) return INT32_MAX;
  return shifted < INT32_MIN ? INT32_MIN : (int32_t)shifted;
}

/// 1 / (1 + x) in Q0 for x in [0, 1) in Q0: Newton's division in Q2.
SS_KERNEL int32_t ss_one_over_one_plus_x(int32_t x) {
  const int32_t half_denominator = (int32_t)(((int64_t)x + INT32_MAX + 1) / 2);
  int32_t y =
      1515870810 + ss_doubling_high_multiply(half_denominator, -1010580540);  // 48/17, -32/17
  for (int i = 0; i < 3; ++i) {
    const int32_t error = (1 << 29) - ss_doubling_high_multiply(half_denominator, y);
    // The product is in Q4; back to Q2.
    y += ss_saturating_shift_left(ss_doubling_high_multiply(y, error), 2);
  }
  return ss_saturating_shift_left(y, 1);  // half of y, which is in Q1, to Q0
}

/// Softmax over `channels` of each of `pixels`. exp_table[d] = exp(-d * input scale * beta) in Q0
/// for d < exp_count; beyond that it counts as 0. The output may stand on the input.
SS_KERNEL void ss_softmax(const int32_t* exp_table, int exp_count, int pixels, int channels,
                          const int8_t* input, int8_t* output) {
  enum { kSumIntegerBits = 12 };
  for (int p = 0; p < pixels; ++p, input += channels, output += channels) {
    int32_t largest = -128;
    for (int c = 0; c < channels; ++c) {
      if (input[c] > largest) largest = input[c];
    }
    int32_t sum = 0;
    for (int c = 0; c < channels; ++c) {
      const int32_t d = largest - input[c];
      if (d < exp_count) sum += ss_divide_by_power_of_two(exp_table[d], kSumIntegerBits);
    }
    // sum = (1 + x) * 2^(31 - headroom) in Q12; scale = 1 / (1 + x).
    const int headroom = __builtin_clz((unsigned)sum);
    const int32_t x = (int32_t)(((uint32_t)sum << headroom) - (UINT32_C(1) << 31));
    const int32_t scale = ss_one_over_one_plus_x(x);
    const int exponent = kSumIntegerBits - headroom + 31 - 8;
    for (int c = 0; c < channels; ++c) {
      const int32_t d = largest - input[c];
      int32_t value = -128;
      if (d < exp_count) {
        value +=
            ss_divide_by_power_of_two(ss_doubling_high_multiply(scale, exp_table[d]), exponent);
      }
      output[c] = (int8_t)ss_clamp(value, -128, 127);
    }
  }
}

#endif  // SRAMSCOPE_KERNELS_SOFTMAX_H_
