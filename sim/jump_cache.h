#pragma once

#include <array>
#include <cstdint>

#include "sim/micro_op.h"

namespace sramscope::sim {

/// Finds the edge from a block to an indirect target that has been taken before; a miss goes to the outer loop.
struct JumpCache {
  static constexpr unsigned kSize = 1u << 12;
  struct Entry {
    const Block* from = nullptr;
    Addr target = 0;
    const Edge* edge = nullptr;
  };
  std::array<Entry, kSize> entries{};

  Entry& at(const Block* from, Addr target) {
    const auto hash = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(from) >> 6) ^
                      (target >> 1) ^ (target >> 13);
    return entries[hash % kSize];
  }
  void clear() { entries.fill({}); }
};

}  // namespace sramscope::sim
