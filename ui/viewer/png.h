#pragma once

#include <string>

#include "ui/viewer/geometry.h"
#include "ui/viewer/window.h"

namespace sramscope::viewer {

/// The part of a picture inside `box`, which is cut to the picture.
Pixels cropped(const Pixels& pixels, const Box& box);
/// Writes a PNG file. Returns "" or what went wrong.
std::string write_png(const std::string& path, const Pixels& pixels);

}  // namespace sramscope::viewer
