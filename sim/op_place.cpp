#include "sim/op_place.h"

namespace sramscope::sim {

LaneValues charged_from(const Block& block, std::size_t first) {
  LaneValues lanes{};
  for (std::size_t i = first; i < block.insns.size(); ++i) {
    const isa::Traffic moved = isa::traffic(block.insns[i]);
    lanes[kLaneInstructions] += 1;
    lanes[kLaneLoads] += moved.loads;
    lanes[kLaneStores] += moved.stores;
    lanes[kLaneLoadBytes] += std::uint32_t{moved.loads} * moved.bytes_each;
    lanes[kLaneStoreBytes] += std::uint32_t{moved.stores} * moved.bytes_each;
    add_cost(lanes.data(), block.insns[i], block.costs[i]);
  }
  return lanes;
}

OpPlace place_of(const MicroOp* op, const HandlerTable& handlers) {
  const std::int16_t tick = op->tick;
  while (op->handler != handlers.end_block) ++op;
  return {op->block(), op->block()->insns.size() - static_cast<std::size_t>(-tick)};
}

}  // namespace sramscope::sim
