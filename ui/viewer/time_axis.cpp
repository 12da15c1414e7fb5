#include "ui/viewer/time_axis.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"

namespace sramscope::viewer {
namespace {

/// The first span that ends behind `cycle`.
std::size_t first_ending_after(const std::vector<Span>& spans, double cycle, std::size_t from) {
  const auto found = std::partition_point(
      spans.begin() + static_cast<std::ptrdiff_t>(from), spans.end(),
      [cycle](const Span& span) { return static_cast<double>(span.end) <= cycle; });
  return static_cast<std::size_t>(found - spans.begin());
}

/// Calls `draw(span, x0, x1)` for what can be seen; of several spans in one pixel only the first.
template <typename Draw>
void each_visible(const std::vector<Span>& spans, const TimeAxis& axis, const Draw& draw) {
  double from = axis.view.begin;
  for (std::size_t i = first_ending_after(spans, from, 0); i < spans.size();
       i = first_ending_after(spans, from, i + 1)) {
    const Span& span = spans[i];
    if (static_cast<double>(span.begin) >= axis.view.end) break;
    const float left = std::max(axis.x(static_cast<double>(span.begin)), axis.x0);
    const float right = std::min(axis.x(static_cast<double>(span.end)), axis.x1);
    draw(span, left, std::max(right, left + 1));
    from = std::max(static_cast<double>(span.end), axis.cycle(std::floor(left) + 1));
  }
}

void draw_band_row(ViewerState& state, std::size_t document, const TimeAxis& axis, const Box& box,
                   bool blocks) {
  const Palette& palette = palette_of(state.theme);
  const Document& shown = *state.documents()[document];
  const std::size_t none = shown.report.layers.size();
  const std::size_t selected =
      state.shown() == document ? state.selection().layer.value_or(none) : none;
  Canvas canvas;
  each_visible(blocks ? shown.block_spans : shown.layer_spans, axis,
               [&](const Span& span, float left, float right) {
                 const Rgba fill = palette.band(blocks ? shown.blocks[span.layer]
                                                       : shown.blocks[span.layer] + span.layer);
                 const Box band{left, box.y0, right, box.y1};
                 canvas.fill(band, blocks ? fill : with_alpha(fill, 150));
                 if (right - left > 3)
                   canvas.fill({right - 1, box.y0, right, box.y1}, palette.surface);
                 if (selected == span.layer)
                   canvas.frame(band, palette.text, std::max(2.0F, em() / 8));
                 if (right - left > em() * 1.6F) {
                   canvas.text_in({left + em() * 0.3F, box.y0, right - em() * 0.2F, box.y1},
                                  blocks ? ink_on(fill) : palette.text,
                                  shown.report.layers[span.layer].name, Align::left);
                 }
               });
}

}  // namespace

void draw_time_ticks(const ViewerState& state, const TimeAxis& axis, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const double step = nice_step(axis.view.length(), (axis.x1 - axis.x0) / (em() * 9), 10);
  for (double cycle = std::ceil(axis.view.begin / step) * step; cycle <= axis.view.end;
       cycle += step) {
    const float x = axis.x(cycle);
    canvas.fill({x, box.y0, x + 1, box.y0 + em() * 0.4F}, palette.faint);
    std::string text = cli::format_count(static_cast<std::uint64_t>(cycle));
    const std::string time = time_text(state.document(), static_cast<Cycles>(cycle));
    if (!time.empty() && cycle > 0) text += " \u00b7 " + time;
    if (x + em() * 0.3F + text_width(text) < box.x1)
      canvas.text({x + em() * 0.3F, box.y0 + em() * 0.1F}, palette.faint, text);
  }
}

void draw_layer_bands(ViewerState& state, std::size_t document, const TimeAxis& axis,
                      const Box& box) {
  const Document& shown = *state.documents()[document];
  Canvas canvas;
  canvas.clip(box);
  const bool two =
      !shown.block_spans.empty() && shown.block_spans.size() != shown.layer_spans.size();
  if (two) {
    const float middle = box.centre().y;
    draw_band_row(state, document, axis, {box.x0, box.y0, box.x1, middle - 1}, true);
    draw_band_row(state, document, axis, {box.x0, middle, box.x1, box.y1}, false);
  } else {
    draw_band_row(state, document, axis, box, true);
  }
  canvas.unclip();
}

void draw_time_map(ViewerState& state, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const TimeAxis axis{box.x0, box.x1, {0, state.whole_time()}};
  Canvas canvas;
  canvas.fill(box, palette.raised);
  const Document& document = state.document();
  const auto peak =
      static_cast<float>(std::max<std::uint64_t>(document.report.memory.live_peak, 1));
  if (!document.timeline.empty()) {
    const float end = axis.x(static_cast<double>(document.report.total.cycles));
    for (float x = box.x0; x < end; x += 1) {
      const auto& points = document.timeline.points();
      const auto& point = points[document.timeline.highest(axis.cycle_at(x), axis.cycle_at(x + 1))];
      const float height = static_cast<float>(point.live) / peak * (box.height() - 2);
      canvas.fill({x, box.y1 - height, x + 1, box.y1}, with_alpha(palette.accent, 110));
    }
  }
  const float left = axis.x(state.time().begin);
  const float right = std::max(axis.x(state.time().end), left + 3);
  const Rgba shade = with_alpha(palette.surface, 150);
  canvas.fill({box.x0, box.y0, left, box.y1}, shade);
  canvas.fill({right, box.y0, box.x1, box.y1}, shade);
  canvas.frame({left, box.y0, right, box.y1}, palette.accent, std::max(1.0F, em() / 10));
  const Interaction mouse = interact("time.map", box);
  if (mouse.dragging) {
    state.pan_time(axis.cycle(box.x0 + mouse.drag.x) - axis.cycle(box.x0));
  } else if (mouse.clicked) {
    const double half = state.time().length() / 2;
    state.pan_time(axis.cycle(mouse.mouse.x) - half - state.time().begin);
  }
  if (mouse.wheel != 0) state.zoom_time(std::pow(0.8, mouse.wheel), axis.cycle(mouse.mouse.x));
  if (mouse.hovered && !mouse.dragging)
    tooltip("The whole run", "The frame is what the timelines show: drag it, or press Home.");
}

std::optional<Cycles> handle_time_mouse(ViewerState& state, std::size_t document,
                                        const TimeAxis& axis, const Box& box, std::string_view id) {
  const Interaction mouse = interact(id, box);
  if (mouse.dragging)
    state.pan_time(axis.cycle(axis.x0 - mouse.drag.x) - axis.view.begin);
  else if (mouse.double_clicked)
    state.show_selected_time();
  else if (mouse.clicked)
    state.select_cycle(document, axis.cycle_at(mouse.mouse.x));
  if (mouse.wheel != 0 && mouse.shift)
    state.pan_time(-mouse.wheel * axis.view.length() * 0.1);
  else if (mouse.wheel != 0)
    state.zoom_time(std::pow(0.8, mouse.wheel), axis.cycle(mouse.mouse.x));
  if (mouse.wheel_sideways != 0) state.pan_time(mouse.wheel_sideways * axis.view.length() * 0.1);
  if (!mouse.hovered || mouse.dragging) return std::nullopt;
  return axis.cycle_at(mouse.mouse.x);
}

void draw_time_marks(const ViewerState& state, std::size_t document, const TimeAxis& axis,
                     const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const Document& shown = *state.documents()[document];
  Canvas canvas;
  canvas.clip(box);
  if (state.shown() == document && state.selection().layer) {
    const std::size_t layer = *state.selection().layer;
    const auto draw = [&](const Span& span, float left, float right) {
      if (span.layer == layer)
        canvas.fill({left, box.y0, right, box.y1}, with_alpha(palette.accent, 45));
    };
    each_visible(shown.leaf[layer] ? shown.layer_spans : shown.block_spans, axis, draw);
  }
  if (shown.report.memory.live_peak > 0) {
    const float x = axis.x(static_cast<double>(shown.report.memory.peak_cycle));
    const float size = em() * 0.45F;
    canvas.dashed_line({x, box.y0}, {x, box.y1}, palette.warning);
    canvas.triangle({x - size, box.y0}, {x + size, box.y0}, {x, box.y0 + size * 1.4F},
                    palette.warning);
    const std::string text = "peak " + cli::format_bytes(shown.report.memory.live_peak);
    const float width = text_width(text, Face::bold);
    const float left = x + em() * 0.7F + width > box.x1 ? x - em() * 0.7F - width : x + em() * 0.7F;
    canvas.fill({left - 2, box.y0, left + width + 2, box.y0 + em() * 1.2F},
                with_alpha(palette.surface, 200));
    canvas.text({left, box.y0}, palette.warning, text, Face::bold);
  }
  if (state.shown() == document && state.selection().cycle) {
    const float x = axis.x(static_cast<double>(*state.selection().cycle));
    canvas.line({x, box.y0}, {x, box.y1}, palette.accent, std::max(2.0F, em() / 8));
  }
  canvas.unclip();
}

std::string alive_text(const Document& document, Cycles cycle) {
  const auto layer = document.layer_at(cycle);
  std::string text = layer ? "in " + document.paths[*layer] : "outside every layer";
  if (document.timeline.empty()) return text;
  const TimelinePoint& point = document.timeline.points()[document.timeline.at(cycle)];
  text += fmt::format("\n\n{} live", cli::format_bytes(point.live));
  for (std::size_t kind = 0; kind < kMemoryKinds; ++kind) {
    if (point.by_kind[kind] != 0)
      text += fmt::format("\n  {}: {}", memory_kind_name(static_cast<MemoryKind>(kind)),
                          cli::format_bytes(point.by_kind[kind]));
  }
  std::vector<const BufferReport*> alive;
  for (const BufferReport& buffer : document.report.buffers) {
    if (buffer.born <= cycle && cycle <= buffer.died) alive.push_back(&buffer);
  }
  constexpr std::size_t kMost = 8;
  const std::size_t shown = std::min(alive.size(), kMost);
  std::partial_sort(alive.begin(), alive.begin() + static_cast<std::ptrdiff_t>(shown), alive.end(),
                    [](const auto* a, const auto* b) { return a->live_peak > b->live_peak; });
  if (shown > 0) text += "\n";
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("\n{}  {}", alive[i]->name, cli::format_bytes(alive[i]->live_peak));
  if (alive.size() > shown) text += fmt::format("\n\u2026 and {} more", alive.size() - shown);
  return text;
}

}  // namespace sramscope::viewer
