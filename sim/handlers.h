#pragma once

#include <array>
#include <iterator>

#include "isa/insn.h"
#include "sim/core.h"
#include "sim/micro_op.h"

namespace sramscope::sim {

/// Conditions EQ to LE; AL is none.
inline constexpr unsigned kConditions = 14;

/// Instructions that are executed together with a conditional branch behind them: what GCC ends its
/// loops with.
inline constexpr isa::Op kFusedSetters[] = {
    isa::Op::CMP_imm_T1, isa::Op::CMP_reg_T1, isa::Op::CMP_reg_T2, isa::Op::CMP_imm_T2,
    isa::Op::SUB_imm_T2, isa::Op::SUB_imm_T3, isa::Op::ADD_imm_T2};

/// The functions that execute micro-ops, for one driver and one profile level.
struct HandlerTable {
  /// By Op, then by whether the instruction sets flags.
  std::array<std::array<Handler, 2>, isa::kOpCount> insn;
  /// By condition: skips the next `in.d` ops unless it holds; `in.imm` is the number of the
  /// instruction, for what that takes off the block's cycles.
  std::array<Handler, kConditions> skip_unless;
  /// By condition: B<cond>, and a flag setter of kFusedSetters with the B<cond> that follows it.
  std::array<Handler, kConditions> branch_if;
  std::array<std::array<Handler, kConditions>, std::size(kFusedSetters)> set_and_branch_if;
  Handler track_stack;
  Handler charge_divide;
  /// First op of a block whose instructions the memory may make wait for.
  Handler fetch_block;
  /// First op of a block that is entered by a predicted branch.
  Handler predict;
  /// Reference mode: takes the instruction through the pipeline.
  Handler step;
  Handler note_place;
  /// Layers begin or end here, whatever the instruction; and with the call that follows.
  Handler layer_place;
  Handler layer_call;
  /// Steps of the stack of calls; see CallProfile.
  Handler note_call;
  Handler note_leave;
  Handler note_branch;
  Handler end_block;
};

/// Chained handlers: each one jumps to the next. Absent from builds without optimised tail calls.
const HandlerTable& threaded_handlers(bool shadow);
/// Handlers that return the next op to a loop.
const HandlerTable& plain_handlers(bool shadow);

/// True when this build has the threaded driver.
#ifdef SRAMSCOPE_PLAIN_LOOP
inline constexpr bool kHasThreadedDriver = false;
#else
inline constexpr bool kHasThreadedDriver = true;
#endif

}  // namespace sramscope::sim
