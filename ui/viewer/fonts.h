#pragma once

#include <span>

namespace sramscope::viewer {

/// TrueType files that are part of the program: DejaVu Sans, its bold face, and DejaVu Sans Mono.
std::span<const unsigned char> font_sans();
std::span<const unsigned char> font_bold();
std::span<const unsigned char> font_mono();

}  // namespace sramscope::viewer
