#include "models/fixed_point.h"

#include <array>
#include <cmath>
#include <limits>

namespace sramscope::models {
namespace {

constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();

std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// value * 2^exponent, saturating; exponent > 0.
std::int32_t saturating_shift_left(std::int32_t value, int exponent) {
  const std::int64_t shifted = std::int64_t{value} * (std::int64_t{1} << exponent);
  if (shifted > kMax) return kMax;
  return shifted < kMin ? kMin : static_cast<std::int32_t>(shifted);
}

/// exp(x) in Q0 for x in [-1/4, 0) in Q0: Taylor's series around -1/8.
std::int32_t exp_on_last_quarter(std::int32_t a) {
  constexpr std::int32_t kExpOfMinusEighth = 1895147668;
  constexpr std::int32_t kThird = 715827883;
  const std::int32_t x = a + (1 << 28);
  const std::int32_t x2 = doubling_high_multiply(x, x);
  const std::int32_t x3 = doubling_high_multiply(x2, x);
  const std::int32_t x4 = doubling_high_multiply(x2, x2);
  const std::int32_t x4_over_4 = divide_by_power_of_two(x4, 2);
  const std::int32_t rest =
      divide_by_power_of_two(doubling_high_multiply(x4_over_4 + x3, kThird) + x2, 1);
  return kExpOfMinusEighth + doubling_high_multiply(kExpOfMinusEighth, x + rest);
}

}  // namespace

std::int32_t doubling_high_multiply(std::int32_t a, std::int32_t b) {
  if (a == kMin && b == kMin) return kMax;
  return static_cast<std::int32_t>((std::int64_t{a} * b + (std::int64_t{1} << 30)) >> 31);
}

std::int32_t divide_by_power_of_two(std::int32_t value, int exponent) {
  const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + ((value & mask) > threshold ? 1 : 0);
}

std::int32_t multiply(std::int32_t value, FixedPointMultiplier multiplier) {
  const int left = multiplier.shift > 0 ? multiplier.shift : 0;
  const int right = multiplier.shift > 0 ? 0 : -multiplier.shift;
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(value) << left);
  return divide_by_power_of_two(doubling_high_multiply(shifted, multiplier.multiplier), right);
}

std::int32_t exp_on_negative_values(std::int32_t x, int integer_bits) {
  // exp(-2^k) in Q0 for k = -2 ... 4.
  constexpr std::array<std::int32_t, 7> kExp = {1672461947, 1302514674, 790015084, 290630308,
                                                39332535,   720401,     242};
  if (x == 0) return kMax;
  const int fraction_bits = 31 - integer_bits;
  const std::int32_t quarter = 1 << (fraction_bits - 2);
  const std::int32_t last_quarter = (x & (quarter - 1)) - quarter;
  std::int32_t result = exp_on_last_quarter(saturating_shift_left(last_quarter, integer_bits));
  const std::int32_t remainder = last_quarter - x;
  for (int k = -2; k < integer_bits; ++k) {
    if ((remainder & (std::int32_t{1} << (fraction_bits + k))) != 0)
      result = doubling_high_multiply(result, kExp[static_cast<std::size_t>(k + 2)]);
  }
  return result;
}

std::int32_t one_over_one_plus_x(std::int32_t x) {
  // Newton's division in Q2; constants are 48/17 and -32/17.
  constexpr std::int32_t k48Over17 = 1515870810;
  constexpr std::int32_t kMinus32Over17 = -1010580540;
  constexpr std::int32_t kOneInQ2 = 1 << 29;
  const std::int64_t sum = std::int64_t{x} + kMax;
  const auto half_denominator = static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
  std::int32_t y =
      wrapping_add(k48Over17, doubling_high_multiply(half_denominator, kMinus32Over17));
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = kOneInQ2 - doubling_high_multiply(half_denominator, y);
    // The product is in Q4; back to Q2.
    y = wrapping_add(y, saturating_shift_left(doubling_high_multiply(y, error), 2));
  }
  return saturating_shift_left(y, 1);  // half of y, which is in Q1, to Q0
}

std::int32_t logistic(std::int32_t x) {
  constexpr int kIntegerBits = 4;
  if (x == 0) return 1 << 30;
  const std::int32_t negative = x > 0 ? -x : x;
  const std::int32_t result = one_over_one_plus_x(exp_on_negative_values(negative, kIntegerBits));
  return x > 0 ? result : kMax - result;
}

int input_radius(int integer_bits, int left_shift) {
  constexpr int kSignedBits = 31;
  const double largest = static_cast<double>((1 << integer_bits) - 1) *
                         static_cast<double>(std::int64_t{1} << (kSignedBits - integer_bits)) /
                         std::ldexp(1.0, left_shift);
  return static_cast<int>(std::floor(largest));
}

}  // namespace sramscope::models
