#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/core.h"
#include "sim/handlers.h"
#include "sim/micro_op.h"
#include "sramscope/machine.h"

namespace sramscope::sim {

/// Drives a core op by op and writes down what each instruction took. What a block charges as it is
/// entered belongs to its instructions; what is charged while an op runs belongs to that op's
/// instruction; what the way into a block adds (the refill of a branch, a stacked frame) belongs to
/// its first.
class InstructionTally {
 public:
  explicit InstructionTally(const HandlerTable& handlers) : handlers_(handlers) {}

  /// Runs from the start of a block, whose edge has been charged, until control leaves the chain of
  /// blocks. The handlers must be those of the plain loop.
  void drive(CoreBase& core, const MicroOp* op);
  /// Every block is about to be dropped.
  void forget_blocks() { blocks_.clear(); }
  /// Sorted by address.
  std::vector<InstructionCost> costs() const;

 private:
  struct Tally {
    std::uint64_t executions = 0;
    std::array<std::int64_t, kCycleCauses> by_cause{};
  };
  using Causes = std::array<std::int64_t, kCycleCauses>;
  const Block& block_of(const MicroOp* first) const;
  const std::vector<Tally*>& tallies_of(const Block& block);
  /// Cycles by cause that were charged since the last call: by blocks and their edges, and by ops.
  Causes charged_by_edges(const CoreBase& core);
  Causes charged_by_ops(const CoreBase& core);
  void enter(CoreBase& core, const Block& block);

  const HandlerTable& handlers_;
  /// Nodes stay where they are.
  std::unordered_map<Addr, Tally> by_address_;
  std::unordered_map<const Block*, std::vector<Tally*>> blocks_;
  std::uint32_t seen_lanes_[kLaneCount] = {};
  CyclesByCause seen_extra_{};
};

}  // namespace sramscope::sim
