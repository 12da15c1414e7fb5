#pragma once

#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// The shortcuts and what the figures mean, while `help_open`.
void draw_help(ViewerState& state);
/// A path to type and the recent files, while `open_dialog`.
void draw_open_dialog(ViewerState& state);

}  // namespace sramscope::viewer
