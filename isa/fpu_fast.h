#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>

#include "isa/fpu.h"

/// The host's FPU in front of fpu.h, in round-to-nearest and for operands and results that are zero
/// or normal. There IEEE 754 leaves one answer, no NaN rule, flush-to-zero or other flag applies,
/// and only Inexact remains to be found: for singles by computing in double without error, for
/// doubles by going on only where Inexact (which is sticky) is set already. Everything else is
/// passed on.
///
/// The host must evaluate float in float, keep the default FPU mode, and must not contract a * b +
/// c (build with -ffp-contract=off where the target has a fused instruction).
namespace sramscope::isa::fpu::fast {

static_assert(FLT_EVAL_METHOD == 0, "x87-style excess precision would round twice");

template <class F>
Bits<F> host_to_bits(typename F::Host value) {
  return std::bit_cast<Bits<F>>(value);
}
template <class F>
typename F::Host bits_to_host(Bits<F> value) {
  return std::bit_cast<typename F::Host>(value);
}

/// Zero or normal.
template <class F>
constexpr bool is_ordinary(Bits<F> a) {
  using L = Limits<F>;
  const Bits<F> magnitude = absolute<F>(a);
  return magnitude == 0 || magnitude - L::kMinNormal < L::kInfinity - L::kMinNormal;
}

/// Finite, and above the smallest normal number: cannot have been tiny before rounding.
template <class F>
constexpr bool is_safe(Bits<F> a) {
  using L = Limits<F>;
  return absolute<F>(a) - L::kMinNormal - 1 < L::kInfinity - L::kMinNormal - 1;
}

constexpr bool rounds_to_nearest(std::uint32_t fpscr) { return (fpscr & kRoundingMask) == 0; }

/// Knuth's TwoSum: the error of sum = x + y, exact when nothing overflows.
inline double sum_error(double x, double y, double sum) {
  const double y_part = sum - x;
  return (x - (sum - y_part)) + (y - y_part);
}

template <class F>
Bits<F> add(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  constexpr bool kSingle = sizeof(Bits<F>) == 4;
  if (rounds_to_nearest(fpscr) && is_ordinary<F>(a) && is_ordinary<F>(b)) [[likely]] {
    const auto x = bits_to_host<F>(a);
    const auto y = bits_to_host<F>(b);
    const auto sum = x + y;
    const Bits<F> bits = host_to_bits<F>(sum);
    const bool known = (fpscr & kInexact) != 0;
    // A sum that is zero or as small as the smallest normal number is exact.
    if (is_ordinary<F>(bits) && (known || kSingle)) [[likely]] {
      if (kSingle && !known) {
        const double wide = static_cast<double>(x) + static_cast<double>(y);
        const bool inexact = wide != static_cast<double>(sum) ||
                             sum_error(static_cast<double>(x), static_cast<double>(y), wide) != 0;
        if (inexact) fpscr |= kInexact;
      }
      return bits;
    }
  }
  return fpu::add<F>(a, b, fpscr);
}

template <class F>
Bits<F> sub(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  if (is_ordinary<F>(b)) [[likely]]
    return add<F>(a, negate<F>(b), fpscr);
  return fpu::sub<F>(a, b, fpscr);
}

template <class F>
Bits<F> mul(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  constexpr bool kSingle = sizeof(Bits<F>) == 4;
  if (rounds_to_nearest(fpscr) && is_ordinary<F>(a) && is_ordinary<F>(b)) [[likely]] {
    const auto x = bits_to_host<F>(a);
    const auto y = bits_to_host<F>(b);
    const auto product = x * y;
    const Bits<F> bits = host_to_bits<F>(product);
    const bool any_zero = absolute<F>(a) == 0 || absolute<F>(b) == 0;
    const bool known = (fpscr & kInexact) != 0;
    if ((is_safe<F>(bits) || any_zero) && (known || kSingle)) [[likely]] {
      if (kSingle && !known &&
          static_cast<double>(x) * static_cast<double>(y) != static_cast<double>(product)) {
        fpscr |= kInexact;
      }
      return bits;
    }
  }
  return fpu::mul<F>(a, b, fpscr);
}

template <class F>
Bits<F> div(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  constexpr bool kSingle = sizeof(Bits<F>) == 4;
  if (rounds_to_nearest(fpscr) && is_ordinary<F>(a) && is_ordinary<F>(b)) [[likely]] {
    const auto x = bits_to_host<F>(a);
    const auto y = bits_to_host<F>(b);
    const auto quotient = x / y;
    const Bits<F> bits = host_to_bits<F>(quotient);
    const bool known = (fpscr & kInexact) != 0;
    if (is_safe<F>(bits) && (known || kSingle)) [[likely]] {
      if (kSingle && !known &&
          static_cast<double>(quotient) * static_cast<double>(y) != static_cast<double>(x)) {
        fpscr |= kInexact;
      }
      return bits;
    }
  }
  return fpu::div<F>(a, b, fpscr);
}

template <class F>
Bits<F> sqrt(Bits<F> a, std::uint32_t& fpscr) {
  constexpr bool kSingle = sizeof(Bits<F>) == 4;
  const bool known = (fpscr & kInexact) != 0;
  if (rounds_to_nearest(fpscr) && is_safe<F>(a) && a == absolute<F>(a) && (known || kSingle))
      [[likely]] {
    const auto x = bits_to_host<F>(a);
    const auto root = std::sqrt(x);
    if (kSingle && !known &&
        static_cast<double>(root) * static_cast<double>(root) != static_cast<double>(x)) {
      fpscr |= kInexact;
    }
    return host_to_bits<F>(root);
  }
  return fpu::sqrt<F>(a, fpscr);
}

/// Single only: the product is exact in double; the sum is rounded to odd there (Boldo and
/// Melquiond), after which rounding to 24 bits is the same as rounding once.
inline std::uint32_t mul_add_single(std::uint32_t addend, std::uint32_t a, std::uint32_t b,
                                    std::uint32_t& fpscr) {
  using F = Single;
  if (rounds_to_nearest(fpscr) && is_ordinary<F>(addend) && is_ordinary<F>(a) && is_ordinary<F>(b))
      [[likely]] {
    const double product =
        static_cast<double>(bits_to_host<F>(a)) * static_cast<double>(bits_to_host<F>(b));
    const double c = static_cast<double>(bits_to_host<F>(addend));
    double wide = c + product;
    const double error = sum_error(c, product, wide);
    if (error != 0) {
      const auto bits = std::bit_cast<std::uint64_t>(wide);
      wide =
          std::bit_cast<double>((bits - static_cast<std::uint64_t>((error < 0) != (wide < 0))) | 1);
    }
    const float sum = static_cast<float>(wide);
    const std::uint32_t bits = host_to_bits<F>(sum);
    if (is_safe<F>(bits) || wide == 0) [[likely]] {
      if (error != 0 || static_cast<double>(sum) != wide) fpscr |= kInexact;
      return bits;
    }
  }
  return fpu::mul_add<F>(addend, a, b, fpscr);
}

/// Double: std::fma rounds once.
inline std::uint64_t mul_add_double(std::uint64_t addend, std::uint64_t a, std::uint64_t b,
                                    std::uint32_t& fpscr) {
  using F = Double;
  const bool operands = is_ordinary<F>(addend) && is_ordinary<F>(a) && is_ordinary<F>(b);
  if (rounds_to_nearest(fpscr) && (fpscr & kInexact) != 0 && operands) [[likely]] {
    const double sum = std::fma(bits_to_host<F>(a), bits_to_host<F>(b), bits_to_host<F>(addend));
    const std::uint64_t bits = host_to_bits<F>(sum);
    if (is_safe<F>(bits)) [[likely]]
      return bits;
  }
  return fpu::mul_add<F>(addend, a, b, fpscr);
}

template <class F>
Bits<F> mul_add(Bits<F> addend, Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  if constexpr (sizeof(Bits<F>) == 4) {
    return mul_add_single(addend, a, b, fpscr);
  } else {
    return mul_add_double(addend, a, b, fpscr);
  }
}

template <class F>
std::uint32_t compare(Bits<F> a, Bits<F> b, bool signal_quiet, std::uint32_t& fpscr) {
  if (is_ordinary<F>(a) && is_ordinary<F>(b)) [[likely]] {
    const auto x = bits_to_host<F>(a);
    const auto y = bits_to_host<F>(b);
    if (x < y) return 0x80000000u;
    return x > y ? 0x20000000u : 0x60000000u;
  }
  return fpu::compare<F>(a, b, signal_quiet, fpscr);
}

/// VCVT towards zero to a signed integer, as C casts do.
template <class F>
std::uint32_t to_signed(Bits<F> a, std::uint32_t& fpscr) {
  constexpr auto kLimit = static_cast<typename F::Host>(0x1p31);
  const auto x = bits_to_host<F>(a);
  if (is_ordinary<F>(a) && x < kLimit && x >= -kLimit) [[likely]] {
    const auto value = static_cast<std::int32_t>(x);
    if (static_cast<double>(value) != static_cast<double>(x)) fpscr |= kInexact;
    return static_cast<std::uint32_t>(value);
  }
  return fpu::to_fixed<F>(a, {}, Rounding::zero, fpscr);
}

template <class F>
Bits<F> from_signed(std::uint32_t value, std::uint32_t& fpscr) {
  const auto number = static_cast<std::int32_t>(value);
  const auto result = static_cast<typename F::Host>(number);
  const bool exact = static_cast<double>(result) == static_cast<double>(number);
  if (exact || rounds_to_nearest(fpscr)) [[likely]] {
    if (!exact) fpscr |= kInexact;
    return host_to_bits<F>(result);
  }
  return fpu::from_fixed<F>(value, {}, rounding(fpscr), fpscr);
}

}  // namespace sramscope::isa::fpu::fast
