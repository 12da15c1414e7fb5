// The timeline: live bytes over time, stacked by kind.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <string>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/legend.h"
#include "ui/viewer/panels.h"
#include "ui/viewer/time_axis.h"

namespace sramscope::viewer {
namespace {

/// From the bottom: what changes least.
constexpr std::array kOrder{MemoryKind::stack, MemoryKind::static_data, MemoryKind::heap,
                            MemoryKind::arena, MemoryKind::other};

struct Plot {
  Box box;
  TimeAxis axis;
  double top = 1;

  float y(double bytes) const { return box.y1 - static_cast<float>(bytes / top) * box.height(); }
};

double top_of(const ViewerState& state) {
  std::uint64_t peak = 1;
  for (const auto& document : state.documents())
    peak = std::max(peak, document->report.memory.live_peak);
  const std::uint64_t limit = state.memory_limit();
  if (limit > peak && limit < peak * 3 / 2) peak = limit;
  return static_cast<double>(peak) * 1.12;
}

void draw_bytes_axis(const Plot& plot, const Palette& palette) {
  if (plot.box.height() < em() * 2) return;
  Canvas canvas;
  const double step = nice_step(plot.top, std::max(plot.box.height() / (em() * 2.4F), 2.0F), 2);
  for (double bytes = 0; bytes <= plot.top; bytes += step) {
    const float y = plot.y(bytes);
    canvas.fill({plot.box.x0, y, plot.box.x1, y + 1}, palette.grid);
    canvas.text_in({plot.box.x0 - em() * 4.2F, y - em(), plot.box.x0 - em() * 0.4F, y + em()},
                   palette.faint, fmt::format("{:g} kB", bytes / 1024), Align::right);
  }
}

void draw_column(const Plot& plot, const Palette& palette, const TimelinePoint& point, float left,
                 float right) {
  Canvas canvas;
  std::uint64_t below = 0;
  for (const MemoryKind kind : kOrder) {
    const std::uint64_t bytes = point.by_kind[static_cast<std::size_t>(kind)];
    if (bytes == 0) continue;
    canvas.fill({left, plot.y(static_cast<double>(below + bytes)), right,
                 plot.y(static_cast<double>(below))},
                palette.of(segment_of(kind)));
    below += bytes;
  }
  // Bytes that the report does not divide.
  if (point.live > below) {
    canvas.fill(
        {left, plot.y(static_cast<double>(point.live)), right, plot.y(static_cast<double>(below))},
        palette.of(Segment::other));
  }
}

/// One column of pixels shows its highest point; columns that show the same are drawn as one.
void draw_stack(const Plot& plot, const Palette& palette, const Document& document) {
  const TimelineIndex& timeline = document.timeline;
  if (timeline.empty()) return;
  const double end = static_cast<double>(document.report.total.cycles);
  const float right = std::min(plot.axis.x1, plot.axis.x(end));
  std::size_t shown = timeline.points().size();
  float from = plot.axis.x0;
  for (float x = plot.axis.x0; x < right; x += 1) {
    const std::size_t point = timeline.highest(plot.axis.cycle_at(x), plot.axis.cycle_at(x + 1));
    if (point == shown) continue;
    if (shown < timeline.points().size())
      draw_column(plot, palette, timeline.points()[shown], from, x);
    shown = point;
    from = x;
  }
  if (shown < timeline.points().size())
    draw_column(plot, palette, timeline.points()[shown], from, right);
}

void draw_limit(const ViewerState& state, const Plot& plot) {
  const std::uint64_t limit = state.memory_limit();
  const bool flat = plot.box.height() < em() * 7;  // no room for labels
  if (limit == 0 || static_cast<double>(limit) > plot.top || flat) return;
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const float y = plot.y(static_cast<double>(limit));
  canvas.line({plot.box.x0, y}, {plot.box.x1, y}, palette.warning, std::max(1.0F, em() / 8));
  canvas.text_in({plot.box.x0, y - em() * 1.3F, plot.box.x1 - em() * 0.3F, y}, palette.warning,
                 "limit " + cli::format_bytes(limit), Align::right);
}

void draw_hover(const ViewerState& state, const Document& document, const Plot& plot,
                Cycles cycle) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const float x = plot.axis.x(static_cast<double>(cycle));
  canvas.fill({x, plot.box.y0, x + 1, plot.box.y1}, palette.faint);
  tooltip(cycles_text(document, cycle), alive_text(document, cycle));
}

void draw_one(ViewerState& state, std::size_t index, const Box& box, double top) {
  const Palette& palette = palette_of(state.theme);
  const Document& document = *state.documents()[index];
  const float left = box.x0 + em() * 4.2F;
  float y = box.y0;
  Canvas canvas;
  if (state.comparing()) {
    canvas.text_in({left, y, box.x1, y + em() * 1.5F},
                   index == state.shown() ? palette.text : palette.faint,
                   (index == 0 ? "A  " : "B  ") + document.title, Align::left, Face::bold);
    y += em() * 1.5F;
  }
  const float band = em() * 2.9F;
  Plot plot;
  plot.box = {left, y, box.x1, box.y1 - band};
  plot.axis = {left, box.x1, state.time()};
  plot.top = top;
  draw_bytes_axis(plot, palette);
  canvas.clip(plot.box);
  draw_stack(plot, palette, document);
  canvas.unclip();
  draw_limit(state, plot);
  draw_time_marks(state, index, plot.axis, plot.box);
  draw_layer_bands(state, index, plot.axis, {left, box.y1 - band + em() * 0.2F, box.x1, box.y1});
  const auto cycle = handle_time_mouse(state, index, plot.axis, {left, plot.box.y0, box.x1, box.y1},
                                       fmt::format("timeline.{}", index == 0 ? "a" : "b"));
  if (cycle) draw_hover(state, document, plot, *cycle);
}

std::array<bool, kSegments> used_segments(const ViewerState& state) {
  std::array<bool, kSegments> used = {};
  for (const auto& document : state.documents()) {
    for (const TimelinePoint& point : document->timeline.points()) {
      for (std::size_t kind = 0; kind < kMemoryKinds; ++kind) {
        if (point.by_kind[kind] != 0)
          used[static_cast<std::size_t>(segment_of(static_cast<MemoryKind>(kind)))] = true;
      }
    }
  }
  return used;
}

}  // namespace

