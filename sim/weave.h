#pragma once

#include "sim/call_profile.h"
#include "sim/handlers.h"
#include "sim/layer_tracker.h"
#include "sim/micro_op.h"
#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// What the weaver needs to know apart from the block.
struct Loom {
  const TimingModel& timing;
  const HandlerTable& handlers;
  const LayerTracker& layers;
  /// Null where calls are not followed.
  const CallProfile* calls = nullptr;
  /// ARMv8-M: arithmetic on SP may fault.
  bool has_stack_limits = false;
  /// Fetching the block may wait.
  bool times_fetches = false;
  /// Every instruction goes through the reference pipeline, one by one.
  bool steps = false;
};

/// Makes the ops of a decoded block: a handler for each instruction, what is woven in between (IT
/// conditions, stack tracking, the data-dependent part of divides, places where layers begin or
/// end), and the block's traffic. Flags that nobody reads are not computed, and a comparison is
/// executed together with the branch behind it. `block.costs` must be there.
void weave(Block& block, const Loom& loom);

}  // namespace sramscope::sim
