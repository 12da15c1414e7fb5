#pragma once

#include <bit>
#include <cstdint>

#include "isa/alu.h"
#include "isa/state.h"

/// The DSP extension: one function per row of dsp.def, after the pseudocode of A7.7 in the ARMv7-M
/// ARM. The pieces they are made of are in dsp_lanes.h.
#include "isa/semantics/dsp_lanes.h"

namespace sramscope::isa::semantics {

// ---- extend and add -----------------------------------------------------------------------------

template <CoreLike C>
void SXTAH(C& core, const Insn& in) {
  core.set_r(in.d, core.r(in.n) + dsp::unsign(dsp::low(dsp::rotated(core, in))));
}
template <CoreLike C>
void UXTAH(C& core, const Insn& in) {
  core.set_r(in.d, core.r(in.n) + (dsp::rotated(core, in) & 0xffff));
}
template <CoreLike C>
void SXTAB(C& core, const Insn& in) {
  core.set_r(in.d, core.r(in.n) + sign_extend_byte(dsp::rotated(core, in)));
}
template <CoreLike C>
void UXTAB(C& core, const Insn& in) {
  core.set_r(in.d, core.r(in.n) + (dsp::rotated(core, in) & 0xff));
}
template <CoreLike C>
void SXTB16(C& core, const Insn& in) {
  core.set_r(in.d, dsp::sign_extend_two_bytes(dsp::rotated(core, in)));
}
template <CoreLike C>
void UXTB16(C& core, const Insn& in) {
  core.set_r(in.d, dsp::rotated(core, in) & 0x00ff00ff);
}
template <CoreLike C>
void SXTAB16(C& core, const Insn& in) {
  const std::uint32_t bytes = dsp::sign_extend_two_bytes(dsp::rotated(core, in));
  core.set_r(in.d, dsp::add_halves(core.r(in.n), bytes));
}
template <CoreLike C>
void UXTAB16(C& core, const Insn& in) {
  core.set_r(in.d, dsp::add_halves(core.r(in.n), dsp::rotated(core, in) & 0x00ff00ff));
}

// ---- parallel addition and subtraction ----------------------------------------------------------

// Signed, modulo; GE tells where the result is not negative.

template <CoreLike C>
void SADD16(C& core, const Insn& in) {
  dsp::add16<dsp::Signed>(core, in);
}
template <CoreLike C>
void SSUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::Signed>(core, in);
}
template <CoreLike C>
void SASX(C& core, const Insn& in) {
  dsp::asx<dsp::Signed>(core, in);
}
template <CoreLike C>
void SSAX(C& core, const Insn& in) {
  dsp::sax<dsp::Signed>(core, in);
}
template <CoreLike C>
void SADD8(C& core, const Insn& in) {
  dsp::add8<dsp::Signed>(core, in);
}
template <CoreLike C>
void SSUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::Signed>(core, in);
}

// Signed, saturating.

template <CoreLike C>
void QADD16(C& core, const Insn& in) {
  dsp::add16<dsp::SignedSaturating>(core, in);
}
template <CoreLike C>
void QSUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::SignedSaturating>(core, in);
}
template <CoreLike C>
void QASX(C& core, const Insn& in) {
  dsp::asx<dsp::SignedSaturating>(core, in);
}
template <CoreLike C>
void QSAX(C& core, const Insn& in) {
  dsp::sax<dsp::SignedSaturating>(core, in);
}
template <CoreLike C>
void QADD8(C& core, const Insn& in) {
  dsp::add8<dsp::SignedSaturating>(core, in);
}
template <CoreLike C>
void QSUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::SignedSaturating>(core, in);
}

// Signed, halving.

template <CoreLike C>
void SHADD16(C& core, const Insn& in) {
  dsp::add16<dsp::SignedHalving>(core, in);
}
template <CoreLike C>
void SHSUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::SignedHalving>(core, in);
}
template <CoreLike C>
void SHASX(C& core, const Insn& in) {
  dsp::asx<dsp::SignedHalving>(core, in);
}
template <CoreLike C>
void SHSAX(C& core, const Insn& in) {
  dsp::sax<dsp::SignedHalving>(core, in);
}
template <CoreLike C>
void SHADD8(C& core, const Insn& in) {
  dsp::add8<dsp::SignedHalving>(core, in);
}
template <CoreLike C>
void SHSUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::SignedHalving>(core, in);
}

// Unsigned, modulo; GE tells carries of sums, and no borrow of differences.

template <CoreLike C>
void UADD16(C& core, const Insn& in) {
  dsp::add16<dsp::Unsigned>(core, in);
}
template <CoreLike C>
void USUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::Unsigned>(core, in);
}
template <CoreLike C>
void UASX(C& core, const Insn& in) {
  dsp::asx<dsp::Unsigned>(core, in);
}
template <CoreLike C>
void USAX(C& core, const Insn& in) {
  dsp::sax<dsp::Unsigned>(core, in);
}
template <CoreLike C>
void UADD8(C& core, const Insn& in) {
  dsp::add8<dsp::Unsigned>(core, in);
}
template <CoreLike C>
void USUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::Unsigned>(core, in);
}