void draw_timelines(ViewerState& state, const Box& box) {
  const float map = em() * 2.2F;
  const float ticks = em() * 1.7F;
  const Box plots{box.x0, box.y0, box.x1, box.y1 - map - ticks - em() * 0.3F};
  const auto count = static_cast<float>(state.documents().size());
  const float gap = em() * 0.6F;
  const float height = (plots.height() - gap * (count - 1)) / count;
  const double top = top_of(state);
  for (std::size_t i = 0; i < state.documents().size(); ++i) {
    const float y0 = plots.y0 + (height + gap) * static_cast<float>(i);
    draw_one(state, i, {plots.x0, y0, plots.x1, y0 + height}, top);
  }
  const float left = box.x0 + em() * 4.2F;
  draw_time_ticks(state, {left, box.x1, state.time()},
                  {left, plots.y1 + em() * 0.2F, box.x1, plots.y1 + ticks});
  draw_time_map(state, {left, box.y1 - map, box.x1, box.y1});
}

void draw_timeline(ViewerState& state) {
  const Box box = available();
  float y = draw_legend(state, box, used_segments(state));
  const bool coarse = std::ranges::any_of(
      state.documents(), [](const auto& document) { return document->timeline_is_coarse; });
  if (coarse) {
    Canvas canvas;
    canvas.text_in({box.x0, y, box.x1, y + em() * 1.5F}, palette_of(state.theme).faint,
                   "No timeline in the report: each execution of a layer is drawn with its peak. "
                   "Run it again with this version of sramscope.");
    y += em() * 1.5F;
  }
  draw_timelines(state, {box.x0, y, box.x1, box.y1});
}

}  // namespace sramscope::viewer
