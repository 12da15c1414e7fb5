#include "isa/fpu.h"

#include <gtest/gtest.h>

#include <bit>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "isa/float_forms.h"
#include "isa/fpu_fast.h"
#include "isa/semantics/float.h"
#include "tests/support/fake_core.h"

namespace sramscope::isa::fpu {
namespace {

constexpr std::uint32_t kNearest = 0;
constexpr std::uint32_t kUp = 1u << 22;
constexpr std::uint32_t kDown = 2u << 22;
constexpr std::uint32_t kTowardsZero = 3u << 22;
constexpr std::uint32_t kModes[] = {kNearest, kUp, kDown, kTowardsZero};
constexpr int kHostModes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

constexpr std::uint32_t kOne = 0x3f800000;
constexpr std::uint32_t kInf = 0x7f800000;
constexpr std::uint32_t kQuietNan = 0x7fc00001;
constexpr std::uint32_t kSignallingNan = 0x7f800002;

/// A value and the exception flags that came with it.
struct Checked {
  std::uint64_t value;
  std::uint32_t flags;
  friend bool operator==(const Checked&, const Checked&) = default;
};
void PrintTo(const Checked& c, std::ostream* out) {
  *out << std::hex << c.value << " flags " << c.flags;
}

template <class Operation>
Checked with(std::uint32_t modes, Operation operation) {
  std::uint32_t fpscr = modes;
  const std::uint64_t value = operation(fpscr);
  return {value, fpscr & 0x9f};
}
Checked add_in(std::uint32_t modes, std::uint32_t a, std::uint32_t b) {
  return with(modes, [&](std::uint32_t& fpscr) { return add<Single>(a, b, fpscr); });
}
Checked mul_in(std::uint32_t modes, std::uint32_t a, std::uint32_t b) {
  return with(modes, [&](std::uint32_t& fpscr) { return mul<Single>(a, b, fpscr); });
}
Checked fma_in(std::uint32_t modes, std::uint32_t c, std::uint32_t a, std::uint32_t b) {
  return with(modes, [&](std::uint32_t& fpscr) { return mul_add<Single>(c, a, b, fpscr); });
}
Checked to_half(std::uint32_t modes, std::uint32_t a) {
  return with(modes, [&](std::uint32_t& fpscr) { return convert<Half, Single>(a, fpscr); });
}

// ---- rules of the architecture, by hand
// ----------------------------------------------------------

TEST(FpuTest, SignallingNanGoesFirstThenTheFirstOperand) {
  EXPECT_EQ(add_in(0, kQuietNan, kSignallingNan), (Checked{0x7fc00002, kInvalidOperation}));
  EXPECT_EQ(add_in(0, 0xffc00005, kQuietNan), (Checked{0xffc00005, 0}));
  EXPECT_EQ(add_in(0, kOne, kQuietNan), (Checked{kQuietNan, 0}));
  EXPECT_EQ(add_in(kDefaultNan, kOne, 0xffc00005), (Checked{0x7fc00000, 0}));
}

TEST(FpuTest, SubtractionKeepsTheSignOfANan) {
  const auto result = with(0, [](std::uint32_t& f) { return sub<Single>(kOne, kQuietNan, f); });
  EXPECT_EQ(result, (Checked{kQuietNan, 0}));
}

TEST(FpuTest, FusedMultiplyAddPrefersTheAddend) {
  EXPECT_EQ(fma_in(0, 0x7fc00009, kQuietNan, 0x7fc00003), (Checked{0x7fc00009, 0}));
  EXPECT_EQ(fma_in(0, kOne, kQuietNan, kSignallingNan), (Checked{0x7fc00002, kInvalidOperation}));
  // Infinity times zero is invalid even when the addend is a quiet NaN, which it replaces.
  EXPECT_EQ(fma_in(0, kQuietNan, kInf, 0), (Checked{0x7fc00000, kInvalidOperation}));
  EXPECT_EQ(fma_in(0, kSignallingNan, kInf, 0), (Checked{0x7fc00002, kInvalidOperation}));
}

TEST(FpuTest, FusedMultiplyAddRoundsOnce) {
  // (1 + 2^-12)^2 - 1 = 2^-11 + 2^-24: two roundings lose the last term.
  EXPECT_EQ(fma_in(0, 0xbf800000, 0x3f800800, 0x3f800800), (Checked{0x3a000400, 0}));
}

TEST(FpuTest, InvalidOperationsGiveTheDefaultNan) {
  const Checked invalid{0x7fc00000, kInvalidOperation};
  EXPECT_EQ(add_in(0, kInf, 0xff800000), invalid);
  EXPECT_EQ(mul_in(0, kInf, 0x80000000), invalid);
  EXPECT_EQ(with(0, [](std::uint32_t& f) { return div<Single>(0, 0, f); }), invalid);
  EXPECT_EQ(with(0, [](std::uint32_t& f) { return div<Single>(kInf, kInf, f); }), invalid);
  EXPECT_EQ(with(0, [](std::uint32_t& f) { return sqrt<Single>(0xbf800000, f); }), invalid);
}

TEST(FpuTest, DivisionByZero) {
  const auto result = with(0, [](std::uint32_t& f) { return div<Single>(0xbf800000, 0, f); });
  EXPECT_EQ(result, (Checked{0xff800000, kDivideByZero}));
  const auto infinite = with(0, [](std::uint32_t& f) { return div<Single>(kInf, 0, f); });
  EXPECT_EQ(infinite, (Checked{kInf, 0}));
}

TEST(FpuTest, ExactZeroIsNegativeOnlyWhenRoundingDown) {
  EXPECT_EQ(add_in(kNearest, kOne, 0xbf800000).value, 0u);
  EXPECT_EQ(add_in(kDown, kOne, 0xbf800000).value, 0x80000000u);
  EXPECT_EQ(add_in(kUp, 0x80000000, 0x80000000).value, 0x80000000u);
}

TEST(FpuTest, OverflowDependsOnTheMode) {
  constexpr std::uint32_t kFlags = kOverflow | kInexact;
  EXPECT_EQ(mul_in(kNearest, 0x7f7fffff, 0x40000000), (Checked{kInf, kFlags}));
  EXPECT_EQ(mul_in(kTowardsZero, 0x7f7fffff, 0x40000000), (Checked{0x7f7fffff, kFlags}));
  EXPECT_EQ(mul_in(kUp, 0xff7fffff, 0x40000000), (Checked{0xff7fffff, kFlags}));
  EXPECT_EQ(mul_in(kDown, 0xff7fffff, 0x40000000), (Checked{0xff800000, kFlags}));
}

TEST(FpuTest, TininessIsDetectedBeforeRounding) {
  // (1 - 2^-24) * 2^-126 rounds to the smallest normal number, and underflows all the same.
  EXPECT_EQ(mul_in(0, 0x3f7fffff, 0x00800000), (Checked{0x00800000, kUnderflow | kInexact}));
  EXPECT_EQ(mul_in(kFlushToZero, 0x3f7fffff, 0x00800000), (Checked{0, kUnderflow}));
  EXPECT_EQ(mul_in(0, 0x00800000, 0x3f000000), (Checked{0x00400000, 0}));  // exact: no underflow
}

TEST(FpuTest, FlushToZeroFlushesInputsWithTheirSign) {
  EXPECT_EQ(add_in(kFlushToZero, 0x80000001, 0x80000000), (Checked{0x80000000, kInputDenormal}));
  EXPECT_EQ(mul_in(kFlushToZero, 0x007fffff, kInf),
            (Checked{0x7fc00000, kInvalidOperation | kInputDenormal}));
  EXPECT_EQ(add_in(0, 0x00000001, 0x00000001), (Checked{0x00000002, 0}));
}

TEST(FpuTest, ComparisonSignalsQuietNansOnlyOnRequest) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(compare<Single>(kOne, kQuietNan, false, fpscr), 0x30000000u);
  EXPECT_EQ(fpscr, 0u);
  EXPECT_EQ(compare<Single>(kOne, kQuietNan, true, fpscr), 0x30000000u);
  EXPECT_EQ(fpscr, kInvalidOperation);
  EXPECT_EQ(compare<Single>(0x80000000, 0, true, fpscr), 0x60000000u);
  EXPECT_EQ(compare<Single>(0xff800000, kOne, true, fpscr), 0x80000000u);
  EXPECT_EQ(compare<Single>(0xbf800000, 0xc0000000, true, fpscr), 0x20000000u);
}

TEST(FpuTest, MaxNumLetsALoneQuietNanLose) {
  std::uint32_t fpscr = 0;
  EXPECT_EQ(max_num<Single>(kQuietNan, kOne, fpscr), kOne);
  EXPECT_EQ(min_num<Single>(kOne, kQuietNan, fpscr), kOne);
  EXPECT_EQ(max_num<Single>(0x80000000, 0, fpscr), 0u);
  EXPECT_EQ(min_num<Single>(0, 0x80000000, fpscr), 0x80000000u);
  EXPECT_EQ(fpscr, 0u);
  EXPECT_EQ(max_num<Single>(kQuietNan, kSignallingNan, fpscr), 0x7fc00002u);
  EXPECT_EQ(fpscr, kInvalidOperation);
}

TEST(FpuTest, FixedPointRoundsToNearest) {
  // (2^24 + 1) / 2^8 lies between two singles. VCVT rounds it to nearest in every mode (FixedToFP
  // with round_to_nearest, ARM ARM A7.7).
  for (const std::uint32_t mode : kModes) {
    sramscope::testing::FakeCore core;
    core.state.fpscr = mode;
    core.state.s[4] = 0x01000001;
    Insn in;
    in.d = 4;
    in.imm = 8;
    semantics::VCVT_F32_S32_fixed(core, in);
    EXPECT_EQ(core.state.s[4], 0x47800000u);
    EXPECT_EQ(core.state.fpscr, mode | kInexact);
    core.state.s[4] = 0x01000003;
    semantics::VCVT_F32_U32_fixed(core, in);
    EXPECT_EQ(core.state.s[4], 0x47800002u);
  }
  const Fixed q15{.width = 16, .is_signed = true, .fraction_bits = 15};
  std::uint32_t fpscr = 0;
  EXPECT_EQ(from_fixed<Single>(0x12348000, q15, Rounding::nearest, fpscr), 0xbf800000u);
}

TEST(FpuTest, ConversionToIntegersSaturates) {
  const auto fixed = [](std::uint32_t a, Fixed format, Rounding mode) {
    return with(0, [&](std::uint32_t& f) { return to_fixed<Single>(a, format, mode, f); });
  };
  const Fixed s32{};
  const Fixed u32{.width = 32, .is_signed = false, .fraction_bits = 0};
  const Fixed s16{.width = 16, .is_signed = true, .fraction_bits = 8};
  EXPECT_EQ(fixed(0x4f000000, s32, Rounding::zero), (Checked{0x7fffffff, kInvalidOperation}));
  EXPECT_EQ(fixed(0xcf000000, s32, Rounding::zero), (Checked{0x80000000, 0}));
  EXPECT_EQ(fixed(0xff800000, s32, Rounding::zero), (Checked{0x80000000, kInvalidOperation}));
  EXPECT_EQ(fixed(kQuietNan, s32, Rounding::zero), (Checked{0, kInvalidOperation}));
  EXPECT_EQ(fixed(0xbf000000, u32, Rounding::zero), (Checked{0, kInexact}));
  EXPECT_EQ(fixed(0xbf800000, u32, Rounding::zero), (Checked{0, kInvalidOperation}));
  EXPECT_EQ(fixed(0x43000000, s16, Rounding::zero), (Checked{0x7fff, kInvalidOperation}));
  EXPECT_EQ(fixed(0xc2ffff80, s16, Rounding::zero), (Checked{0xffff8001, kInexact}));
  EXPECT_EQ(fixed(0x40200000, s32, Rounding::nearest), (Checked{2, kInexact}));
  EXPECT_EQ(fixed(0x40200000, s32, Rounding::ties_away), (Checked{3, kInexact}));
  EXPECT_EQ(fixed(0xc0200000, s32, Rounding::ties_away), (Checked{0xfffffffd, kInexact}));
  EXPECT_EQ(fixed(0xc0200000, s32, Rounding::down), (Checked{0xfffffffd, kInexact}));
}

TEST(FpuTest, RoundToIntegralKeepsTheSignOfZero) {
  const auto round = [](std::uint32_t a, Rounding mode, bool exact) {
    return with(0, [&](std::uint32_t& f) { return round_to_integral<Single>(a, mode, exact, f); });
  };
  EXPECT_EQ(round(0xbe800000, Rounding::nearest, true), (Checked{0x80000000, kInexact}));
  EXPECT_EQ(round(0xbe800000, Rounding::nearest, false), (Checked{0x80000000, 0}));
  EXPECT_EQ(round(0x3f000000, Rounding::ties_away, false), (Checked{kOne, 0}));
  EXPECT_EQ(round(0x4b000001, Rounding::up, true), (Checked{0x4b000001, 0}));
}

// ---- halves
// ---------------------------------------------------------------------------------------

TEST(FpuTest, EveryHalfSurvivesBeingASingleAndADouble) {
  for (std::uint32_t h = 0; h < 0x10000; ++h) {
    const auto half = static_cast<std::uint16_t>(h);
    const bool is_nan = (h & 0x7fff) > 0x7c00;
    std::uint32_t fpscr = 0;
    const std::uint32_t single = convert<Single, Half>(half, fpscr);
    const std::uint64_t wide = convert<Double, Half>(half, fpscr);
    const std::uint32_t quiet = is_nan ? 0x200 : 0;
    ASSERT_EQ((convert<Half, Single>(single, fpscr)), h | quiet);
    ASSERT_EQ((convert<Half, Double>(wide, fpscr)), h | quiet);
    if (is_nan) continue;
    ASSERT_EQ(fpscr, 0u) << h;
    const int exponent = static_cast<int>(h >> 10 & 31);
    const auto fraction = static_cast<float>(h & 0x3ff);
    float expected =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
    if (exponent == 31) expected = std::numeric_limits<float>::infinity();
    if ((h & 0x8000) != 0) expected = -expected;
    ASSERT_EQ(single, std::bit_cast<std::uint32_t>(expected)) << h;
  }
}

TEST(FpuTest, AlternativeHalvesHaveNoInfinityAndNoNan) {
  EXPECT_EQ(to_half(kAlternativeHalf, kInf), (Checked{0x7fff, kInvalidOperation}));
  EXPECT_EQ(to_half(kAlternativeHalf, 0xffc00000), (Checked{0x8000, kInvalidOperation}));
  EXPECT_EQ(to_half(kAlternativeHalf, 0x47800000), (Checked{0x7c00, 0}));  // 65536
  EXPECT_EQ(to_half(kAlternativeHalf, 0x48000000), (Checked{0x7fff, kInvalidOperation}));
  std::uint32_t fpscr = kAlternativeHalf;
  EXPECT_EQ((convert<Single, Half>(0x7c00, fpscr)), 0x47800000u);
  EXPECT_EQ(fpscr, kAlternativeHalf);
}

TEST(FpuTest, HalvesOverflowAndAreNotFlushed) {
  EXPECT_EQ(to_half(0, 0x477ff000),
            (Checked{0x7c00, kOverflow | kInexact}));  // 65520 ties to 65536
  EXPECT_EQ(to_half(0, 0x477fefff), (Checked{0x7bff, kInexact}));
  EXPECT_EQ(to_half(kFlushToZero, 0x33800000), (Checked{0x0001, 0}));
  EXPECT_EQ(to_half(0, 0x33000000), (Checked{0, kUnderflow | kInexact}));
  EXPECT_EQ(to_half(0, 0x7f802000), (Checked{0x7e01, kInvalidOperation}));
}

// ---- immediates
// -----------------------------------------------------------------------------------

TEST(FpuTest, ImmediatesAreSixteenthsTimesPowersOfTwo) {
  for (std::uint32_t imm = 0; imm < 256; ++imm) {
    const int exponent = static_cast<int>((imm >> 4 & 7) ^ 4) - 3;
    double expected = std::ldexp(16.0 + (imm & 15), exponent - 4);
    if ((imm & 0x80) != 0) expected = -expected;
    EXPECT_EQ(std::bit_cast<float>(forms::expand_float(imm, 8)), static_cast<float>(expected))
        << imm;
    EXPECT_EQ(std::bit_cast<double>(std::uint64_t{forms::expand_float(imm, 11)} << 32), expected)
        << imm;
  }
}

// ---- the host's FPU as an independent judge
// -------------------------------------------------------

template <class F>
class Operands {
 public:
  Bits<F> next() {
    using L = Limits<F>;
    const auto bits = static_cast<Bits<F>>(random_());
    const std::uint64_t kind = random_() % 8;
    constexpr auto kMiddle = static_cast<Bits<F>>((1u << (F::kExponentBits - 1)) - 1);
    if (kind == 0) return bits;
    if (kind == 1) return static_cast<Bits<F>>((bits & (L::kSign | L::kFraction)));  // subnormal
    if (kind == 2) return static_cast<Bits<F>>((bits & L::kSign) | (L::kInfinity - random_() % 4));
    const auto exponent = static_cast<Bits<F>>(kMiddle - 20 + random_() % 40);
    const auto fraction = kind < 5
                              ? bits & L::kFraction
                              : bits & L::kFraction & ~Bits<F>{0} << random_() % F::kFractionBits;
    return static_cast<Bits<F>>((bits & L::kSign) | exponent << F::kFractionBits | fraction);
  }
  std::uint32_t fpscr() {
    return static_cast<std::uint32_t>(random_()) & (kFpscrMask & 0x07ffffff);
  }

