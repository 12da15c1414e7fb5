#pragma once

#include <cstdint>

#include "sramscope/network.h"

/// The integer arithmetic of TensorFlow Lite's int8 kernels, which is gemmlowp's fixed point:
/// values here are raw int32, "Qn" has n integer bits.
namespace sramscope::models {

/// round(a * b / 2^31), halves up; the only product that overflows saturates.
std::int32_t doubling_high_multiply(std::int32_t a, std::int32_t b);
/// round(value / 2^exponent), halves away from zero.
std::int32_t divide_by_power_of_two(std::int32_t value, int exponent);
/// value * multiplier, rounded twice: to Q0.31 product, then by the right shift.
std::int32_t multiply(std::int32_t value, FixedPointMultiplier multiplier);

/// exp(x) in Q0 for x <= 0 in Q(integer_bits), integer_bits <= 5.
std::int32_t exp_on_negative_values(std::int32_t x, int integer_bits);
/// 1 / (1 + x) in Q0 for x in [0, 1) in Q0.
std::int32_t one_over_one_plus_x(std::int32_t x);
/// 1 / (1 + exp(-x)) in Q0 for x in Q4.
std::int32_t logistic(std::int32_t x);
/// Largest magnitude of an input difference that survives rescaling to Q(integer_bits) with this
/// left shift.
int input_radius(int integer_bits, int left_shift);

}  // namespace sramscope::models
