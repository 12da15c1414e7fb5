#include "sim/weave.h"

#include <algorithm>
#include <string_view>

namespace sramscope::sim {

namespace {

using isa::Insn;
using isa::Op;
using isa::Timing;

Timing timing_of(const Insn& in) { return isa::facts(in.op).timing; }
bool is_it(const Insn& in) { return in.op != Op::Undefined && timing_of(in) == Timing::It; }

bool may_lower_sp(const Insn& in) {
  if ((isa::register_use(in).writes & (1u << 13)) == 0) return false;
  const Timing t = isa::facts(in.op).timing;
  return t != Timing::LoadMultiple && t != Timing::FpLoadMultiple && t != Timing::System;
}

/// Writes SP by arithmetic: its handler leaves no trace of where it is.
bool computes_sp(const Insn& in) {
  const Timing t = timing_of(in);
  return in.d == 13 && (t == Timing::Alu || t == Timing::AluShift || t == Timing::Move);
}

bool is_divide(const Insn& in) { return isa::facts(in.op).timing == Timing::Div; }

void add_traffic(std::uint32_t* lanes, const Insn& in) {
  const isa::Traffic moved = isa::traffic(in);
  lanes[kLaneInstructions] += 1;
  lanes[kLaneTicks] += 1;
  lanes[kLaneLoads] += moved.loads;
  lanes[kLaneStores] += moved.stores;
  lanes[kLaneLoadBytes] += std::uint32_t{moved.loads} * moved.bytes_each;
  lanes[kLaneStoreBytes] += std::uint32_t{moved.stores} * moved.bytes_each;
}

bool moves_data(const Insn& in) {
  const isa::Traffic moved = isa::traffic(in);
  return moved.loads + moved.stores != 0;
}

/// Instructions that do no more than set registers and all four flags: they cannot fault and read
/// no flags.
bool sets_all_flags(const Insn& in) {
  const std::string_view name = isa::facts(in.op).name;
  if (timing_of(in) == Timing::Compare) return name.starts_with("CMP") || name.starts_with("CMN");
  const bool adds =
      name.starts_with("ADD_") || name.starts_with("SUB_") || name.starts_with("RSB_");
  return adds && in.sets_flags;
}

/// Cannot fault, does not branch and reads no flags: flags set before it need not be there while it
/// runs.
bool ignores_flags(const Insn& in) {
  if (sets_all_flags(in)) return true;
  const std::string_view name = isa::facts(in.op).name;
  const bool with_carry = name.starts_with("ADC") || name.starts_with("SBC") || in.shift_type == 4;
  switch (timing_of(in)) {
    case Timing::Alu:
    case Timing::AluShift:
    case Timing::Shift:
    case Timing::Move:
    case Timing::Extend:
    case Timing::BitField:
    case Timing::Bits:
    case Timing::Mul:
    case Timing::Mla:
    case Timing::MulLong:
    case Timing::MlaLong:
    case Timing::DspMul:
    case Timing::DspMla:
    case Timing::DspMlaLong:
      return !with_carry && !isa::ends_block(in);
    default:
      return false;
  }
}

/// Which instructions compute flags that another one overwrites before anybody can see them.
std::vector<bool> dead_flags(const Block& block) {
  std::vector<bool> dead(block.insns.size());
  bool overwritten = false;
  for (std::size_t i = block.insns.size(); i-- > 0;) {
    const Insn& in = block.insns[i];
    const bool plain = !block.conditional[i] && ignores_flags(in);
    dead[i] = plain && overwritten;
    if (!plain) {
      overwritten = false;
    } else if (sets_all_flags(in)) {
      overwritten = true;
    }
  }
  return dead;
}

/// Index into kFusedSetters, or its size.
std::size_t fused_setter(const Insn& in) {
  const bool has_s = timing_of(in) == Timing::Alu;
  if (has_s && !in.sets_flags) return std::size(kFusedSetters);
  return static_cast<std::size_t>(
      std::find(std::begin(kFusedSetters), std::end(kFusedSetters), in.op) -
      std::begin(kFusedSetters));
}

class Weaver {
 public:
  Weaver(Block& block, const Loom& loom)
      : block_(block), loom_(loom), handlers_(loom.handlers), dead_(dead_flags(block)) {
    for (const InsnCost& cost : block.costs) after_ += cost.total();
  }

  void run() {
    if (block_.entering_branch.kind != BranchSite::Kind::none) add_entry_op(handlers_.predict);
    if (loom_.times_fetches) add_fetch();
    for (std::size_t i = 0; i < block_.insns.size(); ++i) {
      add_traffic(block_.traffic, block_.insns[i]);
      after_ -= block_.costs[i].total();
      if (!is_it(block_.insns[i])) {
        add(i);
      } else if (loom_.steps) {
        push_step(i);
      }
    }
    block_.ops.emplace_back(&block_);
    block_.ops.back().handler = handlers_.end_block;
  }

 private:
  void add_fetch() {
    const std::vector<InsnCost> costs =
        loom_.steps ? loom_.timing.cost({}, block_.insns) : block_.costs;
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < block_.insns.size(); ++i) {
      block_.code_steps.push_back({block_.insns[i].address, at});
      at += costs[i].total();
    }
    add_entry_op(handlers_.fetch_block);
  }

