#pragma once

#include <array>

#include "ui/viewer/geometry.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Names the segments in use with their colours, at the top of `box`; returns where it ends below.
float draw_legend(const ViewerState& state, const Box& box,
                  const std::array<bool, kSegments>& used);

}  // namespace sramscope::viewer
