#pragma once

#include <array>

#include "isa/insn.h"
#include "sim/core.h"
#include "sim/micro_op.h"

namespace sramscope::sim {

/// The functions that execute micro-ops, for one driver and one profile level.
struct HandlerTable {
  /// By Op, then by whether the instruction sets flags.
  std::array<std::array<Handler, 2>, isa::kOpCount> insn;
  /// Skips the next op unless condition `in.cond` holds; `in.imm` is what that takes off the block's cycles.
  Handler skip_unless;
  Handler track_stack;
  Handler charge_divide;
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
