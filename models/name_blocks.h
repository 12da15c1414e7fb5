#pragma once

#include "sramscope/network.h"

namespace sramscope::models {

/// Groups the layers of an imported network, whose file knows of no blocks: a convolution and its
/// pool, expand-depthwise-project, depthwise-pointwise, everything between a residual's start and
/// its add; from the last pool, mean or fully connected layer on, "head". Names become
/// "block3/07_conv_2d".
void name_blocks(Network& network);

}  // namespace sramscope::models
