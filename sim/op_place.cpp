#include "sim/op_place.h"

namespace sramscope::sim {

Counters charged_from(const Block& block, std::size_t first, std::uint32_t cycles) {
  Counters counters;
  counters.cycles = cycles;
  for (std::size_t i = first; i < block.insns.size(); ++i) {
    const isa::Traffic moved = isa::traffic(block.insns[i]);
    counters.instructions += 1;
    counters.loads += moved.loads;
    counters.stores += moved.stores;
    counters.load_bytes += std::uint64_t{moved.loads} * moved.bytes_each;
    counters.store_bytes += std::uint64_t{moved.stores} * moved.bytes_each;
  }
  return counters;
}

OpPlace place_of(const MicroOp* op, const HandlerTable& handlers) {
  const std::int16_t tick = op->tick;
  while (op->handler != handlers.end_block) ++op;
  return {op->block(), op->block()->insns.size() - static_cast<std::size_t>(-tick)};
}

}  // namespace sramscope::sim
