#pragma once

#include <array>
#include <string_view>

namespace sramscope::memory {

// The keys of a board file; the first ones (4 of each) are required.
inline constexpr std::array<std::string_view, 10> kBoardKeys = {
    "name",       "core",          "clock_mhz",   "regions", "description",
    "interrupts", "priority_bits", "mpu_regions", "caches",  "store_buffer"};
inline constexpr std::array<std::string_view, 14> kRegionKeys = {
    "name",       "kind",        "base",       "size",       "aliases",
    "access",     "wait_states", "wait_table", "line_bytes", "bus_divider",
    "beat_bytes", "beat_cycles", "latency",    "prefetch"};
/// The first 3 are required.
inline constexpr std::array<std::string_view, 10> kCacheKeys = {
    "name",   "regions",    "size",           "line_bytes",          "ways",
    "serves", "write_back", "write_allocate", "critical_word_first", "enable"};

}  // namespace sramscope::memory
