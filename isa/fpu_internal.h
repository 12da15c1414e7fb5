#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

#include "isa/fpu.h"

/// Unpacking, rounding and NaN rules shared by fpu.cpp and fpu_convert.cpp.
namespace sramscope::isa::fpu {

__extension__ typedef unsigned __int128 Uint128;

/// An integer that holds the exact product of two significands with at least 16 bits to spare.
template <class F>
using Wide = std::conditional_t<std::is_same_v<F, Double>, Uint128, std::uint64_t>;

constexpr int leading_zeros(std::uint64_t v) { return std::countl_zero(v); }
constexpr int leading_zeros(Uint128 v) {
  const auto high = static_cast<std::uint64_t>(v >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<std::uint64_t>(v));
}

enum class Kind : std::uint8_t { zero, finite, infinity, quiet_nan, signalling_nan };

/// (-1)^negative * significand * 2^exponent; the significand is not normalised.
template <class W>
struct Real {
  bool negative = false;
  int exponent = 0;
  W significand = 0;
};

template <class F>
struct Unpacked {
  Kind kind = Kind::zero;
  Real<Wide<F>> real;

  bool negative() const { return real.negative; }
  bool is_nan() const { return kind >= Kind::quiet_nan; }
  bool is(Kind k) const { return kind == k; }
};

/// Moves the leading one to the second bit from the top, so that a sum of two still fits.
template <class W>
constexpr Real<W> normalised(Real<W> x) {
  const int shift = leading_zeros(x.significand) - 1;
  if (shift >= 0) {
    x.significand <<= shift;
  } else {
    x.significand = x.significand >> 1 | (x.significand & 1);
  }
  x.exponent -= shift;
  return x;
}

/// Shifts right; what falls out sticks to bit 0.
template <class W>
constexpr W shift_right_jam(W v, int count) {
  constexpr int kWidth = static_cast<int>(sizeof(W) * 8);
  if (count <= 0) return v;
  if (count >= kWidth) return v != 0 ? W{1} : W{0};
  const W lost = v & ((W{1} << count) - 1);
  return v >> count | (lost != 0 ? W{1} : W{0});
}

/// FPZero, FPInfinity and FPMaxNormal (A2.5).
template <class F>
constexpr Bits<F> signed_bits(bool negative, Bits<F> magnitude) {
  return static_cast<Bits<F>>(negative ? magnitude | Limits<F>::kSign : magnitude);
}
template <class F>
constexpr Bits<F> zero(bool negative) {
  return signed_bits<F>(negative, 0);
}
template <class F>
constexpr Bits<F> infinity(bool negative) {
  return signed_bits<F>(negative, Limits<F>::kInfinity);
}

template <class F>
Bits<F> invalid_operation(std::uint32_t& fpscr) {
  fpscr |= kInvalidOperation;
  return Limits<F>::kDefaultNan;
}

/// FPUnpack (A2.5): flushes subnormals when FZ is set, except halves.
template <class F>
Unpacked<F> unpack(Bits<F> a, std::uint32_t& fpscr) {
  using L = Limits<F>;
  constexpr bool kIsHalf = std::is_same_v<F, Half>;
  const int biased = static_cast<int>(absolute<F>(a) >> F::kFractionBits);
  const Bits<F> fraction = a & L::kFraction;
  Unpacked<F> result;
  result.real.negative = (a & L::kSign) != 0;
  const bool has_specials = !kIsHalf || (fpscr & kAlternativeHalf) == 0;
  if (biased == L::kMaxBiased && has_specials) {
    const Kind nan = (fraction & L::kQuiet) != 0 ? Kind::quiet_nan : Kind::signalling_nan;
    result.kind = fraction == 0 ? Kind::infinity : nan;
    return result;
  }
  if (biased == 0) {
    if (fraction == 0) return result;
    if (!kIsHalf && (fpscr & kFlushToZero) != 0) {
      fpscr |= kInputDenormal;
      return result;
    }
  }
  result.kind = Kind::finite;
  result.real.significand = biased == 0 ? fraction : fraction | L::kMinNormal;
  result.real.exponent = (biased == 0 ? 1 : biased) - 1 + L::kMinExponent - F::kFractionBits;
  return result;
}

/// FPProcessNaN (A2.5).
template <class F>
Bits<F> process_nan(Kind kind, Bits<F> a, std::uint32_t& fpscr) {
  if (kind == Kind::signalling_nan) fpscr |= kInvalidOperation;
  if ((fpscr & kDefaultNan) != 0) return Limits<F>::kDefaultNan;
  return static_cast<Bits<F>>(a | Limits<F>::kQuiet);
}

/// FPProcessNaNs (A2.5): signalling NaNs first, then the order of the operands. At least one is a
/// NaN.
template <class F>
Bits<F> process_nans(Kind kind_a, Kind kind_b, Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  if (kind_a == Kind::signalling_nan) return process_nan<F>(kind_a, a, fpscr);
  if (kind_b == Kind::signalling_nan) return process_nan<F>(kind_b, b, fpscr);
  if (kind_a == Kind::quiet_nan) return process_nan<F>(kind_a, a, fpscr);
  return process_nan<F>(kind_b, b, fpscr);
}

/// Whether to add one unit to a magnitude, given the part cut off (`half` is half a unit).
template <class W>
constexpr bool rounds_up(Rounding mode, bool negative, bool odd, W rest, W half) {
  switch (mode) {
    case Rounding::nearest:
      return rest > half || (rest == half && odd);
    case Rounding::up:
      return rest != 0 && !negative;
    case Rounding::down:
      return rest != 0 && negative;
    case Rounding::zero:
      return false;
    case Rounding::ties_away:
      return rest >= half && rest != 0;
  }
  return false;
}

/// Result of an overflow in FPRound: infinity, or the largest finite number in the modes that round
/// towards it.
template <class F>
Bits<F> overflowed(bool negative, Rounding mode, std::uint32_t& fpscr) {
  using L = Limits<F>;
  if (std::is_same_v<F, Half> && (fpscr & kAlternativeHalf) != 0) {
    fpscr |= kInvalidOperation;
    return signed_bits<F>(negative, static_cast<Bits<F>>(L::kInfinity | L::kFraction));
  }
  fpscr |= kOverflow | kInexact;
  const bool to_infinity =
      mode == Rounding::nearest || mode == (negative ? Rounding::down : Rounding::up);
  return signed_bits<F>(negative, static_cast<Bits<F>>(L::kInfinity - (to_infinity ? 0 : 1)));
}

/// FPRound (A2.5): packs a value that is not zero. Bit 0 of the significand may be sticky.
template <class F, class W>
Bits<F> round_pack(Real<W> value, Rounding mode, std::uint32_t& fpscr) {
  using L = Limits<F>;
  constexpr int kTop = static_cast<int>(sizeof(W) * 8) - 2;
  constexpr bool kIsHalf = std::is_same_v<F, Half>;
  const Real<W> x = normalised(value);
  const int biased = x.exponent + kTop - L::kMinExponent + 1;
  const bool tiny = biased < 1;
  if (tiny && !kIsHalf && (fpscr & kFlushToZero) != 0) {
    fpscr |= kUnderflow;  // and not Inexact
    return zero<F>(x.negative);
  }
  constexpr int kDrop = kTop - F::kFractionBits;
  const W significand = shift_right_jam(x.significand, tiny ? 1 - biased : 0);
  const W rest = significand & ((W{1} << kDrop) - 1);
  const auto kept = static_cast<std::uint64_t>(significand >> kDrop);
  if (tiny && rest != 0) fpscr |= kUnderflow;
  const bool up = rounds_up<W>(mode, x.negative, (kept & 1) != 0, rest, W{1} << (kDrop - 1));
  // The leading one of `kept` carries into the exponent field.
  const auto field = static_cast<std::uint64_t>(tiny ? 0 : biased - 1);
  const std::uint64_t packed = (field << F::kFractionBits) + kept + (up ? 1 : 0);
  const bool alternative = kIsHalf && (fpscr & kAlternativeHalf) != 0;
  const std::uint64_t limit = static_cast<std::uint64_t>(L::kMaxBiased + (alternative ? 1 : 0))
                              << F::kFractionBits;
  if (packed >= limit) return overflowed<F>(x.negative, mode, fpscr);
  if (rest != 0) fpscr |= kInexact;
  return signed_bits<F>(x.negative, static_cast<Bits<F>>(packed));
}

}  // namespace sramscope::isa::fpu
