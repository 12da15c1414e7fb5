#include "isa/semantics/dsp.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string_view>

#include "tests/support/fake_core.h"

/// Every DSP operation against plain arithmetic on 64-bit integers, written from the pseudocode.
namespace sramscope::testing {
namespace {

using isa::Insn;
using isa::Op;
using Handler = void (*)(FakeCore&, const Insn&);

Handler handler_of(Op op) {
  switch (op) {
#define INSN(id, pattern, since, timing, form) \
  case Op::id:                                 \
    return &isa::semantics::id<FakeCore>;
#include "isa/dsp.def"
#undef INSN
    default:
      return nullptr;
  }
}

constexpr unsigned kD = 0, kN = 1, kM = 2, kA = 3;

struct Operands {
  std::uint32_t n, m, a, d;
  std::uint32_t ge;
};

/// What an operation should give; GE and the high word only where it writes them.
struct Expected {
  std::uint32_t d = 0;
  bool q = false;
  std::uint32_t ge = 0;
  bool writes_ge = false;
  std::uint32_t high = 0;
  bool writes_high = false;
};

class Inputs {
 public:
  Operands next() { return {word(), word(), word(), word(), word() & 0xf}; }
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

 private:
  std::uint32_t word() {
    constexpr std::uint32_t kSpecial[] = {0,          1,          0xffffffff, 0x7fffffff,
                                          0x80000000, 0x80008000, 0x7fff7fff, 0x80007fff,
                                          0x00ff00ff, 0x80808080, 0x7f7f7f7f, 0x7fff8000};
    const auto random = static_cast<std::uint32_t>(random_());
    return below(3) == 0 ? kSpecial[below(12)] : random;
  }
  std::mt19937_64 random_{1};
};

FakeCore run(Op op, const Operands& in, unsigned imm = 0, unsigned shift = 0) {
  FakeCore core;
  core.state.r[kD] = in.d;
  core.state.r[kN] = in.n;
  core.state.r[kM] = in.m;
  core.state.r[kA] = in.a;
  core.state.ge = in.ge;
  Insn insn;
  insn.d = kD;
  insn.n = kN;
  insn.m = kM;
  insn.a = kA;
  insn.imm = imm;
  insn.shift_n = static_cast<std::uint8_t>(shift);
  handler_of(op)(core, insn);
  return core;
}

void expect(const FakeCore& core, const Operands& in, const Expected& expected, Op op) {
  const std::string_view name = isa::facts(op).name;
  ASSERT_EQ(core.state.r[kD], expected.d)
      << name << std::hex << " n=" << in.n << " m=" << in.m << " a=" << in.a;
  ASSERT_EQ(core.state.q, expected.q ? 1u : 0u)
      << name << std::hex << " n=" << in.n << " m=" << in.m << " a=" << in.a;
  ASSERT_EQ(core.state.ge, expected.writes_ge ? expected.ge : in.ge)
      << name << std::hex << " n=" << in.n << " m=" << in.m;
  ASSERT_EQ(core.state.r[kA], expected.writes_high ? expected.high : in.a)
      << name << std::hex << " n=" << in.n;
}

// ---- parallel addition and subtraction
// -----------------------------------------------------------

struct Lane {
  std::int64_t n, m;
};

std::int64_t field(std::uint32_t word, unsigned index, unsigned bits, bool is_signed) {
  const std::int64_t value = (word >> (index * bits)) & ((1u << bits) - 1);
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return is_signed && value >= half ? value - 2 * half : value;
}

/// The name says it all: S Q SH U UQ UH, then ADD16 SUB16 ASX SAX ADD8 SUB8.
Expected parallel_model(std::string_view name, const Operands& in) {
  const bool halving = name.starts_with("SH") || name.starts_with("UH");
  const bool saturating = name.starts_with("Q") || name.starts_with("UQ");
  const bool is_signed = !name.starts_with("U");
  const std::string_view kind = name.substr(halving || name.starts_with("UQ") ? 2 : 1);
  const unsigned bits = kind.ends_with("8") ? 8 : 16;
  Expected expected;
  expected.writes_ge = !halving && !saturating;
  for (unsigned i = 0; i < 32 / bits; ++i) {
    const bool exchange = kind == "ASX" || kind == "SAX";
    const bool adds = exchange ? (kind == "ASX") == (i == 1) : kind.starts_with("ADD");
    const std::int64_t x = field(in.n, i, bits, is_signed);
    const std::int64_t y = field(in.m, exchange ? 1 - i : i, bits, is_signed);
    std::int64_t value = adds ? x + y : x - y;
    const std::int64_t range = std::int64_t{1} << bits;
    const bool ge = is_signed || !adds ? value >= 0 : value >= range;
    if (halving) value = value >= 0 ? value / 2 : (value - 1) / 2;
    const std::int64_t most = is_signed ? range / 2 - 1 : range - 1;
    const std::int64_t least = is_signed ? -range / 2 : 0;
    if (saturating) value = value > most ? most : value < least ? least : value;
    expected.d |= (static_cast<std::uint32_t>(value) & static_cast<std::uint32_t>(range - 1))
                  << (i * bits);
    if (ge) expected.ge |= (bits == 8 ? 1u : 3u) << (i * bits / 8);
  }
  return expected;
}

constexpr Op kParallel[] = {Op::SADD16,  Op::SSUB16,  Op::SASX,  Op::SSAX,  Op::SADD8,  Op::SSUB8,
                            Op::QADD16,  Op::QSUB16,  Op::QASX,  Op::QSAX,  Op::QADD8,  Op::QSUB8,
                            Op::SHADD16, Op::SHSUB16, Op::SHASX, Op::SHSAX, Op::SHADD8, Op::SHSUB8,
                            Op::UADD16,  Op::USUB16,  Op::UASX,  Op::USAX,  Op::UADD8,  Op::USUB8,
                            Op::UQADD16, Op::UQSUB16, Op::UQASX, Op::UQSAX, Op::UQADD8, Op::UQSUB8,
                            Op::UHADD16, Op::UHSUB16, Op::UHASX, Op::UHSAX, Op::UHADD8, Op::UHSUB8};

TEST(DspTest, ParallelOperations) {
  static_assert(std::size(kParallel) == 36);
  Inputs inputs;
  for (const Op op : kParallel) {
    for (int i = 0; i < 2000; ++i) {
      const Operands in = inputs.next();
      expect(run(op, in), in, parallel_model(isa::facts(op).name, in), op);
    }
  }
}

// ---- products
// -------------------------------------------------------------------------------------

std::int64_t half(std::uint32_t word, bool top) { return field(word, top ? 1 : 0, 16, true); }
std::int64_t whole(std::uint32_t word) { return static_cast<std::int32_t>(word); }
std::int64_t floor_shift(std::int64_t x, unsigned bits) {
  const std::int64_t unit = std::int64_t{1} << bits;
  return x >= 0 ? x / unit : -((-x + unit - 1) / unit);
}

/// 32-bit result of an exact value, with Q when it does not fit.
Expected narrow(std::int64_t value) {
  const auto low = static_cast<std::uint32_t>(value);
  return {.d = low, .q = value != whole(low)};
}
Expected wide(std::uint64_t value) {
  return {.d = static_cast<std::uint32_t>(value),
          .high = static_cast<std::uint32_t>(value >> 32),
          .writes_high = true};
}
std::uint64_t accumulator(const Operands& in) { return std::uint64_t{in.a} << 32 | in.d; }

std::int64_t cross(const Operands& in, bool exchanged, int sign) {
  return half(in.n, false) * half(in.m, exchanged) +
         sign * half(in.n, true) * half(in.m, !exchanged);
}
Expected upper(std::uint64_t value, bool rounded) {
  return {.d = static_cast<std::uint32_t>((value + (rounded ? 0x80000000u : 0)) >> 32)};
}
std::uint64_t words(const Operands& in) {
  return static_cast<std::uint64_t>(whole(in.n) * whole(in.m));
}
std::uint64_t base(const Operands& in) { return std::uint64_t{in.a} << 32; }

std::int64_t halves(const Operands& in, bool n_top, bool m_top) {
  return half(in.n, n_top) * half(in.m, m_top);
}

struct Modelled {
  Op op;
  Expected (*model)(const Operands&);
};

constexpr Modelled kProducts[] = {
    {Op::SMULBB, [](const Operands& in) { return narrow(halves(in, false, false)); }},
    {Op::SMULBT, [](const Operands& in) { return narrow(halves(in, false, true)); }},
    {Op::SMULTB, [](const Operands& in) { return narrow(halves(in, true, false)); }},
    {Op::SMULTT, [](const Operands& in) { return narrow(halves(in, true, true)); }},
    {Op::SMLABB, [](const Operands& in) { return narrow(halves(in, false, false) + whole(in.a)); }},
    {Op::SMLABT, [](const Operands& in) { return narrow(halves(in, false, true) + whole(in.a)); }},
    {Op::SMLATB, [](const Operands& in) { return narrow(halves(in, true, false) + whole(in.a)); }},
    {Op::SMLATT, [](const Operands& in) { return narrow(halves(in, true, true) + whole(in.a)); }},
    {Op::SMULWB,
     [](const Operands& in) { return narrow(floor_shift(whole(in.n) * half(in.m, false), 16)); }},
    {Op::SMULWT,
     [](const Operands& in) { return narrow(floor_shift(whole(in.n) * half(in.m, true), 16)); }},
    {Op::SMLAWB,
     [](const Operands& in) {
       return narrow(floor_shift(whole(in.n) * half(in.m, false) + whole(in.a) * 65536, 16));
     }},
    {Op::SMLAWT,
     [](const Operands& in) {
       return narrow(floor_shift(whole(in.n) * half(in.m, true) + whole(in.a) * 65536, 16));
     }},
    {Op::SMUAD, [](const Operands& in) { return narrow(cross(in, false, 1)); }},
    {Op::SMUADX, [](const Operands& in) { return narrow(cross(in, true, 1)); }},
    {Op::SMUSD, [](const Operands& in) { return narrow(cross(in, false, -1)); }},
    {Op::SMUSDX, [](const Operands& in) { return narrow(cross(in, true, -1)); }},
    {Op::SMLAD, [](const Operands& in) { return narrow(cross(in, false, 1) + whole(in.a)); }},
    {Op::SMLADX, [](const Operands& in) { return narrow(cross(in, true, 1) + whole(in.a)); }},
    {Op::SMLSD, [](const Operands& in) { return narrow(cross(in, false, -1) + whole(in.a)); }},
    {Op::SMLSDX, [](const Operands& in) { return narrow(cross(in, true, -1) + whole(in.a)); }},
    {Op::SMLALBB,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(halves(in, false, false)));
     }},
    {Op::SMLALBT,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(halves(in, false, true)));
     }},
    {Op::SMLALTB,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(halves(in, true, false)));
     }},
    {Op::SMLALTT,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(halves(in, true, true)));
     }},
    {Op::SMLALD,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(cross(in, false, 1)));
     }},
    {Op::SMLALDX,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(cross(in, true, 1)));
     }},
    {Op::SMLSLD,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(cross(in, false, -1)));
     }},
    {Op::SMLSLDX,
     [](const Operands& in) {
       return wide(accumulator(in) + static_cast<std::uint64_t>(cross(in, true, -1)));
     }},
    {Op::SMMUL, [](const Operands& in) { return upper(words(in), false); }},
    {Op::SMMULR, [](const Operands& in) { return upper(words(in), true); }},
    {Op::SMMLA, [](const Operands& in) { return upper(base(in) + words(in), false); }},
    {Op::SMMLAR, [](const Operands& in) { return upper(base(in) + words(in), true); }},
    {Op::SMMLS, [](const Operands& in) { return upper(base(in) - words(in), false); }},
    {Op::SMMLSR, [](const Operands& in) { return upper(base(in) - words(in), true); }},
    {Op::UMAAL, [](const Operands& in) { return wide(std::uint64_t{in.n} * in.m + in.d + in.a); }},
};