  /// An op that holds the block, before its first instruction.
  void add_entry_op(Handler handler) {
    MicroOp op(&block_);
    op.handler = handler;
    op.tick = static_cast<std::int16_t>(-static_cast<int>(block_.insns.size()));
    op.cycles_after = static_cast<std::uint16_t>(after_);
    block_.ops.push_back(op);
  }

  void add(std::size_t i) {
    const Insn& in = block_.insns[i];
    const LayerTracker::Place* place = loom_.layers.place(in.address);
    if (place != nullptr && (place->is_return || !place->points.empty())) {
      push_before(i, handlers_.layer_place);
    }
    const std::size_t first = block_.ops.size();
    if (block_.conditional[i]) push(i, handlers_.skip_unless[in.cond], skip_of(i));
    if (loom_.steps) push_step(i);
    if (place != nullptr && !place->calls.empty()) push_before(i, handlers_.layer_call);
    if (const Handler step = call_step(in)) push(i, step, in);
    if (is_divide(in)) push(i, handlers_.charge_divide, in);
    if (loom_.has_stack_limits && computes_sp(in)) push(i, handlers_.note_place, in);
    Insn executed = in;
    if (dead_[i] && timing_of(in) != Timing::Compare) executed.sets_flags = false;
    push(i, handler_of(i, executed), executed);
    if (may_lower_sp(in)) push(i, handlers_.track_stack, in);
    if (block_.conditional[i]) {
      block_.ops[first].in.d = static_cast<std::uint8_t>(block_.ops.size() - first);
    }
  }

  /// What follows the stack of calls before an instruction, else null.
  Handler call_step(const Insn& in) const {
    if (loom_.calls == nullptr) return nullptr;
    switch (loom_.calls->step_before(in)) {
      case CallProfile::Step::call:
        return handlers_.note_call;
      case CallProfile::Step::leave:
        return handlers_.note_leave;
      case CallProfile::Step::branch:
        return handlers_.note_branch;
      case CallProfile::Step::none:
        break;
    }
    return nullptr;
  }

  Handler handler_of(std::size_t i, const Insn& in) const {
    const bool alone = block_.conditional[i];
    const bool branches = timing_of(in) == Timing::BranchCond;
    if (branches && !alone) return handlers_.branch_if[in.cond];
    if (!alone && !loom_.steps && i + 2 == block_.insns.size() &&
        loom_.layers.place(block_.insns[i + 1].address) == nullptr &&
        call_step(block_.insns[i + 1]) == nullptr &&
        timing_of(block_.insns[i + 1]) == Timing::BranchCond && !block_.conditional[i + 1]) {
      const std::size_t setter = fused_setter(in);
      if (setter < std::size(kFusedSetters)) {
        return handlers_.set_and_branch_if[setter][block_.insns[i + 1].cond];
      }
    }
    return handlers_.insn[static_cast<unsigned>(in.op)][in.sets_flags];
  }

  /// The op that skips instruction `i`.
  Insn skip_of(std::size_t i) const {
    Insn skip = block_.insns[i];
    const InsnCost& executed = block_.costs[i];
    const bool plain =
        !loom_.steps && !moves_data(skip) && loom_.timing.skipped(executed) == executed;
    skip.imm = plain ? kNothingToTakeBack : static_cast<std::uint32_t>(i);
    return skip;
  }

  /// For the reference pipeline; `cycles_after` tells how the first instruction was reached.
  void push_step(std::size_t i) {
    push(i, handlers_.step, block_.insns[i]);
    StepEntry entry = StepEntry::in_order;
    if (i == 0 && block_.entered_from == nullptr) entry = StepEntry::anew;
    if (i == 0 && block_.entered_from != nullptr && block_.enters_by_branch)
      entry = StepEntry::by_branch;
    block_.ops.back().cycles_after = static_cast<std::uint16_t>(entry);
  }

  void push(std::size_t i, Handler handler, const Insn& insn) {
    MicroOp op(insn);
    op.handler = handler;
    op.tick =
        static_cast<std::int16_t>(static_cast<int>(i) - static_cast<int>(block_.insns.size()));
    op.cycles_after = static_cast<std::uint16_t>(after_);
    block_.ops.push_back(op);
  }

  /// An op that stands before instruction `i` and whatever that costs.
  void push_before(std::size_t i, Handler handler) {
    push(i, handler, block_.insns[i]);
    block_.ops.back().cycles_after = static_cast<std::uint16_t>(after_ + block_.costs[i].total());
  }

  Block& block_;
  const Loom& loom_;
  const HandlerTable& handlers_;
  std::vector<bool> dead_;
  /// Cycles of the instructions that are still to come.
  std::uint32_t after_ = 0;
};

}  // namespace

void add_cost(std::uint32_t* lanes, const Insn& in, const InsnCost& cost) {
  const unsigned total = cost.total();
  lanes[kLaneCycles] += total;
  lanes[kLaneHazard] += cost[CycleCause::hazard];
  lanes[kLaneMultiCycle] += cost[CycleCause::multi_cycle];
  lanes[kLaneBranch] += cost[CycleCause::branch];
  lanes[kLaneFetchWait] += cost[CycleCause::fetch_wait];
  if (moves_data(in))
    lanes[kLaneTransfer] += cost[CycleCause::hazard] + cost[CycleCause::multi_cycle];
}

void weave(Block& block, const Loom& loom) { Weaver(block, loom).run(); }

}  // namespace sramscope::sim
