#pragma once

#include <cstdint>
#include <vector>

#include "sramscope/report.h"

namespace sramscope::profiler {

/// Sizes that are not part of a report, in bytes.
struct Sizes {
  /// .data and .bss, arenas among them, and those arenas.
  std::uint64_t static_bytes = 0;
  std::uint64_t static_arena = 0;
  /// The heap up to the highest byte of it that was touched.
  std::uint64_t heap = 0;
  /// Deepest stack, and what the linker script keeps for stack and heap.
  std::uint64_t stack = 0;
  std::uint64_t linker_stack = 0;
  std::uint64_t linker_heap = 0;
};

/// Every definition of peak memory for this run, the live peak first, each with the way from the
/// live peak to it. Needs peaks, layers and buffers of the report.
std::vector<PeakDefinition> peak_definitions(const Report& report, const Sizes& sizes);

}  // namespace sramscope::profiler
