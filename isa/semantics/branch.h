#pragma once

#include <cstdint>

#include "isa/insn.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// Branches (ARM ARM A7.7.12 and following). A conditional branch tests its own condition; that of
/// an IT block is tested around the function.
namespace sramscope::isa::semantics {

template <CoreLike C>
void branch_if(C& core, const Insn& in) {
  if (condition_holds(core.state.flags, in.cond)) core.branch(in.imm);
}
template <CoreLike C>
void B_T1(C& core, const Insn& in) {
  branch_if(core, in);
}
template <CoreLike C>
void B_T2(C& core, const Insn& in) {
  core.branch(in.imm);
}
template <CoreLike C>
void B_T3(C& core, const Insn& in) {
  branch_if(core, in);
}
template <CoreLike C>
void B_T4(C& core, const Insn& in) {
  core.branch(in.imm);
}
template <CoreLike C>
void CBZ_T1(C& core, const Insn& in) {
  if (core.r(low(in.n)) == 0) core.branch(in.imm);
}
template <CoreLike C>
void CBNZ_T1(C& core, const Insn& in) {
  if (core.r(low(in.n)) != 0) core.branch(in.imm);
}

/// The return address has the Thumb bit.
template <CoreLike C>
void BL_T1(C& core, const Insn& in) {
  core.set_r(14, (in.address + 4) | 1);
  core.branch(in.imm);
}
template <CoreLike C>
void BLX_reg_T1(C& core, const Insn& in) {
  const std::uint32_t target = core.r(in.m);
  core.set_r(14, (in.address + 2) | 1);
  core.branch_interwork(target);
}
template <CoreLike C>
void BX_T1(C& core, const Insn& in) {
  core.branch_exchange(core.r(in.m));
}

/// With the Thumb bit these are BX and BLX. Without it they leave the Secure state, whose
/// instructions all memory holds while the SAU is off: the fetch that follows faults (DDI 0553B
/// C2.4.27, B8.1).
template <CoreLike C>
void BXNS_T1(C& core, const Insn& in) {
  BX_T1(core, in);
}
template <CoreLike C>
void BLXNS_T1(C& core, const Insn& in) {
  BLX_reg_T1(core, in);
}

/// The table holds half the forward distance from PC (A7.7.185).
template <CoreLike C>
void TBB_T1(C& core, const Insn& in) {
  const Addr entry = read(core, in, in.n) + core.r(in.m);
  core.branch(in.address + 4 + 2u * core.template load<std::uint8_t>(entry));
}
template <CoreLike C>
void TBH_T1(C& core, const Insn& in) {
  const Addr entry = read(core, in, in.n) + (core.r(in.m) << 1);
  core.branch(in.address + 4 + 2u * core.template load<std::uint16_t>(entry));
}

}  // namespace sramscope::isa::semantics
