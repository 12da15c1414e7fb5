#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ui/viewer/geometry.h"
#include "ui/viewer/theme.h"

namespace sramscope::viewer {

enum class Face : std::uint8_t { regular, bold, large, mono };
enum class Align : std::uint8_t { left, centre, right };

/// What the mouse does on a piece of the window.
struct Interaction {
  bool hovered = false;
  bool clicked = false;
  bool double_clicked = false;
  /// Pixels that the mouse was dragged since the last frame with the left button down.
  Point drag;
  bool dragging = false;
  Point mouse;
  /// Steps of the wheel, up and right are positive; taken from what would scroll the window.
  float wheel = 0;
  float wheel_sideways = 0;
  bool shift = false;
  bool control = false;
};

/// Drawing on the current ImGui window, in pixels. Exists for one frame.
class Canvas {
 public:
  Canvas();

  void fill(const Box& box, Rgba colour, float rounding = 0);
  void frame(const Box& box, Rgba colour, float thickness = 1, float rounding = 0);
  /// Slanted lines: "too much", also without colours.
  void hatch(const Box& box, Rgba colour);
  void line(Point a, Point b, Rgba colour, float thickness = 1);
  void dashed_line(Point a, Point b, Rgba colour, float thickness = 1);
  void triangle(Point a, Point b, Point c, Rgba colour);
  /// One line, its upper left corner at `at`.
  void text(Point at, Rgba colour, std::string_view text, Face face = Face::regular);
  /// One line within `box`, in its middle height, with an ellipsis where it is too long.
  void text_in(const Box& box, Rgba colour, std::string_view text, Align align = Align::left,
               Face face = Face::regular);
  void clip(const Box& box);
  void unclip();

 private:
  void* list_;  ///< ImDrawList*
};

/// Width of one line, in pixels.
float text_width(std::string_view text, Face face = Face::regular);
float text_height(Face face = Face::regular);
/// The height of the ordinary font: the unit of every distance.
float em();
/// `text` or as much of it as fits `width` pixels, with an ellipsis.
std::string fitted(std::string_view text, float width, Face face = Face::regular);

/// Makes a piece of the window react to the mouse; `id` is unique within the panel.
Interaction interact(std::string_view id, const Box& box);
/// True when the mouse is over `box` and nothing lies above it: for what only explains itself.
bool hovers(const Box& box);
/// What is left of the current window.
Box available();
/// Moves the layout behind `box`.
void advance_past(const Box& box);

/// A tooltip that follows the mouse: a bold first line, then text.
void tooltip(std::string_view title, std::string_view text);

}  // namespace sramscope::viewer
