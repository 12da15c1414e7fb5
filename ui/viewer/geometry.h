#pragma once

#include <cstdint>

namespace sramscope::viewer {

/// A position on the window, in pixels from its upper left corner.
struct Point {
  float x = 0;
  float y = 0;
};

/// A rectangle of the window; `x1` and `y1` are outside of it.
struct Box {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;

  float width() const { return x1 - x0; }
  float height() const { return y1 - y0; }
  Point centre() const { return {(x0 + x1) / 2, (y0 + y1) / 2}; }
  bool contains(Point p) const { return p.x >= x0 && p.x < x1 && p.y >= y0 && p.y < y1; }
  /// The same with `margin` less on every side.
  Box inset(float margin) const { return {x0 + margin, y0 + margin, x1 - margin, y1 - margin}; }
};

/// A colour as ImGui packs it: 0xAABBGGRR.
using Rgba = std::uint32_t;

/// From 0xRRGGBB as people write it.
constexpr Rgba rgb(std::uint32_t hex, std::uint32_t alpha = 255) {
  return alpha << 24 | (hex & 0xff) << 16 | (hex & 0xff00) | hex >> 16;
}
constexpr Rgba with_alpha(Rgba colour, std::uint32_t alpha) {
  return (colour & 0xffffff) | alpha << 24;
}

}  // namespace sramscope::viewer
