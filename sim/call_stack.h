#pragma once

#include <cstdint>
#include <vector>

#include "memory/bus.h"
#include "sim/unwind_index.h"
#include "sramscope/fault.h"
#include "sramscope/image.h"

namespace sramscope::sim {

/// Where to unwind from.
struct StackScene {
  const Image& image;
  const memory::Bus& bus;
  /// r15 is the current instruction.
  Registers registers{};
  /// The stack pointer that is not in r13: the process stack's in Handler mode.
  Addr other_sp = 0;
  bool on_process_stack = false;
  /// Exception being handled, 0 in Thread mode.
  unsigned exception = 0;
  /// First address behind the stacks; words from here on are no return addresses.
  Addr stack_end = 0;
};

inline constexpr std::size_t kMostFrames = 32;

/// The functions that are under way, innermost first: by .debug_frame, else .ARM.exidx, else by
/// what looks like a return address, and through the frames that exceptions push. Ends where it
/// cannot go on, after `kMostFrames`, or when it turns in a circle.
std::vector<StackFrame> call_stack(const StackScene& scene);

}  // namespace sramscope::sim
