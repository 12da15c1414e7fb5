#pragma once

#include <bit>
#include <cstdint>

#include "isa/alu.h"
#include "isa/state.h"

/// The pieces that the functions of dsp.h are made of: halves and bytes of a register, and what
/// happens to a lane.
namespace sramscope::isa::semantics::dsp {

constexpr std::int32_t sign(std::uint32_t x) { return static_cast<std::int32_t>(x); }
constexpr std::uint32_t unsign(std::int32_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::int64_t wide(std::uint32_t x) { return sign(x); }

constexpr std::int32_t low(std::uint32_t x) { return static_cast<std::int16_t>(x); }
constexpr std::int32_t high(std::uint32_t x) { return sign(x) >> 16; }
constexpr std::uint32_t swapped(std::uint32_t x) { return std::rotl(x, 16); }
/// Puts the low halves of two values together.
constexpr std::uint32_t pack(std::uint32_t low_half, std::uint32_t high_half) {
  return (low_half & 0xffff) | high_half << 16;
}
/// Adds halfwords without a carry from one into the other.
constexpr std::uint32_t add_halves(std::uint32_t x, std::uint32_t y) {
  return pack(x + y, (x >> 16) + (y >> 16));
}
/// Bytes 0 and 2 to halfwords.
constexpr std::uint32_t sign_extend_two_bytes(std::uint32_t x) {
  return pack(sign_extend_byte(x), sign_extend_byte(x >> 16));
}

/// The operand of the extends: Rm rotated right by 0, 8, 16 or 24.
template <CoreLike C>
std::uint32_t rotated(const C& core, const Insn& in) {
  return std::rotr(core.r(in.m), in.shift_n);
}

/// GE[3:0] as a mask of bytes.
constexpr std::uint32_t byte_mask(std::uint32_t ge) {
  return ((ge & 0xf) * 0x00204081u & 0x01010101u) * 0xffu;
}

constexpr std::uint32_t sum_of_differences(std::uint32_t x, std::uint32_t y) {
  std::uint32_t sum = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    const std::uint32_t a = x >> shift & 0xff;
    const std::uint32_t b = y >> shift & 0xff;
    sum += a > b ? a - b : b - a;
  }
  return sum;
}

// ---- parallel addition and subtraction: what becomes of one lane of `Bits` bits -----------------

// `extend` widens a lane; `result` takes the exact sum or difference. A lane policy with `kSetsGe`
// says by `sum_sets_ge` and `difference_sets_ge` what GE becomes.

struct SignedLane {
  static constexpr bool kSetsGe = false;
  template <unsigned Bits>
  static constexpr std::int32_t extend(std::uint32_t x) {
    return sign(x << (32 - Bits)) >> (32 - Bits);
  }
};
struct UnsignedLane {
  static constexpr bool kSetsGe = false;
  template <unsigned Bits>
  static constexpr std::int32_t extend(std::uint32_t x) {
    return sign(x & ((1u << Bits) - 1));
  }
};
constexpr std::int32_t clamp(std::int32_t x, std::int32_t least, std::int32_t most) {
  if (x < least) return least;
  return x > most ? most : x;
}

struct Signed : SignedLane {
  static constexpr bool kSetsGe = true;
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    return x;
  }
  template <unsigned Bits>
  static constexpr bool sum_sets_ge(std::int32_t x) {
    return x >= 0;
  }
  static constexpr bool difference_sets_ge(std::int32_t x) { return x >= 0; }
};
struct SignedSaturating : SignedLane {
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    constexpr std::int32_t kLimit = 1 << (Bits - 1);
    return clamp(x, -kLimit, kLimit - 1);
  }
};
struct SignedHalving : SignedLane {
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    return x >> 1;
  }
};
struct Unsigned : UnsignedLane {
  static constexpr bool kSetsGe = true;
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    return x;
  }
  template <unsigned Bits>
  static constexpr bool sum_sets_ge(std::int32_t x) {
    return (x >> Bits) != 0;
  }
  static constexpr bool difference_sets_ge(std::int32_t x) { return x >= 0; }
};
struct UnsignedSaturating : UnsignedLane {
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    return clamp(x, 0, (1 << Bits) - 1);
  }
};
struct UnsignedHalving : UnsignedLane {
  template <unsigned Bits>
  static constexpr std::int32_t result(std::int32_t x) {
    return x >> 1;
  }
};

/// Result and GE of a register being put together from its lanes.
template <class Lane, unsigned Bits>
struct Lanes {
  std::uint32_t value = 0;
  std::uint32_t ge = 0;

  static constexpr std::int32_t lane(std::uint32_t x, unsigned index) {
    return Lane::template extend<Bits>(x >> (index * Bits));
  }
  constexpr void put(unsigned index, std::int32_t x) {
    constexpr std::uint32_t kMask = (1u << Bits) - 1;
    value |= (unsign(Lane::template result<Bits>(x)) & kMask) << (index * Bits);
  }
  constexpr void put_ge(unsigned index, bool set) {
    if (set) ge |= ((1u << (Bits / 8)) - 1) << (index * (Bits / 8));
  }
  constexpr void put_sum(unsigned index, std::int32_t x) {
    put(index, x);
    if constexpr (Lane::kSetsGe) put_ge(index, Lane::template sum_sets_ge<Bits>(x));
  }
  constexpr void put_difference(unsigned index, std::int32_t x) {
    put(index, x);
    if constexpr (Lane::kSetsGe) put_ge(index, Lane::difference_sets_ge(x));
  }
  template <CoreLike C>
  void write(C& core, const Insn& in) const {
    core.set_r(in.d, value);
    if constexpr (Lane::kSetsGe) core.state.ge = ge;
  }
};