TEST(DspTest, Products) {
  Inputs inputs;
  for (const Modelled& row : kProducts) {
    for (int i = 0; i < 2000; ++i) {
      const Operands in = inputs.next();
      expect(run(row.op, in), in, row.model(in), row.op);
    }
  }
}

TEST(DspTest, OnlyTheWholeSumOfSmladSetsQ) {
  // The products add up to 2^31, which does not fit; with the addend it does.
  const Operands in{.n = 0x80008000, .m = 0x80008000, .a = 0xffffffff, .d = 0, .ge = 0};
  const FakeCore core = run(Op::SMLAD, in);
  EXPECT_EQ(core.state.r[kD], 0x7fffffffu);
  EXPECT_EQ(core.state.q, 0u);
  EXPECT_EQ(run(Op::SMUAD, in).state.q, 1u);
}

// ---- saturation
// -----------------------------------------------------------------------------------

std::int64_t clamp(std::int64_t value, std::int64_t least, std::int64_t most, bool& saturated) {
  if (value >= least && value <= most) return value;
  saturated = true;
  return value < least ? least : most;
}
Expected saturated_sum(const Operands& in, bool doubles, int sign) {
  constexpr std::int64_t kMost = 0x7fffffff;
  Expected expected;
  std::int64_t n = whole(in.n);
  if (doubles) n = clamp(2 * n, -kMost - 1, kMost, expected.q);
  expected.d =
      static_cast<std::uint32_t>(clamp(whole(in.m) + sign * n, -kMost - 1, kMost, expected.q));
  return expected;
}

