#include "sim/timing/fetch_queue.h"

#include <algorithm>

namespace sramscope::sim {

void FetchQueue::fetch_next() {
  const PipelineTime streaming = addressed_[last_word_ % 4] + 1;
  ++last_word_;
  const PipelineTime room = left_[(last_word_ - kWords) % 4];
  // A fetcher that had to stop for want of room needs a cycle to start again: assumption, it
  // explains the one lost cycle in a run of halfword-aligned 32-bit instructions.
  addressed_[last_word_ % 4] = room <= streaming ? streaming : room + 1;
}

PipelineTime FetchQueue::ready(const isa::Insn& in, PipelineTime previous) {
  const Addr last = (in.address + in.size - 1u) / 4;
  while (last_word_ != last && last - last_word_ <= 2) fetch_next();
  const PipelineTime addressed = addressed_[last % 4];
  const bool ends_word = in.address % 4 == 2 || in.size == 4;
  if (ends_word) {
    const Addr word = in.address / 4;
    left_[word % 4] = std::max(previous, addressed + kAddressToExecute - 1);
  }
  return addressed + kAddressToExecute;
}

}  // namespace sramscope::sim