// Unsigned, saturating.

template <CoreLike C>
void UQADD16(C& core, const Insn& in) {
  dsp::add16<dsp::UnsignedSaturating>(core, in);
}
template <CoreLike C>
void UQSUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::UnsignedSaturating>(core, in);
}
template <CoreLike C>
void UQASX(C& core, const Insn& in) {
  dsp::asx<dsp::UnsignedSaturating>(core, in);
}
template <CoreLike C>
void UQSAX(C& core, const Insn& in) {
  dsp::sax<dsp::UnsignedSaturating>(core, in);
}
template <CoreLike C>
void UQADD8(C& core, const Insn& in) {
  dsp::add8<dsp::UnsignedSaturating>(core, in);
}
template <CoreLike C>
void UQSUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::UnsignedSaturating>(core, in);
}

// Unsigned, halving.

template <CoreLike C>
void UHADD16(C& core, const Insn& in) {
  dsp::add16<dsp::UnsignedHalving>(core, in);
}
template <CoreLike C>
void UHSUB16(C& core, const Insn& in) {
  dsp::sub16<dsp::UnsignedHalving>(core, in);
}
template <CoreLike C>
void UHASX(C& core, const Insn& in) {
  dsp::asx<dsp::UnsignedHalving>(core, in);
}
template <CoreLike C>
void UHSAX(C& core, const Insn& in) {
  dsp::sax<dsp::UnsignedHalving>(core, in);
}
template <CoreLike C>
void UHADD8(C& core, const Insn& in) {
  dsp::add8<dsp::UnsignedHalving>(core, in);
}
template <CoreLike C>
void UHSUB8(C& core, const Insn& in) {
  dsp::sub8<dsp::UnsignedHalving>(core, in);
}

// ---- bytes and halfwords ------------------------------------------------------------------------

/// Chooses bytes by GE (A7.7).
template <CoreLike C>
void SEL(C& core, const Insn& in) {
  const std::uint32_t mask = dsp::byte_mask(core.state.ge);
  core.set_r(in.d, (core.r(in.n) & mask) | (core.r(in.m) & ~mask));
}
template <CoreLike C>
void USAD8(C& core, const Insn& in) {
  core.set_r(in.d, dsp::sum_of_differences(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void USADA8(C& core, const Insn& in) {
  core.set_r(in.d, core.r(in.a) + dsp::sum_of_differences(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void PKHBT(C& core, const Insn& in) {
  core.set_r(in.d, (core.r(in.n) & 0xffff) | (core.r(in.m) << in.shift_n & 0xffff0000));
}
template <CoreLike C>
void PKHTB(C& core, const Insn& in) {
  const std::int64_t shifted = std::int64_t{dsp::sign(core.r(in.m))} >> in.shift_n;
  core.set_r(in.d, (core.r(in.n) & 0xffff0000) | (static_cast<std::uint32_t>(shifted) & 0xffff));
}

// ---- saturation ---------------------------------------------------------------------------------

template <CoreLike C>
void SSAT16(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const Saturated low = signed_saturate(dsp::low(n), in.imm);
  const Saturated high = signed_saturate(dsp::high(n), in.imm);
  core.state.q |= static_cast<std::uint32_t>(low.saturated | high.saturated);
  core.set_r(in.d, dsp::pack(low.value, high.value));
}
template <CoreLike C>
void USAT16(C& core, const Insn& in) {
  const std::uint32_t n = core.r(in.n);
  const Saturated low = unsigned_saturate(dsp::low(n), in.imm);
  const Saturated high = unsigned_saturate(dsp::high(n), in.imm);
  core.state.q |= static_cast<std::uint32_t>(low.saturated | high.saturated);
  core.set_r(in.d, dsp::pack(low.value, high.value));
}
template <CoreLike C>
void QADD(C& core, const Insn& in) {
  core.set_r(in.d, dsp::saturate(core, dsp::wide(core.r(in.m)) + dsp::wide(core.r(in.n))));
}
template <CoreLike C>
void QSUB(C& core, const Insn& in) {
  core.set_r(in.d, dsp::saturate(core, dsp::wide(core.r(in.m)) - dsp::wide(core.r(in.n))));
}
template <CoreLike C>
void QDADD(C& core, const Insn& in) {
  const std::uint32_t doubled = dsp::saturate(core, 2 * dsp::wide(core.r(in.n)));
  core.set_r(in.d, dsp::saturate(core, dsp::wide(core.r(in.m)) + dsp::wide(doubled)));
}
template <CoreLike C>
void QDSUB(C& core, const Insn& in) {
  const std::uint32_t doubled = dsp::saturate(core, 2 * dsp::wide(core.r(in.n)));
  core.set_r(in.d, dsp::saturate(core, dsp::wide(core.r(in.m)) - dsp::wide(doubled)));
}

// ---- products of halfwords ----------------------------------------------------------------------

template <CoreLike C>
void SMULBB(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::low(core.r(in.n)) * dsp::low(core.r(in.m))));
}
template <CoreLike C>
void SMULBT(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::low(core.r(in.n)) * dsp::high(core.r(in.m))));
}
template <CoreLike C>
void SMULTB(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::high(core.r(in.n)) * dsp::low(core.r(in.m))));
}
template <CoreLike C>
void SMULTT(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::high(core.r(in.n)) * dsp::high(core.r(in.m))));
}
template <CoreLike C>
void SMLABB(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::low(core.r(in.n)) * dsp::low(core.r(in.m)));
}
template <CoreLike C>
void SMLABT(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::low(core.r(in.n)) * dsp::high(core.r(in.m)));
}
template <CoreLike C>
void SMLATB(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::high(core.r(in.n)) * dsp::low(core.r(in.m)));
}
template <CoreLike C>
void SMLATT(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::high(core.r(in.n)) * dsp::high(core.r(in.m)));
}
template <CoreLike C>
void SMULWB(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::word_times_half(core.r(in.n), dsp::low(core.r(in.m)))));
}
template <CoreLike C>
void SMULWT(C& core, const Insn& in) {
  core.set_r(in.d, dsp::unsign(dsp::word_times_half(core.r(in.n), dsp::high(core.r(in.m)))));
}
template <CoreLike C>
void SMLAWB(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::word_times_half(core.r(in.n), dsp::low(core.r(in.m))));
}
template <CoreLike C>
void SMLAWT(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::word_times_half(core.r(in.n), dsp::high(core.r(in.m))));
}

