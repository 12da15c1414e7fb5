#pragma once

#include <array>
#include <cstdint>

#include "sramscope/observer.h"

namespace sramscope::profiler {

/// A member of `Counters` under the name that it has in JSON and in messages.
struct NamedCounter {
  const char* name;
  std::uint64_t Counters::*value;
};

inline constexpr std::array<NamedCounter, 7> kCounters{{
    {"cycles", &Counters::cycles},
    {"instructions", &Counters::instructions},
    {"loads", &Counters::loads},
    {"stores", &Counters::stores},
    {"load_bytes", &Counters::load_bytes},
    {"store_bytes", &Counters::store_bytes},
    {"flash_load_bytes", &Counters::flash_load_bytes},
}};

}  // namespace sramscope::profiler
