// Running one function of an image in place of the whole program.

#include <algorithm>
#include <vector>

#include "sim/runner.h"

namespace sramscope::sim {

void Runner::prepare_call(const FunctionCall& call) {
  constexpr Addr kCpacr = 0xe000ed88;
  constexpr std::uint32_t kFullAccess = 0xfu << 20;
  // What start-up code does: data from its load address to where it is used, zeros behind it.
  for (const Segment& segment : image_.segments) {
    if (!segment.writable && segment.address == segment.virtual_address) continue;
    std::vector<std::uint8_t> bytes = segment.bytes;
    bytes.resize(std::max<std::size_t>(bytes.size(), segment.memory_size));
    load_bytes(segment.virtual_address, bytes);
  }
  CoreBase& core = *core_;
  if (isa::arch_of(board_.core).fp)
    registers_.write(kCpacr - SystemRegisters::kBase, 4, kFullAccess);
  core.state.r[13] = call.stack.value_or(core.state.r[13]) & ~7u;
  core.stack_base = core.lowest_sp = core.state.r[13];
  core.state.r[14] = kCallReturn | 1u;
  std::copy_n(call.arguments.begin(), std::min<std::size_t>(4, call.arguments.size()),
              core.state.r.begin());
  position_ = {nullptr, call.function & ~1u, true, 0};
}

Stop Runner::returned_from_call() const {
  Stop stop;
  stop.kind = StopKind::exited;
  stop.exit_status = core_->state.r[0];
  stop.pc = position_.target;
  return stop;
}

}  // namespace sramscope::sim
