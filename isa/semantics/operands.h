#pragma once

#include <cstdint>

#include "isa/alu.h"
#include "isa/insn.h"
#include "isa/state.h"

/// What the semantic functions share: how operands are read and results written.
///
/// A semantic function is named after its row and holds the meaning of the instruction, nothing
/// else. Facts that the decoder has established are told to the compiler, not tested.
namespace sramscope::isa::semantics {

using Byte = std::uint8_t;
using Half = std::uint16_t;
using Word = std::uint32_t;

/// A register that its form has proved to be neither SP nor PC.
constexpr unsigned gpr(unsigned reg) {
  if (reg >= 15 || reg == 13) __builtin_unreachable();
  return reg;
}
/// A three-bit register field.
constexpr unsigned low(unsigned reg) {
  if (reg > 7) __builtin_unreachable();
  return reg;
}

/// A register that may be PC (A5.1.2).
template <CoreLike C>
std::uint32_t read(const C& core, const Insn& in, unsigned reg) {
  return reg == 15 ? in.address + 4 : core.r(reg);
}

/// Writes a computed Rd that may be SP: below the stack's limit it is not (DDI 0553B, RSPCheck).
template <CoreLike C>
[[gnu::always_inline]] inline void set_r_or_sp(C& core, unsigned reg, std::uint32_t value) {
  core.check_stack_limit(reg, value);
  core.set_r(reg, value);
}

/// Writes Rd, which may be SP or, in the 16-bit forms, PC (ALUWritePC).
template <CoreLike C>
void write_or_branch(C& core, unsigned reg, std::uint32_t value) {
  if (reg == 15) {
    core.branch(value);
  } else {
    set_r_or_sp(core, reg, value);
  }
}

template <CoreLike C>
[[gnu::always_inline]] inline void set_flags(C& core, const AddResult& sum) {
  Flags& flags = core.state.flags;
  flags.set_nz(sum.value);
  flags.carry = sum.carry;
  flags.overflow = sum.overflow;
}

template <CoreLike C>
[[gnu::always_inline]] inline void set_flags(C& core, const ShiftResult& shifted) {
  core.state.flags.set_nz(shifted.value);
  core.state.flags.carry = shifted.carry;
}

/// Operand 2 of the 32-bit register forms: Rm, shifted by a constant, mostly to the left or not at
/// all.
template <CoreLike C>
[[gnu::always_inline]] inline ShiftResult shifted(const C& core, const Insn& in) {
  const std::uint32_t carry = core.state.flags.carry;
  if (in.shift_n > 32) __builtin_unreachable();
  if (in.shift_type == kLsl) [[likely]]
    return lsl_c(core.r(in.m), in.shift_n, carry);
  if (in.shift_n == 0) __builtin_unreachable();
  return shift_c(core.r(in.m), in.shift_type, in.shift_n, carry);
}

/// Operand 2 of the immediate forms. The carry is the expansion's, or the old one.
template <CoreLike C>
[[gnu::always_inline]] inline ShiftResult immediate(const C& core, const Insn& in) {
  return {in.imm, in.imm_sets_carry ? std::uint32_t{in.imm_carry} : core.state.flags.carry};
}

/// The base with the offset applied, as the U bit says.
template <CoreLike C>
Addr offset_address(const C& core, const Insn& in) {
  const Addr base = core.r(in.n);
  return in.add ? base + in.imm : base - in.imm;
}

}  // namespace sramscope::isa::semantics
