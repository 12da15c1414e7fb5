// From int32 accumulators back to int8, rounding exactly as TFLite and gemmlowp do, twice.
#ifndef SRAMSCOPE_KERNELS_REQUANTIZE_H_
#define SRAMSCOPE_KERNELS_REQUANTIZE_H_

#include "simd.h"

/// Constants of one output channel. With `SsFilter::exact` unset they are prepared for few
/// instructions:
///   output = clamp((v - (v < 0) + offset) >> shift), v = round(accumulator * multiplier / 2^31)
/// which is TFLite's rounding where shift is 1 to 30 and nothing overflows. With `exact` set,
/// `shift` is TFLite's (positive = left) and `offset` the output's zero point.
typedef struct {
  int32_t bias;        ///< holds -input_zero_point * sum(weights), too
  int32_t multiplier;  ///< Q0.31
  int32_t offset;      ///< 2^(shift - 1) + output_zero_point * 2^shift
  int32_t shift;
} SsChannel;

/// A layer's constants, all in flash.
typedef struct {
  const int8_t* weights;      ///< layout: see each kernel
  const SsChannel* channels;  ///< per output channel
  int32_t min, max;           ///< of the quantised output: the fused activation
  int32_t exact;              ///< see SsChannel
  int32_t input_zero_point;   ///< the value of padding
} SsFilter;

SS_KERNEL int32_t ss_clamp(int32_t value, int32_t low, int32_t high) {
#if SS_DSP
  value = __ssat(value, 8);
  if (low > -128 && value < low) return low;
  return high < 127 && value > high ? high : value;
#else
  if (value < low) return low;
  return value > high ? high : value;
#endif
}

/// round(a * b / 2^31). gemmlowp's SaturatingRoundingDoublingHighMul truncates after a nudge that
/// depends on the sign; adding half and shifting gives the same value without the branch. It would
/// saturate only for a = b = -2^31, and multipliers are positive.
SS_KERNEL int32_t ss_doubling_high_multiply(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/// round(value / 2^exponent), halves away from zero (gemmlowp's RoundingDivideByPOT).
SS_KERNEL int32_t ss_divide_by_power_of_two(int32_t value, int exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1);
  const int32_t threshold = (mask >> 1) + (value < 0);
  return (value >> exponent) + ((value & mask) > threshold);
}

/// TFLite's MultiplyByQuantizedMultiplier: value * multiplier / 2^31 * 2^shift, rounded twice.
SS_KERNEL int32_t ss_multiply(int32_t value, int32_t multiplier, int shift) {
  const int left = shift > 0 ? shift : 0;
  const int right = shift > 0 ? 0 : -shift;
  const int32_t shifted = (int32_t)((uint32_t)value << left);
  return ss_divide_by_power_of_two(ss_doubling_high_multiply(shifted, multiplier), right);
}

/// The int8 output of a channel for an accumulator that holds the bias already.
SS_KERNEL int8_t ss_requantize(const SsFilter* filter, const SsChannel* channel, int32_t sum) {
  int32_t value;
  if (filter->exact) {
    value = ss_multiply(sum, channel->multiplier, channel->shift) + channel->offset;
  } else {
    value = ss_high_multiply_rounded((int32_t)((uint32_t)sum << 1), channel->multiplier);
    value = (value + (value >> 31) + channel->offset) >> channel->shift;
  }
  return (int8_t)ss_clamp(value, filter->min, filter->max);
}

#endif  // SRAMSCOPE_KERNELS_REQUANTIZE_H_
