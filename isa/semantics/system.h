#pragma once

#include <cstdint>

#include "isa/insn.h"
#include "isa/semantics/operands.h"
#include "isa/state.h"

/// System instructions, hints and traps (ARM ARM A5.3.4, B5.2): what they mean is the core's.
namespace sramscope::isa::semantics {

template <CoreLike C>
void MRS_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.read_special(in.imm));
}
/// imm is mask:SYSm, see forms::WriteSpecial.
template <CoreLike C>
void MSR_T1(C& core, const Insn& in) {
  core.write_special(in.imm & 0xff, in.imm >> 8, core.r(in.n));
}
template <CoreLike C>
void CPS_T1(C& core, const Insn& in) {
  core.change_processor_state(in);
}

/// IT only sets the conditions of the instructions after it, which is done when these are decoded.
template <CoreLike C>
void IT_T1(C&, const Insn&) {}
template <CoreLike C>
void NOP_T1(C&, const Insn&) {}
template <CoreLike C>
void NOP_T2(C&, const Insn&) {}
template <CoreLike C>
void HINT_T1(C&, const Insn&) {}
template <CoreLike C>
void HINT_T2(C&, const Insn&) {}
template <CoreLike C>
void YIELD_T1(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void YIELD_T2(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void WFE_T1(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void WFE_T2(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void WFI_T1(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void WFI_T2(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void SEV_T1(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void SEV_T2(C& core, const Insn& in) {
  core.hint(in);
}
template <CoreLike C>
void DBG_T1(C& core, const Insn& in) {
  core.hint(in);
}

template <CoreLike C>
void DSB_T1(C& core, const Insn& in) {
  core.barrier(in);
}
template <CoreLike C>
void DMB_T1(C& core, const Insn& in) {
  core.barrier(in);
}
template <CoreLike C>
void ISB_T1(C& core, const Insn& in) {
  core.barrier(in);
}

// ---- the Security Extension of ARMv8-M, Secure state only ---------------------------------------

/// A gateway for calls from the Non-secure state; from the Secure state it does nothing (C2.4.146).
template <CoreLike C>
void SG_T1(C&, const Insn&) {}
template <CoreLike C>
void TT_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.test_target(core.r(in.n), TestTarget{}));
}
template <CoreLike C>
void TTT_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.test_target(core.r(in.n), TestTarget{.unprivileged = true}));
}
template <CoreLike C>
void TTA_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d), core.test_target(core.r(in.n), TestTarget{.non_secure = true}));
}
template <CoreLike C>
void TTAT_T1(C& core, const Insn& in) {
  core.set_r(gpr(in.d),
             core.test_target(core.r(in.n), TestTarget{.unprivileged = true, .non_secure = true}));
}

// ---- coprocessors: there are none (A5.3.18) -----------------------------------------------------

template <CoreLike C>
void STC_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void STC_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void LDC_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void LDC_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MCRR_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MCRR_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MRRC_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MRRC_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void CDP_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void CDP_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MCR_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MCR_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MRC_T1(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}
template <CoreLike C>
void MRC_T2(C& core, const Insn& in) {
  core.coprocessor_absent(in);
}

template <CoreLike C>
void SVC_T1(C& core, const Insn& in) {
  core.supervisor_call(in.imm);
}
template <CoreLike C>
void BKPT_T1(C& core, const Insn& in) {
  core.breakpoint(in.imm);
}
template <CoreLike C>
void UDF_T1(C& core, const Insn& in) {
  core.undefined(in);
}
template <CoreLike C>
void UDF_T2(C& core, const Insn& in) {
  core.undefined(in);
}
/// The value of Op that no row has: what decode() returns for all other words.
template <CoreLike C>
void Undefined(C& core, const Insn& in) {
  core.undefined(in);
}

}  // namespace sramscope::isa::semantics
