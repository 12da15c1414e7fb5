#include "sim/timing/m33_pipeline.h"

#include <algorithm>

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;

Timing timing_of(const Insn& in) { return isa::facts(in.op).timing; }

bool accumulates(Timing t) {
  return t == Timing::Mla || t == Timing::MlaLong || t == Timing::DspMla ||
         t == Timing::DspMlaLong || t == Timing::ExtendAdd;
}

/// Results come a cycle late from the shifter, the SIMD and the multiply units (JN).
bool has_late_result(const Insn& in, Timing t) {
  switch (t) {
    case Timing::AluShift:
      return in.shift_n != 0 || in.shift_type == 4;
    case Timing::Shift:
      return in.sets_flags && in.m != isa::kNoReg && in.n == isa::kNoReg;  // by a constant
    case Timing::Simd:
    case Timing::Saturate:
    case Timing::ExtendAdd:
    case Timing::Mul:
    case Timing::Mla:
    case Timing::MulLong:
    case Timing::MlaLong:
    case Timing::DspMul:
    case Timing::DspMla:
    case Timing::DspMlaLong:
      return true;
    default:
      return false;
  }
}

bool sets_flags(const Insn& in, Timing t) { return in.sets_flags || t == Timing::Compare; }

unsigned table_cost(const Insn& in, Timing t) {
  const unsigned words = isa::traffic(in).loads + isa::traffic(in).stores;
  switch (t) {
    case Timing::LoadDual:
    case Timing::StoreDual:
      return 2;
    case Timing::LoadMultiple:
    case Timing::StoreMultiple:
    case Timing::FpLoad:
    case Timing::FpStore:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      return std::max(words, 1u);
    case Timing::FpMove2:
      return in.op == isa::Op::VMOV_RR_SS || in.op == isa::Op::VMOV_RR_D ? 2 : 1;
    case Timing::TableBranch:
    case Timing::Div:
    case Timing::System:
      return 2;
    case Timing::Barrier:
      return 4;
    default:
      return 1;
  }
}

/// Cycles of the FP pipe, to the result, and how much earlier it can be added (JN; VDIV and VSQRT
/// as on the Cortex-M4).
void begin_float(FpScoreboard& fp, const Insn& in, Timing t, PipelineTime at, unsigned cycles) {
  const FpUse use = fp_register_use(in);
  switch (t) {
    case Timing::FpAlu:
      return fp.begin(use, at, 1, 2, 0);
    case Timing::FpMac:
      return fp.begin(use, at, 3, 4, 1);
    case Timing::FpDiv:
    case Timing::FpSqrt:
      return fp.begin(use, at, 14, 15, 0);
    case Timing::FpMove2:
      return fp.begin(use, at, cycles, 2, 0);
    default:
      return fp.begin(use, at, cycles, cycles, 0);
  }
}

}  // namespace

void M33Pipeline::clear() {
  values_.fill({});
  fp_ = {};
  now_ = 0;
  last_ = {};
  slot_free_ = behind_flags_ = false;
}

/// Cycles between the end of the last instruction, a branch that was taken, and its target: 2 in
/// all for a direct branch, or 1 in the second slot behind an instruction that leaves the flags
/// alone (JN). BX and loads to PC one and two more: assumption.
unsigned M33Pipeline::refill() const {
  switch (timing_of(last_)) {
    case Timing::Branch:
    case Timing::BranchCond:
    case Timing::CompareBranch:
    case Timing::BranchLink:
      return behind_flags_ ? 2 : 1;
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
    case Timing::LoadMultiple:
    case Timing::TableBranch:
      return 3;
    case Timing::Barrier:
    case Timing::System:
      return 0;
    default:
      return 2;
  }
}

PipelineTime M33Pipeline::operands_ready(const Insn& in, Timing t) const {
  const isa::RegisterUse use = isa::register_use(in);
  PipelineTime at = 0;
  for (unsigned reg = 0; reg < 15; ++reg) {
    const std::uint32_t bit = 1u << reg;
    if ((use.reads & bit) == 0) continue;
    const bool is_stored = isa::traffic(in).stores != 0 && (use.address & bit) == 0;
    const bool is_added = accumulates(t) && reg != in.m && (t == Timing::ExtendAdd || reg != in.n);
    const Value& value = values_[reg];
    at = std::max(at, is_stored ? value.store_at : is_added ? value.addend_at : value.operand_at);
  }
  return at;
}

void M33Pipeline::write_results(const Insn& in, Timing t, PipelineTime at) {
  const isa::RegisterUse use = isa::register_use(in);
  const bool is_load = isa::traffic(in).loads != 0;
  const bool is_late = has_late_result(in, t) || t == Timing::FpMove || t == Timing::FpMove2;
  for (unsigned reg = 0; reg < 15; ++reg) {
    if ((use.writes >> reg & 1) == 0) continue;
    const bool is_base =
        in.writeback && reg == in.n && isa::traffic(in).loads + isa::traffic(in).stores != 0;
    if (is_load && !is_base) {
      values_[reg] = {at + 2, at + 1, at + 1};  // load-to-use 2; into an accumulator or a store 1
    } else if (is_late) {
      values_[reg] = {at + 2, accumulates(t) ? at + 1 : at + 2, at + 2};
    } else {
      values_[reg] = {at + 1, at + 1, at + 1};
    }
  }
}

bool M33Pipeline::pairs(const Insn& in, Timing t) const {
  if (t == Timing::It) return last_.op != isa::Op::Undefined;  // folds onto whatever is before it
  if (!slot_free_ || in.size != 2) return false;
  const bool is_branch =
      t == Timing::BranchCond || t == Timing::Branch || t == Timing::CompareBranch;
  return is_branch || t == Timing::Nop || timing_of(last_) == Timing::Nop;
}

InsnCost M33Pipeline::step(const Insn& in, const Step& how) {
  const Timing t = timing_of(in);
  InsnCost cost;
  if (how.after_branch && last_.op != isa::Op::Undefined) {
    const unsigned refilled = refill();
    cost.add(CycleCause::branch, refilled);
    // A 32-bit target that straddles two words needs a second fetch.
    const unsigned straddles = in.size == 4 && in.address % 4 == 2 ? 1 : 0;
    cost.add(CycleCause::fetch_wait, straddles);
    now_ += refilled + straddles;
    slot_free_ = false;
  }
  const PipelineTime ready = how.executed ? operands_ready(in, t) : 0;
  const bool second = pairs(in, t) && ready < now_;
  const bool was_setter = sets_flags(last_, timing_of(last_));
  PipelineTime at = now_ - 1;
  unsigned cycles = 0;
  if (!second) {
    at = std::max(now_, ready);
    if (is_floating(t) && how.executed) at += fp_.wait(fp_register_use(in), at);
    cost.add(CycleCause::hazard, static_cast<unsigned>(at - now_));
    cycles = how.executed ? table_cost(in, t) : 1;
    cost.add(CycleCause::issue, 1);
    cost.add(CycleCause::multi_cycle, cycles - 1);
    now_ = at + cycles;
  }
  if (how.executed) {
    write_results(in, t, at + std::max(cycles, 1u) - 1);
    if (is_floating(t)) begin_float(fp_, in, t, at, cycles);
  }
  behind_flags_ = second && was_setter;
  slot_free_ = !second && in.size == 2;
  last_ = in;
  return cost;
}

}  // namespace sramscope::sim