constexpr Modelled kSaturating[] = {
    {Op::QADD, [](const Operands& in) { return saturated_sum(in, false, 1); }},
    {Op::QSUB, [](const Operands& in) { return saturated_sum(in, false, -1); }},
    {Op::QDADD, [](const Operands& in) { return saturated_sum(in, true, 1); }},
    {Op::QDSUB, [](const Operands& in) { return saturated_sum(in, true, -1); }},
};

TEST(DspTest, SaturatingSums) {
  Inputs inputs;
  for (const Modelled& row : kSaturating) {
    for (int i = 0; i < 2000; ++i) {
      const Operands in = inputs.next();
      expect(run(row.op, in), in, row.model(in), row.op);
    }
  }
}

TEST(DspTest, SaturatingHalfwords) {
  Inputs inputs;
  for (int i = 0; i < 4000; ++i) {
    const Operands in = inputs.next();
    const unsigned width = 1 + inputs.below(16);
    for (const bool is_signed : {true, false}) {
      const unsigned bits = is_signed ? width : width - 1;
      const std::int64_t most = (std::int64_t{1} << (is_signed ? bits - 1 : bits)) - 1;
      Expected expected;
      for (unsigned lane = 0; lane < 2; ++lane) {
        const std::int64_t value =
            clamp(half(in.n, lane == 1), is_signed ? -most - 1 : 0, most, expected.q);
        expected.d |= (static_cast<std::uint32_t>(value) & 0xffff) << (16 * lane);
      }
      const Op op = is_signed ? Op::SSAT16 : Op::USAT16;
      expect(run(op, in, bits), in, expected, op);
    }
  }
}

