#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ui/viewer/geometry.h"

namespace sramscope::viewer {

/// Where the pieces of the last frame are that react to the mouse, by their id: so that a test can
/// press what a user would press.
using HitMap = std::map<std::string, Box, std::less<>>;

/// Notes a piece of the current frame, if anybody asked for that (`WindowOptions::record_hits`).
void record_hit(std::string_view id, const Box& box);

}  // namespace sramscope::viewer
