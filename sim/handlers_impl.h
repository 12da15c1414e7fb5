#pragma once

// The handler templates. Included only by the files that instantiate them:
// interpreter_{threaded,plain}.cpp.

#include <utility>

#include "isa/semantics/all.h"
#include "sim/handlers.h"
#include "sim/jump_cache.h"

namespace sramscope::sim {

/// Lets twelve counters be added by three vector instructions.
typedef std::uint32_t LaneVector __attribute__((vector_size(16), may_alias));

inline void charge(CoreBase& core, const Edge& edge) {
  ++edge.count;
  auto* total = reinterpret_cast<LaneVector*>(core.lanes);
  const auto* more = reinterpret_cast<const LaneVector*>(edge.charge);
  total[0] += more[0];
  total[1] += more[1];
  total[2] += more[2];
}

/// Classes whose handlers need not leave a trace of where they are: they cannot fault and touch no
/// memory.
constexpr bool is_pure(isa::Timing t) {
  using isa::Timing;
  return (t <= Timing::DspMlaLong) || t == Timing::Branch || t == Timing::BranchCond ||
         t == Timing::CompareBranch || t == Timing::BranchLink || t == Timing::It ||
         t == Timing::Nop;
}

/// Always the last instruction of its block: the handler goes straight to the next block.
constexpr bool always_branches(isa::Timing t) {
  using isa::Timing;
  return t == Timing::Branch || t == Timing::BranchCond || t == Timing::CompareBranch ||
         t == Timing::BranchLink || t == Timing::BranchReg || t == Timing::TableBranch;
}

/// `kThreaded`: a handler ends by jumping to the next one (GCC makes it a sibling call because
/// handlers own nothing); else it returns the next op.
template <bool kShadow, bool kThreaded>
struct Handlers {
  using C = Core<kShadow>;

  static const MicroOp* next(CoreBase& core, const MicroOp* op) {
    if constexpr (kThreaded) {
      return op->handler(core, op);
    } else {
      return op;
    }
  }

  /// Goes on over an edge of `block` whose target needs no checking.
  static const MicroOp* follow(CoreBase& core, Block* block, const Edge& edge) {
    const bool due = static_cast<std::int32_t>(core.lanes[kLaneCycles] - core.deadline) >= 0;
    if (due || edge.ops == nullptr) [[unlikely]] {
      // The outer loop looks at next_pc to see which way it goes.
      if (&edge == &block->taken) core.next_pc = block->insns.back().imm;
      return exit(core, block);
    }
    charge(core, edge);
    return next(core, edge.ops);
  }

  static const MicroOp* leave(CoreBase& core, Block* block) {
    const Edge* edge = &block->fall_through;
    if (core.next_pc != CoreBase::kNoBranch) {
      edge = &block->taken;
      if (edge->target != core.next_pc) {
        const JumpCache::Entry& entry = core.jumps->at(block, core.next_pc);
        edge = entry.edge;
        if (entry.from != block || entry.target != core.next_pc) return exit(core, block);
      }
    } else if (edge->ops == nullptr) [[unlikely]] {
      return exit(core, block);
    }
    if (static_cast<std::int32_t>(core.lanes[kLaneCycles] - core.deadline) >= 0) [[unlikely]] {
      return exit(core, block);
    }
    core.next_pc = CoreBase::kNoBranch;
    charge(core, *edge);
    return next(core, edge->ops);
  }

  static const MicroOp* exit(CoreBase& core, Block* block) {
    core.left = block;
    return nullptr;
  }

  template <void (*kSemantics)(C&, const isa::Insn&), isa::Timing kTiming, int kFlags>
  [[gnu::flatten]] static const MicroOp* execute(CoreBase& base, const MicroOp* op) {
    // Specialises the semantics by the S bit without a second copy of them.
    if constexpr (kFlags >= 0) {
      if (op->in.sets_flags != (kFlags == 1)) __builtin_unreachable();
    }
    auto& core = static_cast<C&>(base);
    if constexpr (!is_pure(kTiming)) core.op = op;
    kSemantics(core, op->in);
    if constexpr (always_branches(kTiming)) {
      return leave(core, (op + 1)->block());
    } else {
      return next(core, op + 1);
    }
  }

  static const MicroOp* undefined(CoreBase& core, const MicroOp* op) {
    core.op = op;
    core.undefined(op->in);
  }

  /// Specialises a condition test by its condition.
  template <unsigned kCondition>
  static bool holds(const CoreBase& core) {
    return isa::condition_holds(core.state.flags, kCondition);
  }

  template <unsigned kCondition>
  static const MicroOp* skip_unless(CoreBase& core, const MicroOp* op) {
    if (holds<kCondition>(core)) return next(core, op + 1);
    if (op->in.imm != kNothingToTakeBack) core.skip_conditional(op);
    // Skips the instruction and whatever was woven around it.
    return next(core, op + op->in.d);
  }

  template <unsigned kCondition>
  static const MicroOp* branch_if(CoreBase& core, const MicroOp* op) {
    Block* const block = (op + 1)->block();
    return holds<kCondition>(core) ? follow(core, block, block->taken)
                                   : follow(core, block, block->fall_through);
  }

