#include "isa/fpu.h"
#include "isa/fpu_internal.h"

namespace sramscope::isa::fpu {
namespace {

/// A magnitude rounded to an integer; `huge` when it needs more than 62 bits.
struct Integral {
  std::uint64_t magnitude = 0;
  bool huge = false;
  bool inexact = false;
};

/// Rounds significand * 2^exponent. The significand has at most 53 bits.
Integral round_magnitude(std::uint64_t significand, int exponent, bool negative, Rounding mode) {
  if (exponent >= 0) {
    if (exponent > leading_zeros(significand) - 2) return {.huge = true};
    return {.magnitude = significand << exponent};
  }
  // One bit is kept for half a unit and one sticks below it.
  const std::uint64_t quarters = shift_right_jam(significand << 2, -exponent);
  const std::uint64_t rest = quarters & 3;
  const std::uint64_t kept = quarters >> 2;
  const bool up = rounds_up<std::uint64_t>(mode, negative, (kept & 1) != 0, rest, 2);
  return {.magnitude = kept + (up ? 1 : 0), .inexact = rest != 0};
}

/// SatQ (A2.2.1) of a signed magnitude; the bool tells that it saturated.
struct Saturated {
  std::uint32_t bits;
  bool saturated;
};

Saturated saturate(const Integral& value, bool negative, const Fixed& format) {
  const std::uint64_t unit = 1;
  const std::uint64_t most = (unit << (format.width - (format.is_signed ? 1 : 0))) - 1;
  const std::uint64_t least = format.is_signed ? most + 1 : 0;
  const std::uint64_t limit = negative ? least : most;
  const bool saturated = value.huge || value.magnitude > limit;
  const std::uint64_t magnitude = saturated ? limit : value.magnitude;
  return {static_cast<std::uint32_t>(negative ? 0 - magnitude : magnitude), saturated};
}

/// NaN part of FPHalfToSingle and its kin (A2.5): the fraction keeps its most significant bits.
template <class To, class From>
Bits<To> convert_nan(const Unpacked<From>& x, Bits<From> a, std::uint32_t& fpscr) {
  using T = Limits<To>;
  constexpr int kGrow = To::kFractionBits - From::kFractionBits;
  const bool to_alternative = std::is_same_v<To, Half> && (fpscr & kAlternativeHalf) != 0;
  if (x.is(Kind::signalling_nan) || to_alternative) fpscr |= kInvalidOperation;
  if (to_alternative) return zero<To>(x.negative());
  if ((fpscr & kDefaultNan) != 0) return T::kDefaultNan;
  const std::uint64_t fraction = a & Limits<From>::kFraction;
  const std::uint64_t moved = kGrow >= 0 ? fraction << (kGrow & 63) : fraction >> (-kGrow & 63);
  return signed_bits<To>(x.negative(), static_cast<Bits<To>>(moved | T::kInfinity | T::kQuiet));
}

}  // namespace

/// FPToFixed (A2.5).
template <class F>
std::uint32_t to_fixed(Bits<F> a, Fixed format, Rounding mode, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  if (x.is_nan()) {
    fpscr |= kInvalidOperation;
    return 0;
  }
  Integral value;
  if (x.is(Kind::infinity)) value.huge = true;
  if (x.is(Kind::finite)) {
    value = round_magnitude(static_cast<std::uint64_t>(x.real.significand),
                            x.real.exponent + static_cast<int>(format.fraction_bits), x.negative(),
                            mode);
  }
  const Saturated result = saturate(value, x.negative(), format);
  if (result.saturated) {
    fpscr |= kInvalidOperation;
  } else if (value.inexact) {
    fpscr |= kInexact;
  }
  return result.bits;
}

/// FixedToFP (A2.5).
template <class F>
Bits<F> from_fixed(std::uint32_t value, Fixed format, Rounding mode, std::uint32_t& fpscr) {
  const unsigned unused = 32 - format.width;
  const std::uint32_t aligned = value << unused;
  const bool negative = format.is_signed && (aligned >> 31) != 0;
  const std::uint64_t magnitude =
      static_cast<std::uint64_t>(negative ? 0 - aligned : aligned) >> unused;
  if (magnitude == 0) return zero<F>(false);
  const Real<std::uint64_t> real{.negative = negative,
                                 .exponent = -static_cast<int>(format.fraction_bits),
                                 .significand = magnitude};
  return round_pack<F>(real, mode, fpscr);
}

/// FPRoundInt (ARM ARM v8-M, shared pseudocode).
template <class F>
Bits<F> round_to_integral(Bits<F> a, Rounding mode, bool exact, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  if (x.is_nan()) return process_nan<F>(x.kind, a, fpscr);
  if (x.is(Kind::zero)) return zero<F>(x.negative());
  if (x.is(Kind::infinity) || x.real.exponent >= 0) return a;
  const Integral value = round_magnitude(static_cast<std::uint64_t>(x.real.significand),
                                         x.real.exponent, x.negative(), mode);
  if (exact && value.inexact) fpscr |= kInexact;
  if (value.magnitude == 0) return zero<F>(x.negative());
  const Real<std::uint64_t> real{
      .negative = x.negative(), .exponent = 0, .significand = value.magnitude};
  return round_pack<F>(real, mode, fpscr);
}

/// FPHalfToSingle, FPSingleToHalf, FPSingleToDouble and so on (A2.5).
template <class To, class From>
Bits<To> convert(Bits<From> a, std::uint32_t& fpscr) {
  const Unpacked<From> x = unpack<From>(a, fpscr);
  if (x.is_nan()) return convert_nan<To, From>(x, a, fpscr);
  if (x.is(Kind::zero)) return zero<To>(x.negative());
  if (x.is(Kind::infinity)) {
    if (std::is_same_v<To, Half> && (fpscr & kAlternativeHalf) != 0) {
      fpscr |= kInvalidOperation;
      return signed_bits<To>(x.negative(), static_cast<Bits<To>>(Limits<To>::kSign - 1));
    }
    return infinity<To>(x.negative());
  }
  return round_pack<To>(x.real, rounding(fpscr), fpscr);
}

template std::uint32_t to_fixed<Single>(Bits<Single>, Fixed, Rounding, std::uint32_t&);
template std::uint32_t to_fixed<Double>(Bits<Double>, Fixed, Rounding, std::uint32_t&);
template Bits<Single> from_fixed<Single>(std::uint32_t, Fixed, Rounding, std::uint32_t&);
template Bits<Double> from_fixed<Double>(std::uint32_t, Fixed, Rounding, std::uint32_t&);
template Bits<Single> round_to_integral<Single>(Bits<Single>, Rounding, bool, std::uint32_t&);
template Bits<Double> round_to_integral<Double>(Bits<Double>, Rounding, bool, std::uint32_t&);
template Bits<Single> convert<Single, Half>(Bits<Half>, std::uint32_t&);
template Bits<Half> convert<Half, Single>(Bits<Single>, std::uint32_t&);
template Bits<Double> convert<Double, Half>(Bits<Half>, std::uint32_t&);
template Bits<Half> convert<Half, Double>(Bits<Double>, std::uint32_t&);
template Bits<Double> convert<Double, Single>(Bits<Single>, std::uint32_t&);
template Bits<Single> convert<Single, Double>(Bits<Double>, std::uint32_t&);

}  // namespace sramscope::isa::fpu