template <class Lane, unsigned Bits, CoreLike C>
void add_lanes(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const std::uint32_t m = core.r(in.m);
  Lanes<Lane, Bits> out;
  for (unsigned i = 0; i < 32 / Bits; ++i) out.put_sum(i, out.lane(n, i) + out.lane(m, i));
  out.write(core, in);
}
template <class Lane, unsigned Bits, CoreLike C>
void subtract_lanes(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const std::uint32_t m = core.r(in.m);
  Lanes<Lane, Bits> out;
  for (unsigned i = 0; i < 32 / Bits; ++i) out.put_difference(i, out.lane(n, i) - out.lane(m, i));
  out.write(core, in);
}

template <class Lane, CoreLike C>
void add16(C& core, const Insn& in) {
  add_lanes<Lane, 16>(core, in);
}
template <class Lane, CoreLike C>
void sub16(C& core, const Insn& in) {
  subtract_lanes<Lane, 16>(core, in);
}
template <class Lane, CoreLike C>
void add8(C& core, const Insn& in) {
  add_lanes<Lane, 8>(core, in);
}
template <class Lane, CoreLike C>
void sub8(C& core, const Insn& in) {
  subtract_lanes<Lane, 8>(core, in);
}
/// Exchange, add the high halves, subtract the low ones.
template <class Lane, CoreLike C>
void asx(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const std::uint32_t m = core.r(in.m);
  Lanes<Lane, 16> out;
  out.put_difference(0, out.lane(n, 0) - out.lane(m, 1));
  out.put_sum(1, out.lane(n, 1) + out.lane(m, 0));
  out.write(core, in);
}
/// Exchange, subtract the high halves, add the low ones.
template <class Lane, CoreLike C>
void sax(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const std::uint32_t m = core.r(in.m);
  Lanes<Lane, 16> out;
  out.put_sum(0, out.lane(n, 0) + out.lane(m, 1));
  out.put_difference(1, out.lane(n, 1) - out.lane(m, 0));
  out.write(core, in);
}

// ---- saturation and accumulation ----------------------------------------------------------------

/// SignedSatQ to 32 bits; sets Q.
template <CoreLike C>
std::uint32_t saturate(C& core, std::int64_t x) {
  const Saturated result = signed_saturate(x, 32);
  core.state.q |= static_cast<std::uint32_t>(result.saturated);
  return result.value;
}
/// The low word; sets Q when the value needs more.
template <CoreLike C>
std::uint32_t narrow(C& core, std::int64_t x) {
  const auto result = static_cast<std::uint32_t>(x);
  core.state.q |= static_cast<std::uint32_t>(x != wide(result));
  return result;
}
template <CoreLike C>
void accumulate(C& core, const Insn& in, std::int64_t product) {
  core.set_r(in.d, narrow(core, product + wide(core.r(in.a))));
}

constexpr std::int64_t dual_sum(std::uint32_t n, std::uint32_t m) {
  return std::int64_t{low(n) * low(m)} + high(n) * high(m);
}
constexpr std::int64_t dual_difference(std::uint32_t n, std::uint32_t m) {
  return std::int64_t{low(n) * low(m)} - high(n) * high(m);
}
/// Bits 47:16 of the product; dropping the low ones first changes neither an accumulated result nor
/// its overflow.
constexpr std::int32_t word_times_half(std::uint32_t n, std::int32_t m) {
  return static_cast<std::int32_t>(wide(n) * m >> 16);
}

/// RdHi:RdLo.
template <CoreLike C>
void set_long(C& core, const Insn& in, std::uint64_t x) {
  core.set_r(in.d, static_cast<std::uint32_t>(x));
  core.set_r(in.a, static_cast<std::uint32_t>(x >> 32));
}
template <CoreLike C>
void accumulate_long(C& core, const Insn& in, std::int64_t product) {
  const std::uint64_t old = std::uint64_t{core.r(in.a)} << 32 | core.r(in.d);
  set_long(core, in, old + static_cast<std::uint64_t>(product));
}

/// Half of the lowest bit that SMMUL and its kin keep.
inline constexpr std::uint64_t kHalfUnit = 0x80000000u;
constexpr std::uint32_t top(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
template <CoreLike C>
std::uint64_t product(const C& core, const Insn& in) {
  return static_cast<std::uint64_t>(wide(core.r(in.n)) * wide(core.r(in.m)));
}
/// Ra as the upper word of SMMLA and SMMLS.
template <CoreLike C>
std::uint64_t addend(const C& core, const Insn& in) {
  return std::uint64_t{core.r(in.a)} << 32;
}

}  // namespace sramscope::isa::semantics::dsp
