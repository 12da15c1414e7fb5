#pragma once

#include "sramscope/network.h"

namespace sramscope::models {

/// Makes a `pad` part of the convolution that alone reads it: the padded tensor then needs no
/// memory.
Network fold_pads(Network network);

}  // namespace sramscope::models
