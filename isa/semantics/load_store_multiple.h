#pragma once

#include <bit>
#include <cstdint>

#include "isa/insn.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// Transfers of two registers and more, and the synchronising ones (ARM ARM A5.3.5, A5.3.6): all
/// must be aligned.
namespace sramscope::isa::semantics {

// ---- two registers and exclusives ---------------------------------------------------------------

template <CoreLike C>
void set_pair(C& core, const Insn& in, Addr address) {
  const Word first = core.template load_aligned<Word>(address);
  const Word second = core.template load_aligned<Word>(address + 4);
  core.set_r(gpr(in.d), first);
  core.set_r(gpr(in.a), second);
}
template <CoreLike C>
void LDRD_imm_T1(C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  const Addr moved = offset_address(core, in);
  if (in.writeback) core.check_stack_limit(in.n, moved);
  set_pair(core, in, in.index ? moved : base);
  if (in.writeback) core.set_r(in.n, moved);
}
template <CoreLike C>
void LDRD_lit_T1(C& core, const Insn& in) {
  set_pair(core, in, in.imm);
}
template <CoreLike C>
void STRD_imm_T1(C& core, const Insn& in) {
  const Addr moved = offset_address(core, in);
  const Addr address = in.index ? moved : core.r(in.n);
  if (in.writeback) core.check_stack_limit(in.n, moved);
  core.template store_aligned<Word>(address, core.r(in.d));
  core.template store_aligned<Word>(address + 4, core.r(in.a));
  if (in.writeback) core.set_r(in.n, moved);
}

template <CoreLike C>
void LDREX_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.load_exclusive(core.r(in.n) + in.imm, 4));
}
template <CoreLike C>
void LDREXB_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.load_exclusive(core.r(in.n), 1));
}
template <CoreLike C>
void LDREXH_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.load_exclusive(core.r(in.n), 2));
}
template <CoreLike C>
void STREX_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.a), core.store_exclusive(core.r(in.n) + in.imm, 4, core.r(in.d)));
}
template <CoreLike C>
void STREXB_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.a), core.store_exclusive(core.r(in.n), 1, core.r(in.d)));
}
template <CoreLike C>
void STREXH_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.a), core.store_exclusive(core.r(in.n), 2, core.r(in.d)));
}
template <CoreLike C>
void CLREX_T1(C& core, const Insn&) {
  core.clear_exclusive();
}

// ---- acquire and release: one core, so ordering is free, but they must be aligned ---------------

template <class T, CoreLike C>
void load_acquire(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.template load_aligned<T>(core.r(in.n)));
}
template <class T, CoreLike C>
void store_release(C& core, const Insn& in) {
  core.template store_aligned<T>(core.r(in.n), static_cast<T>(core.r(in.d)));
}
template <CoreLike C>
void LDAB_T1(C& core, const Insn& in) {
  load_acquire<Byte>(core, in);
}
template <CoreLike C>
void STLB_T1(C& core, const Insn& in) {
  store_release<Byte>(core, in);
}
template <CoreLike C>
void LDAEXB_T1(C& core, const Insn& in) {
  LDREXB_T1(core, in);
}
template <CoreLike C>
void STLEXB_T1(C& core, const Insn& in) {
  STREXB_T1(core, in);
}
template <CoreLike C>
void LDAH_T1(C& core, const Insn& in) {
  load_acquire<Half>(core, in);
}
template <CoreLike C>
void STLH_T1(C& core, const Insn& in) {
  store_release<Half>(core, in);
}
template <CoreLike C>
void LDAEXH_T1(C& core, const Insn& in) {
  LDREXH_T1(core, in);
}
template <CoreLike C>
void STLEXH_T1(C& core, const Insn& in) {
  STREXH_T1(core, in);
}
template <CoreLike C>
void LDA_T1(C& core, const Insn& in) {
  load_acquire<Word>(core, in);
}
template <CoreLike C>
void STL_T1(C& core, const Insn& in) {
  store_release<Word>(core, in);
}
template <CoreLike C>
void LDAEX_T1(C& core, const Insn& in) {
  LDREX_T1(core, in);
}
template <CoreLike C>
void STLEX_T1(C& core, const Insn& in) {
  STREX_T1(core, in);
}

// ---- several registers --------------------------------------------------------------------------

constexpr Addr list_bytes(const Insn& in) { return 4 * static_cast<Addr>(std::popcount(in.imm)); }

/// Loads the list upwards from `address`. The base, and PC, are written last: a fault on the way
/// must find the base as it was (B1.5.10), and an exception return through PC (POP) must find SP
/// where it belongs.
template <CoreLike C>
void load_list(C& core, const Insn& in, Addr address, Addr base_after) {
  Word target = 0;
  if (in.writeback) core.check_stack_limit(in.n, base_after);
  for (std::uint32_t list = in.imm; list != 0; list &= list - 1) {
    const auto reg = static_cast<unsigned>(std::countr_zero(list));
    const Word value = core.template load_aligned<Word>(address);
    address += 4;
    if (reg == 15) {
      target = value;
    } else if (reg == in.n) {
      base_after = value;
    } else {
      core.set_r(reg, value);
    }
  }
  core.set_r(in.n, base_after);
  if ((in.imm >> 15 & 1) != 0) core.branch_exchange(target);
}
/// Stores the list upwards from `address`; a base in the list is stored as it was.
template <CoreLike C>
void store_list(C& core, const Insn& in, Addr address, Addr base_after) {
  if (in.writeback) core.check_stack_limit(in.n, base_after);
  for (std::uint32_t list = in.imm; list != 0; list &= list - 1) {
    core.template store_aligned<Word>(address,
                                      core.r(static_cast<unsigned>(std::countr_zero(list))));
    address += 4;
  }
  if (in.writeback) core.set_r(in.n, base_after);
}

template <CoreLike C>
void load_increment_after(C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  load_list(core, in, base, in.writeback ? base + list_bytes(in) : base);
}
template <CoreLike C>
void LDMDB_T1(C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  const Addr start = base - list_bytes(in);
  load_list(core, in, start, in.writeback ? start : base);
}
template <CoreLike C>
void store_increment_after(C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  store_list(core, in, base, base + list_bytes(in));
}
template <CoreLike C>
void store_decrement_before(C& core, const Insn& in) {
  const Addr start = core.r(in.n) - list_bytes(in);
  store_list(core, in, start, start);
}

template <CoreLike C>
void PUSH_T1(C& core, const Insn& in) {
  store_decrement_before(core, in);
}
template <CoreLike C>
void POP_T1(C& core, const Insn& in) {
  load_increment_after(core, in);
}
template <CoreLike C>
void STM_T1(C& core, const Insn& in) {
  store_increment_after(core, in);
}
template <CoreLike C>
void LDM_T1(C& core, const Insn& in) {
  load_increment_after(core, in);
}
template <CoreLike C>
void STM_T2(C& core, const Insn& in) {
  store_increment_after(core, in);
}
template <CoreLike C>
void LDM_T2(C& core, const Insn& in) {
  load_increment_after(core, in);
}
template <CoreLike C>
void POP_T2(C& core, const Insn& in) {
  load_increment_after(core, in);
}
template <CoreLike C>
void STMDB_T1(C& core, const Insn& in) {
  store_decrement_before(core, in);
}
template <CoreLike C>
void PUSH_T2(C& core, const Insn& in) {
  store_decrement_before(core, in);
}

}  // namespace sramscope::isa::semantics
