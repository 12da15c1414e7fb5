#pragma once

#include <cstdint>

#include "sramscope/network.h"

namespace sramscope::test {

/// A small network of random operators, shapes, kernels, strides, pads, scales and zero points; it
/// uses every operator sooner or later.
Network random_operators(std::uint32_t seed);

}  // namespace sramscope::test
