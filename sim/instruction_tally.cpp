#include "sim/instruction_tally.h"

#include <algorithm>

namespace sramscope::sim {

namespace {

template <class Sums>
void add(Sums& sums, const std::array<std::int64_t, kCycleCauses>& more) {
  for (std::size_t i = 0; i < kCycleCauses; ++i) sums[i] += more[i];
}

std::size_t at(CycleCause cause) { return static_cast<std::size_t>(cause); }

}  // namespace

InstructionTally::Causes InstructionTally::charged_by_edges(const CoreBase& core) {
  const auto gained = [&](Lane lane) {
    const auto delta = static_cast<std::int32_t>(core.lanes[lane] - seen_lanes_[lane]);
    seen_lanes_[lane] = core.lanes[lane];
    return std::int64_t{delta};
  };
  Causes causes{};
  causes[at(CycleCause::hazard)] = gained(kLaneHazard);
  causes[at(CycleCause::multi_cycle)] = gained(kLaneMultiCycle);
  causes[at(CycleCause::branch)] = gained(kLaneBranch);
  causes[at(CycleCause::fetch_wait)] = gained(kLaneFetchWait);
  std::int64_t rest = gained(kLaneCycles);
  for (const std::int64_t cycles : causes) rest -= cycles;
  causes[at(CycleCause::issue)] = rest;
  return causes;
}

InstructionTally::Causes InstructionTally::charged_by_ops(const CoreBase& core) {
  Causes causes{};
  for (std::size_t i = 0; i < kCycleCauses; ++i)
    causes[i] = static_cast<std::int64_t>(core.extra_by_cause[i] - seen_extra_[i]);
  seen_extra_ = core.extra_by_cause;
  return causes;
}

const Block& InstructionTally::block_of(const MicroOp* first) const {
  while (first->handler != handlers_.end_block) ++first;
  return *first->block();
}

const std::vector<InstructionTally::Tally*>& InstructionTally::tallies_of(const Block& block) {
  std::vector<Tally*>& tallies = blocks_[&block];
  if (tallies.empty()) {
    for (const isa::Insn& in : block.insns) tallies.push_back(&by_address_[in.address]);
  }
  return tallies;
}

void InstructionTally::enter(CoreBase& core, const Block& block) {
  Causes entry = charged_by_edges(core);
  const std::vector<Tally*>& tallies = tallies_of(block);
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    ++tallies[i]->executions;
    for (std::size_t cause = 0; cause < kCoreCauses; ++cause) {
      const std::int64_t cycles = block.costs[i].by_cause[cause];
      tallies[i]->by_cause[cause] += cycles;
      entry[cause] -= cycles;
    }
  }
  add(tallies.front()->by_cause, entry);
}

void InstructionTally::drive(CoreBase& core, const MicroOp* op) {
  const Block* block = &block_of(op);
  enter(core, *block);
  add(tallies_of(*block).front()->by_cause, charged_by_ops(core));
  while (op != nullptr) {
    const auto behind_last = block->insns.size() - static_cast<std::size_t>(-op->tick);
    const std::size_t index = std::min(behind_last, block->insns.size() - 1);
    const MicroOp* const next = op->handler(core, op);
    Tally& tally = *tallies_of(*block)[index];
    add(tally.by_cause, charged_by_ops(core));
    const MicroOp* const first = block->ops.data();
    const bool stays = next > op && next < first + block->ops.size();
    if (next == nullptr || stays) {
      // A condition that did not hold takes back what the block charged.
      add(tally.by_cause, charged_by_edges(core));
    } else {
      block = &block_of(next);
      enter(core, *block);
    }
    op = next;
  }
}

std::vector<InstructionCost> InstructionTally::costs() const {
  std::vector<InstructionCost> costs;
  for (const auto& [address, tally] : by_address_) {
    InstructionCost cost;
    cost.address = address;
    cost.executions = tally.executions;
    for (std::size_t i = 0; i < kCycleCauses; ++i)
      cost.by_cause[i] = static_cast<Cycles>(std::max<std::int64_t>(tally.by_cause[i], 0));
    costs.push_back(cost);
  }
  std::sort(costs.begin(), costs.end(), [](const InstructionCost& a, const InstructionCost& b) {
    return a.address < b.address;
  });
  return costs;
}

}  // namespace sramscope::sim
