#pragma once

#include "ui/viewer/geometry.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Draws the whole window: bar, list of panels, the open panel, details of what is selected, help.
/// Returns where the panel is.
Box draw_shell(ViewerState& state);

}  // namespace sramscope::viewer
