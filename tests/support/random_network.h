#pragma once

#include <cstdint>

#include "sramscope/network.h"

namespace sramscope::test {

/// A small network drawn from `seed`: convolutions, depthwise, pointwise, pools and pads of all
/// sizes, residual adds, branches that are joined again, a classifier.
Network random_network(std::uint32_t seed);

}  // namespace sramscope::test
