#pragma once

#include <cstdint>

#include "isa/fpu.h"
#include "isa/fpu_fast.h"
#include "isa/state.h"

/// What the functions of float.h, float_convert.h and float_move.h share: access to registers in
/// either format.
namespace sramscope::isa::semantics::fp {

using fpu::Double;
using fpu::Half;
using fpu::Single;

/// S<n> or D<n>.
template <class F, CoreLike C>
fpu::Bits<F> get(const C& core, unsigned n) {
  const auto& s = core.state.s;
  if constexpr (sizeof(fpu::Bits<F>) == 4) {
    return s[n];
  } else {
    return s[2 * n] | std::uint64_t{s[2 * n + 1]} << 32;
  }
}
template <class F, CoreLike C>
void set(C& core, unsigned n, fpu::Bits<F> value) {
  auto& s = core.state.s;
  if constexpr (sizeof(fpu::Bits<F>) == 4) {
    s[n] = value;
  } else {
    s[2 * n] = static_cast<std::uint32_t>(value);
    s[2 * n + 1] = static_cast<std::uint32_t>(value >> 32);
  }
}

template <class F>
using Binary = fpu::Bits<F> (*)(fpu::Bits<F>, fpu::Bits<F>, std::uint32_t&);

/// d = operation(n, m)
template <class F, Binary<F> operation, CoreLike C>
void binary(C& core, const Insn& in) {
  core.use_fpu();
  set<F>(core, in.d, operation(get<F>(core, in.n), get<F>(core, in.m), core.state.fpscr));
}

enum class Sign : bool { keep, negate };
template <class F>
constexpr fpu::Bits<F> apply(Sign sign, fpu::Bits<F> x) {
  return sign == Sign::negate ? fpu::negate<F>(x) : x;
}

/// d = +-d +- n * m with two roundings (VMLA, VMLS, VNMLA, VNMLS in A7.7).
template <class F, Sign addend, Sign product, CoreLike C>
void multiply_then_add(C& core, const Insn& in) {
  core.use_fpu();
  std::uint32_t& fpscr = core.state.fpscr;
  const auto rounded = fpu::fast::mul<F>(get<F>(core, in.n), get<F>(core, in.m), fpscr);
  const auto old = apply<F>(addend, get<F>(core, in.d));
  set<F>(core, in.d, fpu::fast::add<F>(old, apply<F>(product, rounded), fpscr));
}

/// d = +-d + +-n * m with one rounding (VFMA, VFNMA in A7.7).
template <class F, Sign addend, Sign factor, CoreLike C>
void fused_multiply_add(C& core, const Insn& in) {
  core.use_fpu();
  const auto n = apply<F>(factor, get<F>(core, in.n));
  const auto old = apply<F>(addend, get<F>(core, in.d));
  set<F>(core, in.d, fpu::fast::mul_add<F>(old, n, get<F>(core, in.m), core.state.fpscr));
}

/// Flags of FPSCR from a comparison (VCMP in A7.7).
template <CoreLike C>
void set_flags(C& core, std::uint32_t nzcv) {
  core.state.fpscr = (core.state.fpscr & 0x0fffffffu) | nzcv;
}
template <class F, CoreLike C>
void compare_registers(C& core, const Insn& in, bool signal_quiet) {
  core.use_fpu();
  set_flags(core, fpu::fast::compare<F>(get<F>(core, in.d), get<F>(core, in.m), signal_quiet,
                                        core.state.fpscr));
}
template <class F, CoreLike C>
void compare_zero(C& core, const Insn& in, bool signal_quiet) {
  core.use_fpu();
  set_flags(core, fpu::fast::compare<F>(get<F>(core, in.d), 0, signal_quiet, core.state.fpscr));
}

/// VSEL (FPv5).
template <class F, unsigned cond, CoreLike C>
void select(C& core, const Insn& in) {
  core.use_fpu();
  const bool first = condition_holds(core.state.flags, cond);
  set<F>(core, in.d, get<F>(core, first ? in.n : in.m));
}

template <class F, CoreLike C>
void round_integral(C& core, const Insn& in, fpu::Rounding mode, bool exact = false) {
  set<F>(core, in.d, fpu::round_to_integral<F>(get<F>(core, in.m), mode, exact, core.state.fpscr));
}

/// VCVT to a 32-bit integer.
template <class F, CoreLike C>
void to_integer(C& core, const Insn& in, bool is_signed, fpu::Rounding mode) {
  const fpu::Fixed format{.width = 32, .is_signed = is_signed, .fraction_bits = 0};
  core.state.s[in.d] = fpu::to_fixed<F>(get<F>(core, in.m), format, mode, core.state.fpscr);
}

/// VCVT to fixed point rounds towards zero and extends to the whole register (VCVT in A7.7).
template <class F, CoreLike C>
void to_fixed(C& core, const Insn& in, unsigned width, bool is_signed) {
  core.use_fpu();
  const fpu::Fixed format{.width = width, .is_signed = is_signed, .fraction_bits = in.imm};
  const std::uint32_t bits =
      fpu::to_fixed<F>(get<F>(core, in.d), format, fpu::Rounding::zero, core.state.fpscr);
  if (is_signed) {
    const auto value = std::int64_t{static_cast<std::int32_t>(bits)};
    set<F>(core, in.d, static_cast<fpu::Bits<F>>(value));
  } else {
    set<F>(core, in.d, bits);
  }
}
/// VCVT from fixed point always rounds to nearest (VCVT in A7.7).
template <class F, CoreLike C>
void from_fixed(C& core, const Insn& in, unsigned width, bool is_signed) {
  core.use_fpu();
  const fpu::Fixed format{.width = width, .is_signed = is_signed, .fraction_bits = in.imm};
  const auto bits = static_cast<std::uint32_t>(get<F>(core, in.d));
  set<F>(core, in.d, fpu::from_fixed<F>(bits, format, fpu::Rounding::nearest, core.state.fpscr));
}

}  // namespace sramscope::isa::semantics::fp
