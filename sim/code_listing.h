#pragma once

#include <string>
#include <vector>

#include "memory/bus.h"
#include "sramscope/image.h"

namespace sramscope::sim {

/// The instructions around `pc`, one line each, that at `pc` marked by '>', with the source line
/// where it changes. Empty when `pc` is no code.
std::vector<std::string> code_listing(const Image& image, const memory::Bus& bus, Addr pc);

}  // namespace sramscope::sim
