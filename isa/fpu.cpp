#include "isa/fpu.h"

#include <array>

#include "isa/fpu_internal.h"

namespace sramscope::isa::fpu {
namespace {

/// Sum of two reals; a zero significand means exactly zero. Sticky bits stay far below the rounding
/// position: operands have at most 2 * (F + 1) bits, so whatever sticks is at least 14 bits under
/// them.
template <class W>
Real<W> sum(Real<W> a, Real<W> b) {
  a = normalised(a);
  b = normalised(b);
  if (a.exponent < b.exponent || (a.exponent == b.exponent && a.significand < b.significand)) {
    const Real<W> other = a;
    a = b;
    b = other;
  }
  const W aligned = shift_right_jam(b.significand, a.exponent - b.exponent);
  a.significand = a.negative == b.negative ? a.significand + aligned : a.significand - aligned;
  return a;
}

/// An exact zero of a sum is negative only when rounding down (FPAdd, A2.5).
template <class F, class W>
Bits<F> round_sum(Real<W> value, std::uint32_t& fpscr) {
  if (value.significand == 0) return zero<F>(rounding(fpscr) == Rounding::down);
  return round_pack<F>(value, rounding(fpscr), fpscr);
}

/// FPAdd and FPSub (A2.5): NaNs keep their sign even when the second operand is subtracted.
template <class F>
Bits<F> add_or_sub(Bits<F> a, Bits<F> b, bool subtract, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  Unpacked<F> y = unpack<F>(b, fpscr);
  if (x.is_nan() || y.is_nan()) return process_nans<F>(x.kind, y.kind, a, b, fpscr);
  y.real.negative ^= subtract;
  if (x.is(Kind::infinity)) {
    if (y.is(Kind::infinity) && x.negative() != y.negative()) return invalid_operation<F>(fpscr);
    return infinity<F>(x.negative());
  }
  if (y.is(Kind::infinity)) return infinity<F>(y.negative());
  if (x.is(Kind::zero) && y.is(Kind::zero)) {
    return zero<F>(x.negative() == y.negative() ? x.negative() : rounding(fpscr) == Rounding::down);
  }
  if (x.is(Kind::zero)) return round_sum<F>(y.real, fpscr);
  if (y.is(Kind::zero)) return round_sum<F>(x.real, fpscr);
  return round_sum<F>(sum(x.real, y.real), fpscr);
}

template <class W>
Real<W> product(const Real<W>& a, const Real<W>& b) {
  return {.negative = a.negative != b.negative,
          .exponent = a.exponent + b.exponent,
          .significand = a.significand * b.significand};
}

template <class W>
W square_root(W radicand) {
  W root = 0;
  W bit = W{1} << (sizeof(W) * 8 - 2);
  for (; bit != 0; bit >>= 2) {
    if (radicand >= root + bit) {
      radicand -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return root << 1 | (radicand != 0 ? W{1} : W{0});
}

/// FPProcessNaNs3 (A2.5): signalling NaNs first, then the order addend, op1, op2.
template <class F>
Bits<F> process_three_nans(const std::array<Kind, 3>& kinds, const std::array<Bits<F>, 3>& values,
                           std::uint32_t& fpscr) {
  for (const Kind wanted : {Kind::signalling_nan, Kind::quiet_nan}) {
    for (unsigned i = 0; i < 3; ++i) {
      if (kinds[i] == wanted) return process_nan<F>(wanted, values[i], fpscr);
    }
  }
  return Limits<F>::kDefaultNan;
}

/// The part of FPMulAdd (A2.5) without NaNs.
template <class F>
Bits<F> mul_add_numbers(const Unpacked<F>& c, const Unpacked<F>& x, const Unpacked<F>& y,
                        std::uint32_t& fpscr) {
  const bool sign = x.negative() != y.negative();
  const bool infinite = x.is(Kind::infinity) || y.is(Kind::infinity);
  const bool zero_product = x.is(Kind::zero) || y.is(Kind::zero);
  if (c.is(Kind::infinity)) {
    if (infinite && c.negative() != sign) return invalid_operation<F>(fpscr);
    return infinity<F>(c.negative());
  }
  if (infinite) return infinity<F>(sign);
  if (zero_product && c.is(Kind::zero)) {
    return zero<F>(sign == c.negative() ? sign : rounding(fpscr) == Rounding::down);
  }
  if (zero_product) return round_sum<F>(c.real, fpscr);
  const auto p = product(x.real, y.real);
  return round_sum<F>(c.is(Kind::zero) ? p : sum(c.real, p), fpscr);
}

constexpr std::uint32_t kLess = 0x80000000u;
constexpr std::uint32_t kEqual = 0x60000000u;
constexpr std::uint32_t kGreater = 0x20000000u;
constexpr std::uint32_t kUnordered = 0x30000000u;

/// Orders two patterns that are not NaNs; both zeros are equal.
template <class F>
std::uint32_t order(Bits<F> a, Bits<F> b) {
  const Bits<F> x = absolute<F>(a);
  const Bits<F> y = absolute<F>(b);
  if (x == 0 && y == 0) return kEqual;
  if (a == b) return kEqual;
  const bool a_negative = (a & Limits<F>::kSign) != 0;
  const bool b_negative = (b & Limits<F>::kSign) != 0;
  if (a_negative != b_negative) return a_negative ? kLess : kGreater;
  return (x < y) != a_negative ? kLess : kGreater;
}

/// The operand as FPUnpack sees it: a flushed subnormal is a zero of the same sign.
template <class F>
Bits<F> flushed(const Unpacked<F>& x, Bits<F> a) {
  return x.is(Kind::zero) ? zero<F>(x.negative()) : a;
}

/// FPMaxNum and FPMinNum (ARM ARM v8-M, shared pseudocode).
template <class F>
Bits<F> extreme(Bits<F> a, Bits<F> b, bool minimum, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  const Unpacked<F> y = unpack<F>(b, fpscr);
  if (x.is(Kind::quiet_nan) && !y.is_nan()) return flushed<F>(y, b);
  if (y.is(Kind::quiet_nan) && !x.is_nan()) return flushed<F>(x, a);
  if (x.is_nan() || y.is_nan()) return process_nans<F>(x.kind, y.kind, a, b, fpscr);
  const Bits<F> left = flushed<F>(x, a);
  const Bits<F> right = flushed<F>(y, b);
  if (x.is(Kind::zero) && y.is(Kind::zero)) {
    return zero<F>(minimum ? x.negative() || y.negative() : x.negative() && y.negative());
  }
  return (order<F>(left, right) == kLess) == minimum ? left : right;
}

}  // namespace

template <class F>
Bits<F> add(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  return add_or_sub<F>(a, b, false, fpscr);
}

template <class F>
Bits<F> sub(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  return add_or_sub<F>(a, b, true, fpscr);
}

/// FPMul (A2.5).
template <class F>
Bits<F> mul(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  const Unpacked<F> y = unpack<F>(b, fpscr);
  if (x.is_nan() || y.is_nan()) return process_nans<F>(x.kind, y.kind, a, b, fpscr);
  const bool sign = x.negative() != y.negative();
  const bool any_zero = x.is(Kind::zero) || y.is(Kind::zero);
  if (x.is(Kind::infinity) || y.is(Kind::infinity)) {
    return any_zero ? invalid_operation<F>(fpscr) : infinity<F>(sign);
  }
  if (any_zero) return zero<F>(sign);
  return round_pack<F>(product(x.real, y.real), rounding(fpscr), fpscr);
}

/// FPDiv (A2.5).
template <class F>
Bits<F> div(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  using W = Wide<F>;
  const Unpacked<F> x = unpack<F>(a, fpscr);
  const Unpacked<F> y = unpack<F>(b, fpscr);
  if (x.is_nan() || y.is_nan()) return process_nans<F>(x.kind, y.kind, a, b, fpscr);
  const bool sign = x.negative() != y.negative();
  if (x.kind == y.kind && !x.is(Kind::finite)) return invalid_operation<F>(fpscr);
  if (x.is(Kind::infinity) || y.is(Kind::zero)) {
    if (!x.is(Kind::infinity)) fpscr |= kDivideByZero;
    return infinity<F>(sign);
  }
  if (x.is(Kind::zero) || y.is(Kind::infinity)) return zero<F>(sign);
  const Real<W> dividend = normalised(x.real);
  const W quotient = dividend.significand / y.real.significand;
  const W remainder = dividend.significand % y.real.significand;
  // At least as many bits as the dividend has above the divisor: 62 - 24 or 126 - 53.
  const Real<W> value{.negative = sign,
                      .exponent = dividend.exponent - y.real.exponent,
                      .significand = quotient | (remainder != 0 ? W{1} : W{0})};
  return round_pack<F>(value, rounding(fpscr), fpscr);
}

/// FPSqrt (A2.5).
template <class F>
Bits<F> sqrt(Bits<F> a, std::uint32_t& fpscr) {
  using W = Wide<F>;
  const Unpacked<F> x = unpack<F>(a, fpscr);
  if (x.is_nan()) return process_nan<F>(x.kind, a, fpscr);
  if (x.is(Kind::zero)) return zero<F>(x.negative());
  if (x.negative()) return invalid_operation<F>(fpscr);
  if (x.is(Kind::infinity)) return infinity<F>(false);
  Real<W> radicand = normalised(x.real);
  if ((radicand.exponent & 1) != 0) {
    radicand.significand <<= 1;
    radicand.exponent -= 1;
  }
  // The root comes with one more bit, which is sticky.
  const Real<W> root{.negative = false,
                     .exponent = radicand.exponent / 2 - 1,
                     .significand = square_root(radicand.significand)};
  return round_pack<F>(root, rounding(fpscr), fpscr);
}

/// FPMulAdd (A2.5).
template <class F>
Bits<F> mul_add(Bits<F> addend, Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  const Unpacked<F> c = unpack<F>(addend, fpscr);
  const Unpacked<F> x = unpack<F>(a, fpscr);
  const Unpacked<F> y = unpack<F>(b, fpscr);
  const bool infinity_times_zero =
      (x.is(Kind::infinity) && y.is(Kind::zero)) || (x.is(Kind::zero) && y.is(Kind::infinity));
  if (infinity_times_zero && !c.is(Kind::signalling_nan)) return invalid_operation<F>(fpscr);
  if (c.is_nan() || x.is_nan() || y.is_nan()) {
    return process_three_nans<F>({c.kind, x.kind, y.kind}, {addend, a, b}, fpscr);
  }
  return mul_add_numbers<F>(c, x, y, fpscr);
}

/// FPCompare (A2.5).
template <class F>
std::uint32_t compare(Bits<F> a, Bits<F> b, bool signal_quiet, std::uint32_t& fpscr) {
  const Unpacked<F> x = unpack<F>(a, fpscr);
  const Unpacked<F> y = unpack<F>(b, fpscr);
  if (x.is_nan() || y.is_nan()) {
    const bool signalling = x.is(Kind::signalling_nan) || y.is(Kind::signalling_nan);
    if (signalling || signal_quiet) fpscr |= kInvalidOperation;
    return kUnordered;
  }
  return order<F>(flushed<F>(x, a), flushed<F>(y, b));
}

template <class F>
Bits<F> max_num(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  return extreme<F>(a, b, false, fpscr);
}

template <class F>
Bits<F> min_num(Bits<F> a, Bits<F> b, std::uint32_t& fpscr) {
  return extreme<F>(a, b, true, fpscr);
}

template Bits<Single> add<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> add<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);
template Bits<Single> sub<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> sub<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);
template Bits<Single> mul<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> mul<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);
template Bits<Single> div<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> div<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);
template Bits<Single> sqrt<Single>(Bits<Single>, std::uint32_t&);
template Bits<Double> sqrt<Double>(Bits<Double>, std::uint32_t&);
template Bits<Single> mul_add<Single>(Bits<Single>, Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> mul_add<Double>(Bits<Double>, Bits<Double>, Bits<Double>, std::uint32_t&);
template std::uint32_t compare<Single>(Bits<Single>, Bits<Single>, bool, std::uint32_t&);
template std::uint32_t compare<Double>(Bits<Double>, Bits<Double>, bool, std::uint32_t&);
template Bits<Single> max_num<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> max_num<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);
template Bits<Single> min_num<Single>(Bits<Single>, Bits<Single>, std::uint32_t&);
template Bits<Double> min_num<Double>(Bits<Double>, Bits<Double>, std::uint32_t&);

}  // namespace sramscope::isa::fpu
