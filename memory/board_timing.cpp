#include "memory/board_timing.h"

namespace sramscope {

namespace memory {

std::uint32_t wait_states_at(const Region& region, std::uint64_t core_hz) {
  const std::uint64_t bus_hz = core_hz / region.bus_divider;
  for (const WaitStep& step : region.wait_table) {
    if (bus_hz <= step.up_to_hz) return step.wait_states;
  }
  return region.wait_table.back().wait_states;
}

}  // namespace memory

std::uint32_t access_cycles(const Region& region, std::uint32_t bytes) {
  const auto pieces = [&](std::uint32_t piece) { return (bytes + piece - 1) / piece; };
  const std::uint32_t bus_cycles = pieces(region.line_bytes) * region.wait_states +
                                   pieces(region.beat_bytes) * region.beat_cycles;
  return region.latency + region.bus_divider * bus_cycles;
}

Board with_caches_on(Board board) {
  for (Cache& cache : board.caches) cache.enable = {};
  for (Region& region : board.regions) {
    if (region.prefetch) region.prefetch = Switch{};
  }
  return board;
}

}  // namespace sramscope
