#pragma once

#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Each draws one panel into the current ImGui window; the state holds at least one report.
void draw_overview(ViewerState& state);
void draw_timeline(ViewerState& state);

/// What is selected, in figures; the narrow column beside every panel.
void draw_details(ViewerState& state);

}  // namespace sramscope::viewer
