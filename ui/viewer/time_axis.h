#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "ui/viewer/geometry.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Cycles to pixels and back, for a stretch of the window.
struct TimeAxis {
  float x0 = 0;
  float x1 = 1;
  TimeView view;

  float x(double cycle) const {
    return x0 + static_cast<float>((cycle - view.begin) / view.length()) * (x1 - x0);
  }
  double cycle(float x) const {
    return view.begin + static_cast<double>(x - x0) / static_cast<double>(x1 - x0) * view.length();
  }
  /// The cycle under a pixel, within the run.
  Cycles cycle_at(float x) const { return static_cast<Cycles>(std::max(cycle(x), 0.0)); }
};

/// Ticks with cycles and time along the lower edge of `box`.
void draw_time_ticks(const ViewerState& state, const TimeAxis& axis, const Box& box);
/// Blocks and layers as bands in the two halves of `box`, named where there is room.
void draw_layer_bands(ViewerState& state, std::size_t document, const TimeAxis& axis,
                      const Box& box);
/// The whole run in little, with what is shown framed; drag to move.
void draw_time_map(ViewerState& state, const Box& box);
/// Wheel, drag, click and double click on a plot along the time; returns the cycle under the mouse.
std::optional<Cycles> handle_time_mouse(ViewerState& state, std::size_t document,
                                        const TimeAxis& axis, const Box& box, std::string_view id);
/// Marks the selected layer's executions, the selected instant and the peak over a plot.
void draw_time_marks(const ViewerState& state, std::size_t document, const TimeAxis& axis,
                     const Box& box);
/// What is alive at an instant: time, layer, bytes by kind, the largest buffers.
std::string alive_text(const Document& document, Cycles cycle);

}  // namespace sramscope::viewer