// ---- bytes, packing, extension
// --------------------------------------------------------------------

TEST(DspTest, BytesAndPacking) {
  Inputs inputs;
  for (int i = 0; i < 4000; ++i) {
    const Operands in = inputs.next();
    Expected sel;
    std::int64_t differences = 0;
    for (unsigned lane = 0; lane < 4; ++lane) {
      const std::uint32_t chosen = (in.ge >> lane & 1) != 0 ? in.n : in.m;
      sel.d |= chosen & 0xffu << (8 * lane);
      const std::int64_t difference = field(in.n, lane, 8, false) - field(in.m, lane, 8, false);
      differences += difference < 0 ? -difference : difference;
    }
    expect(run(Op::SEL, in), in, sel, Op::SEL);
    const auto sum = static_cast<std::uint32_t>(differences);
    expect(run(Op::USAD8, in), in, {.d = sum}, Op::USAD8);
    expect(run(Op::USADA8, in), in, {.d = sum + in.a}, Op::USADA8);
    const unsigned shift = inputs.below(32);
    const std::uint32_t left = in.m << shift;
    const auto right = static_cast<std::uint32_t>(floor_shift(whole(in.m), shift + 1));
    expect(run(Op::PKHBT, in, 0, shift), in, {.d = (left & 0xffff0000) | (in.n & 0xffff)},
           Op::PKHBT);
    expect(run(Op::PKHTB, in, 0, shift + 1), in, {.d = (in.n & 0xffff0000) | (right & 0xffff)},
           Op::PKHTB);
  }
}

Expected extended(const Operands& in, unsigned rotation, unsigned bits, bool is_signed, bool adds) {
  const std::uint32_t m = rotation == 0 ? in.m : in.m >> rotation | in.m << (32 - rotation);
  const std::uint32_t n = adds ? in.n : 0;
  return {.d = n + static_cast<std::uint32_t>(field(m, 0, bits, is_signed))};
}
Expected extended_twice(const Operands& in, unsigned rotation, bool is_signed, bool adds) {
  const std::uint32_t m = rotation == 0 ? in.m : in.m >> rotation | in.m << (32 - rotation);
  const std::uint32_t n = adds ? in.n : 0;
  const auto low = static_cast<std::uint32_t>(field(m, 0, 8, is_signed) + (n & 0xffff));
  const auto high = static_cast<std::uint32_t>(field(m, 2, 8, is_signed) + (n >> 16));
  return {.d = (low & 0xffff) | high << 16};
}

TEST(DspTest, Extension) {
  Inputs inputs;
  for (int i = 0; i < 4000; ++i) {
    const Operands in = inputs.next();
    const unsigned rotation = 8 * inputs.below(4);
    const auto check = [&](Op op, const Expected& expected) {
      expect(run(op, in, 0, rotation), in, expected, op);
    };
    check(Op::SXTAB, extended(in, rotation, 8, true, true));
    check(Op::UXTAB, extended(in, rotation, 8, false, true));
    check(Op::SXTAH, extended(in, rotation, 16, true, true));
    check(Op::UXTAH, extended(in, rotation, 16, false, true));
    check(Op::SXTB16, extended_twice(in, rotation, true, false));
    check(Op::UXTB16, extended_twice(in, rotation, false, false));
    check(Op::SXTAB16, extended_twice(in, rotation, true, true));
    check(Op::UXTAB16, extended_twice(in, rotation, false, true));
  }
}

}  // namespace
}  // namespace sramscope::testing
