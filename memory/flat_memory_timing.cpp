#include "memory/flat_memory_timing.h"

#include <algorithm>

namespace sramscope::memory {

std::uint32_t FlatMemoryTiming::wait_states(Addr address) const {
  const Region* region = board_.region_at(address);
  return region == nullptr ? 0 : region->wait_states;
}

void FlatMemoryTiming::fetch(const CodeRun& run, Clock, CyclesByCause& waits) {
  const Region* region = board_.region_at(run.begin);
  const Addr bytes = std::max<std::uint32_t>(region->line_bytes, 4);
  const Addr first = run.begin / bytes;
  const Addr last = (run.end - 1) / bytes;
  const Addr lines = last - first + (first == line_ ? 0 : 1);
  line_ = last;
  waits[static_cast<std::size_t>(CycleCause::fetch_wait)] +=
      std::uint64_t{lines} * region->wait_states;
}

Wait FlatMemoryTiming::load(Addr address, unsigned, Clock) {
  const Region* region = board_.region_at(address);
  if (region == nullptr) return {};
  const bool is_flash = region->kind == RegionKind::flash;
  return {region->wait_states, is_flash ? CycleCause::flash_data_wait : CycleCause::sram_data_wait};
}

}  // namespace sramscope::memory
