#pragma once

#include <cstdint>
#include <vector>

#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope {

/// One path of calls from the start of the run, from an exception or from a switch of tasks.
struct CallContext {
  /// Index into `CodeProfile::contexts`, -1 at a root; parents stand before their children.
  int parent = -1;
  /// Index into `CodeProfile::functions`.
  std::uint32_t function = 0;
  std::uint64_t calls = 0;
  /// What the function's own instructions cost on this path.
  Counters exclusive;
};

/// How often an instruction ran, what it moved, and the cycles that the core's table of costs gives
/// for that. Waiting that depends on data (divides, memory, mispredicted branches) and
/// `flash_load_bytes` are not part of it. One that a condition skips counts as executed.
struct InstructionCount {
  Addr address = 0;
  Counters counters;
};

/// What ran where. The contexts' counters sum to the totals of the run.
struct CodeProfile {
  /// First instructions of functions, in no order.
  std::vector<Addr> functions;
  std::vector<CallContext> contexts;
  /// There were more paths than are kept apart: deep ones were counted in a shorter one.
  bool contexts_truncated = false;
  /// Ascending by address.
  std::vector<InstructionCount> instructions;
};

}  // namespace sramscope
