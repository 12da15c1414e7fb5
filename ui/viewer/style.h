#pragma once

#include "ui/viewer/theme.h"

namespace sramscope::viewer {

/// Loads the fonts (`Face` in order) at this scale into ImGui's atlas; the texture has to be made
/// anew afterwards.
void load_fonts(float scale);
/// Sets ImGui's colours and distances.
void apply_style(Theme theme, float scale);

}  // namespace sramscope::viewer
