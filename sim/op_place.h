#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/handlers.h"
#include "sim/micro_op.h"

namespace sramscope::sim {

/// Where an op stands: its block and the number of its instruction in it.
struct OpPlace {
  const Block* block = nullptr;
  std::size_t index = 0;
};

OpPlace place_of(const MicroOp* op, const HandlerTable& handlers);

/// What a block has charged for its instructions from number `first` on, by lane.
using LaneValues = std::array<std::uint32_t, kLaneCount>;
LaneValues charged_from(const Block& block, std::size_t first);

}  // namespace sramscope::sim
