#pragma once

#include <cstdint>
#include <type_traits>

#include "isa/insn.h"
#include "isa/semantics/load_store_multiple.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// Loads and stores (ARM ARM A7.7, A5.3.5 to A5.3.10). Every access comes before the writeback,
/// because an access that faults does not return and must leave the base as it was (B1.5.10). The
/// unprivileged forms (LDRT ...) are ordinary accesses until a core with an MPU tells them apart.
namespace sramscope::isa::semantics {

using SignedByte = std::int8_t;
using SignedHalf = std::int16_t;

// ---- shared bodies ------------------------------------------------------------------------------

/// Reads a T and extends it by its signedness.
template <class T, CoreLike C>
[[gnu::always_inline]] inline std::uint32_t load_as(C& core, Addr address) {
  return static_cast<std::uint32_t>(
      static_cast<T>(core.template load<std::make_unsigned_t<T>>(address)));
}
template <class T, CoreLike C>
[[gnu::always_inline]] inline void store_as(C& core, Addr address, std::uint32_t value) {
  core.template store<T>(address, static_cast<T>(value));
}

/// The index is shifted left by 0..3.
template <CoreLike C>
Addr index_address(const C& core, const Insn& in) {
  return core.r(in.n) + (core.r(in.m) << (in.shift_n & 3));
}

/// Base plus immediate.
template <class T, CoreLike C>
[[gnu::always_inline]] inline void load_imm(C& core, const Insn& in) {
  core.set_r(gpr(in.d), load_as<T>(core, core.r(in.n) + in.imm));
}
template <class T, CoreLike C>
[[gnu::always_inline]] inline void store_imm(C& core, const Insn& in) {
  store_as<T>(core, core.r(in.n) + in.imm, core.r(in.d));
}
/// Base plus index.
template <class T, CoreLike C>
[[gnu::always_inline]] inline void load_reg(C& core, const Insn& in) {
  core.set_r(gpr(in.d), load_as<T>(core, index_address(core, in)));
}
template <class T, CoreLike C>
[[gnu::always_inline]] inline void store_reg(C& core, const Insn& in) {
  store_as<T>(core, index_address(core, in), core.r(in.d));
}
/// Offset of either sign, before or after, with or without writeback.
template <class T, CoreLike C>
[[gnu::always_inline]] inline std::uint32_t load_and_index(C& core, const Insn& in) {
  const Addr moved = offset_address(core, in);
  if (in.writeback) core.check_stack_limit(in.n, moved);
  const std::uint32_t value = load_as<T>(core, in.index ? moved : core.r(in.n));
  if (in.writeback) core.set_r(in.n, moved);
  return value;
}
template <class T, CoreLike C>
[[gnu::always_inline]] inline void load_indexed(C& core, const Insn& in) {
  core.set_r(gpr(in.d), load_and_index<T>(core, in));
}
template <class T, CoreLike C>
[[gnu::always_inline]] inline void store_indexed(C& core, const Insn& in) {
  const Addr moved = offset_address(core, in);
  if (in.writeback) core.check_stack_limit(in.n, moved);
  store_as<T>(core, in.index ? moved : core.r(in.n), core.r(in.d));
  if (in.writeback) core.set_r(in.n, moved);
}
/// imm is the address.
template <class T, CoreLike C>
[[gnu::always_inline]] inline void load_literal(C& core, const Insn& in) {
  core.set_r(gpr(in.d), load_as<T>(core, in.imm));
}
/// A loaded word may go to SP, or to PC (LoadWritePC).
template <CoreLike C>
[[gnu::always_inline]] inline void set_loaded(C& core, const Insn& in, std::uint32_t value) {
  if (in.d == 15) {
    core.branch_exchange(value);
  } else {
    core.set_r(in.d, value);
  }
}

// ---- one register -------------------------------------------------------------------------------

template <CoreLike C>
void LDR_lit_T1(C& core, const Insn& in) {
  load_literal<Word>(core, in);
}
template <CoreLike C>
void STR_reg_T1(C& core, const Insn& in) {
  store_reg<Word>(core, in);
}
template <CoreLike C>
void STRH_reg_T1(C& core, const Insn& in) {
  store_reg<Half>(core, in);
}
template <CoreLike C>
void STRB_reg_T1(C& core, const Insn& in) {
  store_reg<Byte>(core, in);
}
template <CoreLike C>
void LDRSB_reg_T1(C& core, const Insn& in) {
  load_reg<SignedByte>(core, in);
}
template <CoreLike C>
void LDR_reg_T1(C& core, const Insn& in) {
  load_reg<Word>(core, in);
}
template <CoreLike C>
void LDRH_reg_T1(C& core, const Insn& in) {
  load_reg<Half>(core, in);
}
template <CoreLike C>
void LDRB_reg_T1(C& core, const Insn& in) {
  load_reg<Byte>(core, in);
}
template <CoreLike C>
void LDRSH_reg_T1(C& core, const Insn& in) {
  load_reg<SignedHalf>(core, in);
}
template <CoreLike C>
void STR_imm_T1(C& core, const Insn& in) {
  store_imm<Word>(core, in);
}
template <CoreLike C>
void LDR_imm_T1(C& core, const Insn& in) {
  load_imm<Word>(core, in);
}
template <CoreLike C>
void STRB_imm_T1(C& core, const Insn& in) {
  store_imm<Byte>(core, in);
}
template <CoreLike C>
void LDRB_imm_T1(C& core, const Insn& in) {
  load_imm<Byte>(core, in);
}
template <CoreLike C>
void STRH_imm_T1(C& core, const Insn& in) {
  store_imm<Half>(core, in);
}
template <CoreLike C>
void LDRH_imm_T1(C& core, const Insn& in) {
  load_imm<Half>(core, in);
}
template <CoreLike C>
void STR_imm_T2(C& core, const Insn& in) {
  store_imm<Word>(core, in);
}
template <CoreLike C>
void LDR_imm_T2(C& core, const Insn& in) {
  load_imm<Word>(core, in);
}
template <CoreLike C>
void STRB_imm_T2(C& core, const Insn& in) {
  store_imm<Byte>(core, in);
}
template <CoreLike C>
void STRB_imm_T3(C& core, const Insn& in) {
  store_indexed<Byte>(core, in);
}
template <CoreLike C>
void STRBT_T1(C& core, const Insn& in) {
  store_imm<Byte>(core, in);
}
template <CoreLike C>
void STRB_reg_T2(C& core, const Insn& in) {
  store_reg<Byte>(core, in);
}
template <CoreLike C>
void STRH_imm_T2(C& core, const Insn& in) {
  store_imm<Half>(core, in);
}
template <CoreLike C>
void STRH_imm_T3(C& core, const Insn& in) {
  store_indexed<Half>(core, in);
}
template <CoreLike C>
void STRHT_T1(C& core, const Insn& in) {
  store_imm<Half>(core, in);
}
template <CoreLike C>
void STRH_reg_T2(C& core, const Insn& in) {
  store_reg<Half>(core, in);
}
template <CoreLike C>
void STR_imm_T3(C& core, const Insn& in) {
  store_imm<Word>(core, in);
}
template <CoreLike C>
void STR_imm_T4(C& core, const Insn& in) {
  store_indexed<Word>(core, in);
}
template <CoreLike C>
void STRT_T1(C& core, const Insn& in) {
  store_imm<Word>(core, in);
}
template <CoreLike C>
void STR_reg_T2(C& core, const Insn& in) {
  store_reg<Word>(core, in);
}
template <CoreLike C>
void LDRB_imm_T2(C& core, const Insn& in) {
  load_imm<Byte>(core, in);
}
template <CoreLike C>
void LDRB_imm_T3(C& core, const Insn& in) {
  load_indexed<Byte>(core, in);
}
template <CoreLike C>
void LDRBT_T1(C& core, const Insn& in) {
  load_imm<Byte>(core, in);
}
template <CoreLike C>
void LDRB_lit_T1(C& core, const Insn& in) {
  load_literal<Byte>(core, in);
}
template <CoreLike C>
void LDRB_reg_T2(C& core, const Insn& in) {
  load_reg<Byte>(core, in);
}
template <CoreLike C>
void LDRH_imm_T2(C& core, const Insn& in) {
  load_imm<Half>(core, in);
}
template <CoreLike C>
void LDRH_imm_T3(C& core, const Insn& in) {
  load_indexed<Half>(core, in);
}
template <CoreLike C>
void LDRHT_T1(C& core, const Insn& in) {
  load_imm<Half>(core, in);
}
template <CoreLike C>
void LDRH_lit_T1(C& core, const Insn& in) {
  load_literal<Half>(core, in);
}
template <CoreLike C>
void LDRH_reg_T2(C& core, const Insn& in) {
  load_reg<Half>(core, in);
}
template <CoreLike C>
void LDRT_T1(C& core, const Insn& in) {
  load_imm<Word>(core, in);
}
template <CoreLike C>
void LDRSB_imm_T1(C& core, const Insn& in) {
  load_imm<SignedByte>(core, in);
}
template <CoreLike C>
void LDRSB_imm_T2(C& core, const Insn& in) {
  load_indexed<SignedByte>(core, in);
}
template <CoreLike C>
void LDRSBT_T1(C& core, const Insn& in) {
  load_imm<SignedByte>(core, in);
}
template <CoreLike C>
void LDRSB_lit_T1(C& core, const Insn& in) {
  load_literal<SignedByte>(core, in);
}
template <CoreLike C>
void LDRSB_reg_T2(C& core, const Insn& in) {
  load_reg<SignedByte>(core, in);
}
template <CoreLike C>
void LDRSH_imm_T1(C& core, const Insn& in) {
  load_imm<SignedHalf>(core, in);
}
template <CoreLike C>
void LDRSH_imm_T2(C& core, const Insn& in) {
  load_indexed<SignedHalf>(core, in);
}
template <CoreLike C>
void LDRSHT_T1(C& core, const Insn& in) {
  load_imm<SignedHalf>(core, in);
}
template <CoreLike C>
void LDRSH_lit_T1(C& core, const Insn& in) {
  load_literal<SignedHalf>(core, in);
}
template <CoreLike C>
void LDRSH_reg_T2(C& core, const Insn& in) {
  load_reg<SignedHalf>(core, in);
}

template <CoreLike C>
void LDR_imm_T3(C& core, const Insn& in) {
  set_loaded(core, in, load_as<Word>(core, core.r(in.n) + in.imm));
}
template <CoreLike C>
void LDR_imm_T4(C& core, const Insn& in) {
  set_loaded(core, in, load_and_index<Word>(core, in));
}
template <CoreLike C>
void LDR_reg_T2(C& core, const Insn& in) {
  set_loaded(core, in, load_as<Word>(core, index_address(core, in)));
}
template <CoreLike C>
void LDR_lit_T2(C& core, const Insn& in) {
  set_loaded(core, in, load_as<Word>(core, in.imm));
}

// ---- memory hints: no effect that a program can see ---------------------------------------------

template <CoreLike C>
void PLD_imm_T1(C&, const Insn&) {}
template <CoreLike C>
void PLD_imm_T2(C&, const Insn&) {}
template <CoreLike C>
void PLD_lit_T1(C&, const Insn&) {}
template <CoreLike C>
void PLD_reg_T1(C&, const Insn&) {}
template <CoreLike C>
void PLDW_imm_T1(C&, const Insn&) {}
template <CoreLike C>
void PLDW_imm_T2(C&, const Insn&) {}
template <CoreLike C>
void PLDW_lit_T1(C&, const Insn&) {}
template <CoreLike C>
void PLDW_reg_T1(C&, const Insn&) {}
template <CoreLike C>
void PLI_imm_T1(C&, const Insn&) {}
template <CoreLike C>
void PLI_imm_T2(C&, const Insn&) {}
template <CoreLike C>
void PLI_lit_T3(C&, const Insn&) {}
template <CoreLike C>
void PLI_reg_T1(C&, const Insn&) {}
template <CoreLike C>
void MEMHINT_imm_T1(C&, const Insn&) {}
template <CoreLike C>
void MEMHINT_imm_T2(C&, const Insn&) {}
template <CoreLike C>
void MEMHINT_lit_T1(C&, const Insn&) {}
template <CoreLike C>
void MEMHINT_reg_T1(C&, const Insn&) {}

}  // namespace sramscope::isa::semantics