// Dual products. Only the sum of all terms decides about Q, not the sum of the two products.

template <CoreLike C>
void SMUAD(C& core, const Insn& in) {
  core.set_r(in.d, dsp::narrow(core, dsp::dual_sum(core.r(in.n), core.r(in.m))));
}
template <CoreLike C>
void SMUSD(C& core, const Insn& in) {
  core.set_r(in.d, static_cast<std::uint32_t>(dsp::dual_difference(core.r(in.n), core.r(in.m))));
}
template <CoreLike C>
void SMLAD(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::dual_sum(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SMLSD(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::dual_difference(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SMUADX(C& core, const Insn& in) {
  core.set_r(in.d, dsp::narrow(core, dsp::dual_sum(core.r(in.n), dsp::swapped(core.r(in.m)))));
}
template <CoreLike C>
void SMUSDX(C& core, const Insn& in) {
  core.set_r(in.d, static_cast<std::uint32_t>(
                       dsp::dual_difference(core.r(in.n), dsp::swapped(core.r(in.m)))));
}
template <CoreLike C>
void SMLADX(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::dual_sum(core.r(in.n), dsp::swapped(core.r(in.m))));
}
template <CoreLike C>
void SMLSDX(C& core, const Insn& in) {
  dsp::accumulate(core, in, dsp::dual_difference(core.r(in.n), dsp::swapped(core.r(in.m))));
}

// 64-bit accumulators.

template <CoreLike C>
void SMLALBB(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::low(core.r(in.n)) * dsp::low(core.r(in.m)));
}
template <CoreLike C>
void SMLALBT(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::low(core.r(in.n)) * dsp::high(core.r(in.m)));
}
template <CoreLike C>
void SMLALTB(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::high(core.r(in.n)) * dsp::low(core.r(in.m)));
}
template <CoreLike C>
void SMLALTT(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::high(core.r(in.n)) * dsp::high(core.r(in.m)));
}
template <CoreLike C>
void SMLALD(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::dual_sum(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SMLSLD(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::dual_difference(core.r(in.n), core.r(in.m)));
}
template <CoreLike C>
void SMLALDX(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::dual_sum(core.r(in.n), dsp::swapped(core.r(in.m))));
}
template <CoreLike C>
void SMLSLDX(C& core, const Insn& in) {
  dsp::accumulate_long(core, in, dsp::dual_difference(core.r(in.n), dsp::swapped(core.r(in.m))));
}

// ---- products of words --------------------------------------------------------------------------

template <CoreLike C>
void SMMUL(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::product(core, in)));
}
template <CoreLike C>
void SMMLA(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::addend(core, in) + dsp::product(core, in)));
}
template <CoreLike C>
void SMMLS(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::addend(core, in) - dsp::product(core, in)));
}
template <CoreLike C>
void SMMULR(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::product(core, in) + dsp::kHalfUnit));
}
template <CoreLike C>
void SMMLAR(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::addend(core, in) + dsp::product(core, in) + dsp::kHalfUnit));
}
template <CoreLike C>
void SMMLSR(C& core, const Insn& in) {
  core.set_r(in.d, dsp::top(dsp::addend(core, in) - dsp::product(core, in) + dsp::kHalfUnit));
}
template <CoreLike C>
void UMAAL(C& core, const Insn& in) {
  const std::uint64_t product = std::uint64_t{core.r(in.n)} * core.r(in.m);
  dsp::set_long(core, in, product + core.r(in.d) + core.r(in.a));
}

}  // namespace sramscope::isa::semantics
