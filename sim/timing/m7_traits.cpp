#include <string_view>

#include "sim/timing/fp_use.h"
#include "sim/timing/m7_pipeline.h"

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;

/// "Immediates that do not fit the low 8 bits count as shifted" (JN): modified immediates; MOVW,
/// ADDW and SUBW have none.
bool has_shifted_constant(const Insn& in, Timing t, std::string_view name) {
  if (in.size != 4 || in.imm <= 0xff || name.find("_imm_") == name.npos) return false;
  const bool is_wide = name.starts_with("MOVW") || name.starts_with("ADDW") ||
                       name.starts_with("SUBW") || name == "ADD_imm_T4" || name == "SUB_imm_T4" ||
                       name == "MOV_imm_T3";
  return !is_wide && (t == Timing::Alu || t == Timing::Move || t == Timing::Compare);
}

bool is_inline_shift(const Insn& in, Timing t) {
  const bool shifts = t == Timing::AluShift || t == Timing::Alu || t == Timing::Compare;
  return shifts && in.m != isa::kNoReg && (in.shift_n != 0 || in.shift_type == 4);
}

void set_unit(M7Traits& traits, const Insn& in, Timing t, std::string_view name) {
  switch (t) {
    case Timing::BitField:
      traits.older_only = traits.extracts = true;
      break;
    case Timing::Bits:
      traits.older_only = true;
      traits.extracts = name.starts_with("REV");
      break;
    case Timing::ExtendAdd:
      traits.older_only = traits.extracts = true;
      break;
    case Timing::Extend:
    case Timing::Saturate:
    case Timing::Simd:
      traits.older_only = true;
      traits.extracts = name.starts_with("PKH");
      break;
    case Timing::Mul:
    case Timing::Mla:
    case Timing::MulLong:
    case Timing::MlaLong:
    case Timing::DspMul:
    case Timing::DspMla:
    case Timing::DspMlaLong:
      traits.multiplies = true;
      break;
    case Timing::Alu:
    case Timing::Move:
    case Timing::AluShift: {
      const bool plain = !traits.uses_shifter;
      const bool simple = name.starts_with("ADD") || name.starts_with("SUB") ||
                          name.starts_with("RSB") || name.starts_with("MOV") ||
                          name.starts_with("ADR");
      traits.may_be_early = plain && simple && in.d != 15;
      break;
    }
    case Timing::Shift:
      traits.simple_shift = true;
      break;
    default:
      break;
  }
}

void set_transfer(M7Traits& traits, const Insn& in, Timing t) {
  const isa::Traffic moved = isa::traffic(in);
  traits.loads = moved.loads != 0;
  traits.stores = moved.stores != 0;
  const unsigned words = moved.loads + moved.stores;
  switch (t) {
    case Timing::LoadMultiple:
    case Timing::StoreMultiple:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      traits.issues_alone = true;
      traits.hold = (words + 1) / 2;
      break;
    case Timing::LoadDual:
    case Timing::StoreDual:
      traits.issues_alone = true;
      break;
    case Timing::TableBranch:
      traits.issues_alone = true;
      traits.hold = 2;
      break;
    case Timing::LoadExclusive:
    case Timing::StoreExclusive:
      traits.issues_alone = true;
      break;
    default:
      break;
  }
}

}  // namespace

M7Traits m7_traits(const Insn& in) {
  const Timing t = isa::facts(in.op).timing;
  const std::string_view name = isa::facts(in.op).name;
  M7Traits traits;
  traits.uses_shifter = is_inline_shift(in, t) || has_shifted_constant(in, t, name);
  set_unit(traits, in, t, name);
  set_transfer(traits, in, t);
  const bool is_wait =
      t == Timing::Wait || t == Timing::Barrier || t == Timing::System || t == Timing::Supervisor;
  if (is_wait) {
    traits.issues_alone = true;
    traits.hold = 3;  // "about 3" (JN)
  }
  if (t == Timing::Div) {
    traits.issues_alone = true;
    traits.hold = 2;  // the data-dependent rest at run time
  }
  traits.branches = isa::ends_block(in) && !is_wait;
  traits.is_float =
      t == Timing::FpAlu || t == Timing::FpMac || t == Timing::FpDiv || t == Timing::FpSqrt;
  return traits;
}

}  // namespace sramscope::sim