  /// `kSetter` and the B<cond> in the op behind it.
  template <void (*kSetter)(C&, const isa::Insn&), unsigned kCondition>
  [[gnu::flatten]] static const MicroOp* set_and_branch_if(CoreBase& base, const MicroOp* op) {
    if (!op->in.sets_flags && setter_has_s(op->in.op)) __builtin_unreachable();
    kSetter(static_cast<C&>(base), op->in);
    return branch_if<kCondition>(base, op + 1);
  }

  static constexpr bool setter_has_s(isa::Op op) {
    return op == isa::Op::SUB_imm_T2 || op == isa::Op::SUB_imm_T3 || op == isa::Op::ADD_imm_T2;
  }

  static const MicroOp* track_stack(CoreBase& core, const MicroOp* op) {
    core.track_stack();
    return next(core, op + 1);
  }

  /// For an instruction that is not expected to fault, but may: SP below its limit.
  static const MicroOp* note_place(CoreBase& core, const MicroOp* op) {
    core.op = op + 1;
    return next(core, op + 1);
  }

  static const MicroOp* layer_place(CoreBase& core, const MicroOp* op) {
    core.op = op;
    core.reach_layer(false);
    return next(core, op + 1);
  }

  static const MicroOp* layer_call(CoreBase& core, const MicroOp* op) {
    core.op = op;
    core.reach_layer(true);
    return next(core, op + 1);
  }

  static const MicroOp* note_call(CoreBase& core, const MicroOp* op) {
    core.note_call(op->in);
    return next(core, op + 1);
  }

  static const MicroOp* note_leave(CoreBase& core, const MicroOp* op) {
    core.note_leave(op->in);
    return next(core, op + 1);
  }

  static const MicroOp* note_branch(CoreBase& core, const MicroOp* op) {
    core.note_branch(op->in);
    return next(core, op + 1);
  }

  static const MicroOp* charge_divide(CoreBase& core, const MicroOp* op) {
    core.charge_divide(op->in);
    return next(core, op + 1);
  }

  static const MicroOp* fetch_block(CoreBase& core, const MicroOp* op) {
    core.fetch_block(op);
    return next(core, op + 1);
  }

  static const MicroOp* predict(CoreBase& core, const MicroOp* op) {
    core.predict(*op->block());
    return next(core, op + 1);
  }

  static const MicroOp* step(CoreBase& core, const MicroOp* op) {
    core.step(op->in, static_cast<StepEntry>(op->cycles_after), true);
    return next(core, op + 1);
  }

  static const MicroOp* end_block(CoreBase& core, const MicroOp* op) {
    return leave(core, op->block());
  }

  template <unsigned... kCondition>
  static void fill_conditions(HandlerTable& table, std::integer_sequence<unsigned, kCondition...>) {
    namespace sem = isa::semantics;
    table.skip_unless = {&skip_unless<kCondition>...};
    table.branch_if = {&branch_if<kCondition>...};
    // In the order of kFusedSetters.
    table.set_and_branch_if = {{{&set_and_branch_if<&sem::CMP_imm_T1<C>, kCondition>...},
                                {&set_and_branch_if<&sem::CMP_reg_T1<C>, kCondition>...},
                                {&set_and_branch_if<&sem::CMP_reg_T2<C>, kCondition>...},
                                {&set_and_branch_if<&sem::CMP_imm_T2<C>, kCondition>...},
                                {&set_and_branch_if<&sem::SUB_imm_T2<C>, kCondition>...},
                                {&set_and_branch_if<&sem::SUB_imm_T3<C>, kCondition>...},
                                {&set_and_branch_if<&sem::ADD_imm_T2<C>, kCondition>...}}};
  }

  static HandlerTable make() {
    // Only classes with an S bit get two versions of their handlers.
    constexpr auto flags = [](isa::Timing t, bool set) {
      using isa::Timing;
      const bool has_s = t == Timing::Alu || t == Timing::AluShift || t == Timing::Shift ||
                         t == Timing::Move || t == Timing::Mul;
      return has_s ? static_cast<int>(set) : -1;
    };
    HandlerTable table{};
    using isa::Op;
    using isa::Timing;
#define INSN(id, pattern, since, timing, form)                                        \
  table.insn[static_cast<unsigned>(Op::id)] = {                                       \
      &execute<&isa::semantics::id<C>, Timing::timing, flags(Timing::timing, false)>, \
      &execute<&isa::semantics::id<C>, Timing::timing, flags(Timing::timing, true)>};
#include "isa/all.def"
#undef INSN
    table.insn[static_cast<unsigned>(Op::Undefined)] = {&undefined, &undefined};
    fill_conditions(table, std::make_integer_sequence<unsigned, kConditions>{});
    table.track_stack = &track_stack;
    table.charge_divide = &charge_divide;
    table.fetch_block = &fetch_block;
    table.predict = &predict;
    table.step = &step;
    table.note_place = &note_place;
    table.layer_place = &layer_place;
    table.layer_call = &layer_call;
    table.note_call = &note_call;
    table.note_leave = &note_leave;
    table.note_branch = &note_branch;
    table.end_block = &end_block;
    return table;
  }
};

}  // namespace sramscope::sim
