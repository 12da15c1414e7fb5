#pragma once

#include "sramscope/board.h"
#include "sramscope/image.h"

namespace sramscope::sim {

/// The answer to SYS_HEAPINFO (Arm Semihosting, section 6.6). The stack grows down from
/// `stack_base` and the heap up from `heap_base`; they share the gap.
struct HeapInfo {
  Addr heap_base = 0;
  Addr heap_limit = 0;
  Addr stack_base = 0;
  Addr stack_limit = 0;

  friend bool operator==(const HeapInfo&, const HeapInfo&) = default;
};

/// The largest gap that the image's segments leave in the RAM that holds its data; neighbouring
/// regions count as one RAM. newlib's crt0 moves SP to `stack_base` and lets malloc() grow from its
/// own `end` symbol up to `heap_limit`. QEMU answers by the same rule, but always from the largest
/// RAM of the board.
HeapInfo heap_info(const Board& board, const Image& image);

}  // namespace sramscope::sim