 private:
  std::mt19937_64 random_{42};
};

std::uint32_t host_flags() {
  std::uint32_t flags = 0;
  if (std::fetestexcept(FE_INVALID)) flags |= kInvalidOperation;
  if (std::fetestexcept(FE_DIVBYZERO)) flags |= kDivideByZero;
  if (std::fetestexcept(FE_OVERFLOW)) flags |= kOverflow;
  if (std::fetestexcept(FE_UNDERFLOW)) flags |= kUnderflow;
  if (std::fetestexcept(FE_INEXACT)) flags |= kInexact;
  return flags;
}

enum class Kind { add, sub, mul, div, sqrt, fma };

template <class F>
typename F::Host on_host(Kind kind, typename F::Host x, typename F::Host y, typename F::Host z) {
  // Volatile, so that nothing is computed at compile time or moved across fesetround.
  volatile auto a = x;
  volatile auto b = y;
  volatile typename F::Host result = 0;
  switch (kind) {
    case Kind::add:
      result = a + b;
      break;
    case Kind::sub:
      result = a - b;
      break;
    case Kind::mul:
      result = a * b;
      break;
    case Kind::div:
      result = a / b;
      break;
    case Kind::sqrt:
      result = std::sqrt(a);
      break;
    case Kind::fma:
      result = std::fma(a, b, z);
      break;
  }
  return result;
}
template <class F>
Bits<F> in_software(Kind kind, Bits<F> a, Bits<F> b, Bits<F> c, std::uint32_t& fpscr) {
  switch (kind) {
    case Kind::add:
      return add<F>(a, b, fpscr);
    case Kind::sub:
      return sub<F>(a, b, fpscr);
    case Kind::mul:
      return mul<F>(a, b, fpscr);
    case Kind::div:
      return div<F>(a, b, fpscr);
    case Kind::sqrt:
      return sqrt<F>(a, fpscr);
    case Kind::fma:
      return mul_add<F>(c, a, b, fpscr);
  }
  return 0;
}
template <class F>
Bits<F> fast_path(Kind kind, Bits<F> a, Bits<F> b, Bits<F> c, std::uint32_t& fpscr) {
  switch (kind) {
    case Kind::add:
      return fast::add<F>(a, b, fpscr);
    case Kind::sub:
      return fast::sub<F>(a, b, fpscr);
    case Kind::mul:
      return fast::mul<F>(a, b, fpscr);
    case Kind::div:
      return fast::div<F>(a, b, fpscr);
    case Kind::sqrt:
      return fast::sqrt<F>(a, fpscr);
    case Kind::fma:
      return fast::mul_add<F>(c, a, b, fpscr);
  }
  return 0;
}
constexpr Kind kKinds[] = {Kind::add, Kind::sub, Kind::mul, Kind::div, Kind::sqrt, Kind::fma};

/// Values and flags in four rounding modes. The host need not agree on NaN payloads, nor on when a
/// result that rounds to the smallest normal number underflows.
template <class F>
void compare_with_host() {
  using L = Limits<F>;
  Operands<F> operands;
  for (int i = 0; i < 20000; ++i) {
    const Bits<F> a = operands.next();
    const Bits<F> b = operands.next();
    const Bits<F> c = operands.next();
    for (const Kind kind : kKinds) {
      const unsigned mode = static_cast<unsigned>(i) % 4;
      std::fesetround(kHostModes[mode]);
      std::feclearexcept(FE_ALL_EXCEPT);
      const auto host = std::bit_cast<Bits<F>>(on_host<F>(kind, std::bit_cast<typename F::Host>(a),
                                                          std::bit_cast<typename F::Host>(b),
                                                          std::bit_cast<typename F::Host>(c)));
      const std::uint32_t flags = host_flags();
      std::fesetround(FE_TONEAREST);
      const auto ours =
          with(kModes[mode], [&](std::uint32_t& f) { return in_software<F>(kind, a, b, c, f); });
      const bool is_nan = absolute<F>(host) > L::kInfinity;
      const bool border = absolute<F>(host) == L::kMinNormal;
      const std::uint32_t compared = is_nan ? 0u : border ? ~kUnderflow : ~0u;
      const auto value = static_cast<Bits<F>>(ours.value);
      ASSERT_TRUE(is_nan ? absolute<F>(value) > L::kInfinity : value == host)
          << std::hex << a << " " << b << " " << c << " kind " << static_cast<int>(kind) << " ours "
          << value << " host " << host << " mode " << mode;
      ASSERT_EQ(ours.flags & compared, flags & compared)
          << std::hex << a << " " << b << " " << c << " kind " << static_cast<int>(kind) << " mode "
          << mode;
    }
  }
}

TEST(FpuTest, SinglesAgreeWithTheHost) { compare_with_host<Single>(); }
TEST(FpuTest, DoublesAgreeWithTheHost) { compare_with_host<Double>(); }

// ---- the fast paths
// -------------------------------------------------------------------------------

template <class F>
void compare_fast_with_soft() {
  Operands<F> operands;
  for (int i = 0; i < 100000; ++i) {
    const Bits<F> a = operands.next();
    const Bits<F> b = operands.next();
    const Bits<F> c = operands.next();
    const std::uint32_t fpscr = i % 2 == 0 ? operands.fpscr() : operands.fpscr() & kInexact;
    for (const Kind kind : kKinds) {
      std::uint32_t soft_fpscr = fpscr;
      std::uint32_t fast_fpscr = fpscr;
      const Bits<F> expected = in_software<F>(kind, a, b, c, soft_fpscr);
      ASSERT_EQ(fast_path<F>(kind, a, b, c, fast_fpscr), expected)
          << std::hex << a << " " << b << " " << c << " kind " << static_cast<int>(kind)
          << " fpscr " << fpscr;
      ASSERT_EQ(fast_fpscr, soft_fpscr) << std::hex << a << " " << b << " " << c << " kind "
                                        << static_cast<int>(kind) << " fpscr " << fpscr;
    }
    std::uint32_t one = fpscr;
    std::uint32_t other = fpscr;
    ASSERT_EQ(fast::compare<F>(a, b, true, one), compare<F>(a, b, true, other));
    ASSERT_EQ(fast::to_signed<F>(a, one), to_fixed<F>(a, {}, Rounding::zero, other));
    const auto integer = static_cast<std::uint32_t>(b);
    ASSERT_EQ(fast::from_signed<F>(integer, one),
              from_fixed<F>(integer, {}, rounding(fpscr), other));
    ASSERT_EQ(one, other) << std::hex << a << " " << b;
  }
}

TEST(FpuTest, FastSinglesEqualSoftSingles) { compare_fast_with_soft<Single>(); }
TEST(FpuTest, FastDoublesEqualSoftDoubles) { compare_fast_with_soft<Double>(); }

}  // namespace
}  // namespace sramscope::isa::fpu
