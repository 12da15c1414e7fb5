#include "sim/timing/timing_model.h"

#include "sim/timing/cortex_m0.h"
#include "sim/timing/cortex_m33.h"
#include "sim/timing/cortex_m4.h"
#include "sim/timing/cortex_m7.h"

namespace sramscope::sim {

std::vector<InsnCost> TimingModel::cost(std::span<const PathBlock> before,
                                        std::span<const isa::Insn> block, unsigned refetch) const {
  const std::unique_ptr<Pipeline> pipeline = make_pipeline();
  bool after_branch = false;
  const auto run = [&](const isa::Insn& in, unsigned late) {
    Step how;
    how.after_branch = after_branch;
    how.refetch = late;
    after_branch = false;
    return pipeline->step(in, how);
  };
  for (const PathBlock& past : before) {
    for (const isa::Insn& in : past.insns) run(in, 0);
    after_branch = past.leaves_by_branch;
  }
  std::vector<InsnCost> costs;
  costs.reserve(block.size());
  for (const isa::Insn& in : block) costs.push_back(run(in, costs.empty() ? refetch : 0));
  return costs;
}

InsnCost TimingModel::skipped(const InsnCost& executed) const {
  // Timing of a failed condition is that of a NOP: assumption, it could not be told apart on
  // silicon.
  InsnCost cost;
  cost[CycleCause::issue] = executed[CycleCause::issue];
  cost[CycleCause::branch] = executed[CycleCause::branch];
  cost[CycleCause::fetch_wait] = executed[CycleCause::fetch_wait];
  return cost;
}

std::unique_ptr<TimingModel> make_timing_model(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0:
    case CoreKind::cortex_m0plus:
    case CoreKind::cortex_m23:
      return std::make_unique<CortexM0Timing>(core);
    case CoreKind::cortex_m3:
      return std::make_unique<CortexM3Timing>();
    case CoreKind::cortex_m4:
      return std::make_unique<CortexM4Timing>();
    case CoreKind::cortex_m7:
      return std::make_unique<CortexM7Timing>();
    case CoreKind::cortex_m33:
      return std::make_unique<CortexM33Timing>();
  }
  return nullptr;
}

}  // namespace sramscope::sim
