// From int32 accumulators back to int8, rounding exactly as TFLite and gemmlowp do.
#ifndef SRAMSCOPE_KERNELS_REQUANTIZE_H_
#define SRAMSCOPE_KERNELS_REQUANTIZE_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t ss_clamp(int32_t value, int32_t low, int32_t high) {
  if (value < low) return low;
  return value > high ? high : value;
}

/// round(a * b / 2^31). gemmlowp's SaturatingRoundingDoublingHighMul truncates after a nudge that
/// depends on the sign; adding half and shifting gives the same value without the branch. It would
/// saturate only for a = b = -2^31, and multipliers are positive.
static inline int32_t ss_doubling_high_multiply(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/// round(value / 2^exponent), halves away from zero (gemmlowp's RoundingDivideByPOT).
static inline int32_t ss_divide_by_power_of_two(int32_t value, int exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1);
  const int32_t threshold = (mask >> 1) + (value < 0);
  return (value >> exponent) + ((value & mask) > threshold);
}

/// TFLite's MultiplyByQuantizedMultiplier: value * multiplier / 2^31 * 2^shift, rounded twice.
static inline int32_t ss_multiply(int32_t value, int32_t multiplier, int shift) {
  const int left = shift > 0 ? shift : 0;
  const int right = shift > 0 ? 0 : -shift;
  const int32_t shifted = (int32_t)((uint32_t)value << left);
  return ss_divide_by_power_of_two(ss_doubling_high_multiply(shifted, multiplier), right);
}

/// The int8 output of channel c for an accumulator that holds the bias already.
static inline int8_t ss_requantize(const SsFilter* filter, int c, int32_t accumulator) {
  const int32_t scaled = ss_multiply(accumulator, filter->multiplier[c], filter->shift[c]);
  return (int8_t)ss_clamp(scaled + filter->output_zero_point, filter->activation_min,
                          filter->activation_max);
}

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_REQUANTIZE_H_
