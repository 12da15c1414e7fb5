#include "sim/timing/armv6m_pipeline.h"

#include <algorithm>

namespace sramscope::sim {

using isa::Timing;

unsigned ArmV6mPipeline::table_cost(const isa::Insn& in) const {
  const unsigned words = isa::traffic(in).loads + isa::traffic(in).stores;
  switch (isa::facts(in.op).timing) {
    case Timing::Mul:
      return costs_.multiply;
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
    case Timing::Store:
    case Timing::StoreReg:
    case Timing::LoadExclusive:
    case Timing::StoreExclusive:
      return 2;
    case Timing::LoadMultiple:
    case Timing::StoreMultiple:
      return 1 + words;
    case Timing::Wait:
      return 2;
    case Timing::Barrier:
      return costs_.system;
    case Timing::System:
      return in.op == isa::Op::CPS_T1 ? 1 : costs_.system;
    default:
      return 1;
  }
}

/// Cycles between the end of the last instruction, a branch, and its target.
unsigned ArmV6mPipeline::refill() const {
  switch (isa::facts(last_.op).timing) {
    case Timing::BranchLink:
      return costs_.call_refill;
    // The table gives the whole POP, of which the transfers have been counted.
    case Timing::LoadMultiple:
      return costs_.pop_pc - 1;
    case Timing::Barrier:
    case Timing::System:
      return 0;
    default:
      return costs_.refill;
  }
}

InsnCost ArmV6mPipeline::step(const isa::Insn& in, const Step& how) {
  InsnCost cost;
  if (how.after_branch && last_.op != isa::Op::Undefined) cost.add(CycleCause::branch, refill());
  cost.add(CycleCause::issue, 1);
  cost.add(CycleCause::multi_cycle, how.executed ? table_cost(in) - 1 : 0);
  last_ = in;
  return cost;
}

}  // namespace sramscope::sim
