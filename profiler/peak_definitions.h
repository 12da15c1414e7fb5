#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/report.h"

namespace sramscope::profiler {

/// Sizes that are not part of a report, in bytes.
struct Sizes {
  /// .data and .bss, arenas among them, and those arenas.
  std::uint64_t static_bytes = 0;
  std::uint64_t static_arena = 0;
  /// Most heap in use at once, and the block of it that is the arena.
  std::uint64_t heap_peak = 0;
  std::uint64_t heap_arena = 0;
  /// Deepest stack, and what the linker script keeps for stack and heap.
  std::uint64_t stack = 0;
  std::uint64_t linker_stack = 0;
  std::uint64_t linker_heap = 0;
};

/// Room that the linker script keeps for the "stack" or the "heap": from its section, else from a
/// symbol such as __stack_size; 0 where the image does not tell.
std::uint64_t linker_room(const Image& image, std::string_view what);

/// Every definition of peak memory for this run, the live peak first, each with the way from the
/// live peak to it. Needs peaks, layers and buffers of the report.
std::vector<PeakDefinition> peak_definitions(const Report& report, const Sizes& sizes);

}  // namespace sramscope::profiler
