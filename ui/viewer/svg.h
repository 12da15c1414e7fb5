#pragma once

#include <string>

#include "ui/viewer/geometry.h"

struct ImDrawData;

namespace sramscope::viewer {

/// What ImGui has drawn inside `part` as SVG: shapes as shapes, text as text.
std::string to_svg(const ImDrawData& data, const Box& part);

}  // namespace sramscope::viewer
