#pragma once

#include <cstdint>

/// Floating point as the Cortex-M FPU does it (ARM ARM v7-M A2.5; v8-M adds FPv5). Values are bit
/// patterns; every function takes the FPSCR, obeys its modes and accumulates its exception flags.
///
/// The functions of this header are integer arithmetic and complete. `fpu_fast.h` puts the host's
/// FPU in front of the frequent ones, for the operands where that is exact.
namespace sramscope::isa::fpu {

/// FPSCR bits (ARM ARM v7-M A2.5).
inline constexpr std::uint32_t kInvalidOperation = 1u << 0;
inline constexpr std::uint32_t kDivideByZero = 1u << 1;
inline constexpr std::uint32_t kOverflow = 1u << 2;
inline constexpr std::uint32_t kUnderflow = 1u << 3;
inline constexpr std::uint32_t kInexact = 1u << 4;
inline constexpr std::uint32_t kInputDenormal = 1u << 7;
inline constexpr std::uint32_t kRoundingMask = 3u << 22;
inline constexpr std::uint32_t kFlushToZero = 1u << 24;
inline constexpr std::uint32_t kDefaultNan = 1u << 25;
inline constexpr std::uint32_t kAlternativeHalf = 1u << 26;
/// The bits that exist, and that VMSR can write.
inline constexpr std::uint32_t kFpscrMask = 0xf7c0009fu;

/// The first four are FPSCR.RMode; VCVTA and VRINTA add the last.
enum class Rounding : std::uint8_t { nearest, up, down, zero, ties_away };

constexpr Rounding rounding(std::uint32_t fpscr) {
  return static_cast<Rounding>((fpscr & kRoundingMask) >> 22);
}

struct Half {
  using Bits = std::uint16_t;
  static constexpr int kFractionBits = 10;
  static constexpr int kExponentBits = 5;
};
struct Single {
  using Bits = std::uint32_t;
  using Host = float;
  static constexpr int kFractionBits = 23;
  static constexpr int kExponentBits = 8;
};
struct Double {
  using Bits = std::uint64_t;
  using Host = double;
  static constexpr int kFractionBits = 52;
  static constexpr int kExponentBits = 11;
};

template <class F>
using Bits = typename F::Bits;

/// Landmarks of a format.
template <class F>
struct Limits {
  using B = Bits<F>;
  static constexpr B kSign = static_cast<B>(B{1} << (F::kFractionBits + F::kExponentBits));
  static constexpr B kMinNormal = static_cast<B>(B{1} << F::kFractionBits);
  static constexpr B kFraction = static_cast<B>(kMinNormal - 1);
  static constexpr B kInfinity = static_cast<B>(kSign - kMinNormal);
  static constexpr B kQuiet = static_cast<B>(kMinNormal >> 1);
  static constexpr B kDefaultNan = static_cast<B>(kInfinity | kQuiet);
  static constexpr int kMaxBiased = (1 << F::kExponentBits) - 1;
  static constexpr int kMinExponent = 2 - (1 << (F::kExponentBits - 1));
};

/// FPNeg and FPAbs: the sign bit only, no exception (A2.5).
template <class F>
constexpr Bits<F> negate(Bits<F> a) {
  return static_cast<Bits<F>>(a ^ Limits<F>::kSign);
}
template <class F>
constexpr Bits<F> absolute(Bits<F> a) {
  return static_cast<Bits<F>>(a & ~Limits<F>::kSign);
}

// Instantiated for Single and Double.

template <class F>
Bits<F> add(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
template <class F>
Bits<F> sub(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
template <class F>
Bits<F> mul(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
template <class F>
Bits<F> div(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
template <class F>
Bits<F> sqrt(Bits<F> a, std::uint32_t& fpscr);
/// addend + a * b with one rounding.
template <class F>
Bits<F> mul_add(Bits<F> addend, Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
/// Flags NZCV in bits 31..28. `signal_quiet` makes quiet NaNs an invalid operation, too (VCMPE).
template <class F>
std::uint32_t compare(Bits<F> a, Bits<F> b, bool signal_quiet, std::uint32_t& fpscr);
/// IEEE 754-2008 maxNum and minNum (FPv5): a lone quiet NaN loses against a number.
template <class F>
Bits<F> max_num(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);
template <class F>
Bits<F> min_num(Bits<F> a, Bits<F> b, std::uint32_t& fpscr);

/// An integer or fixed-point operand of VCVT.
struct Fixed {
  unsigned width = 32;  ///< 16 or 32
  bool is_signed = true;
  unsigned fraction_bits = 0;  ///< 0..32
};
/// Saturated to `format`; the low `format.width` bits count.
template <class F>
std::uint32_t to_fixed(Bits<F> a, Fixed format, Rounding mode, std::uint32_t& fpscr);
/// The low `format.width` bits of `value` count.
template <class F>
Bits<F> from_fixed(std::uint32_t value, Fixed format, Rounding mode, std::uint32_t& fpscr);
/// An integral value in floating-point form (FPv5 VRINT); `exact` raises Inexact when the value
/// changes (VRINTX).
template <class F>
Bits<F> round_to_integral(Bits<F> a, Rounding mode, bool exact, std::uint32_t& fpscr);

/// Between two different formats of Half, Single and Double.
template <class To, class From>
Bits<To> convert(Bits<From> a, std::uint32_t& fpscr);

}  // namespace sramscope::isa::fpu
