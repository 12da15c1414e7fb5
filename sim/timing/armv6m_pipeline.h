#pragma once

#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// Cycles by class of a core without pipeline hazards: the Cortex-M0 and M0+ have no load-to-use or
/// address latency (jnk0le/random), so a table is the whole model.
struct ArmV6mCosts {
  /// Cycles that a taken branch adds to the one of its issue: all but BL, and BL.
  unsigned refill = 2;
  unsigned call_refill = 3;
  /// POP with PC takes this and one for each register, PC included.
  unsigned pop_pc = 4;
  /// MRS, MSR and barriers.
  unsigned system = 4;
  unsigned multiply = 1;
};

class ArmV6mPipeline final : public Pipeline {
 public:
  explicit ArmV6mPipeline(const ArmV6mCosts& costs) : costs_(costs) {}
  void clear() override { last_ = {}; }
  InsnCost step(const isa::Insn& in, const Step& how) override;

 private:
  unsigned table_cost(const isa::Insn& in) const;
  unsigned refill() const;

  ArmV6mCosts costs_;
  /// The instruction before; `Undefined`: none.
  isa::Insn last_;
};

}  // namespace sramscope::sim
