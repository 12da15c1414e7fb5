// The overview: the peak memory of each block as a bar.
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

namespace sramscope::viewer {
namespace {

/// From the bottom of a bar to its top: what has to stay comes first.
constexpr std::array kStack{Segment::held,    Segment::input,       Segment::output,
                            Segment::scratch, Segment::activations, Segment::static_data,
                            Segment::heap,    Segment::stack,       Segment::other};

struct Chart {
  Box plot;
  double top = 1;  ///< bytes at the upper edge
  std::uint64_t limit = 0;
  float slot = 0;

  float y(double bytes) const { return plot.y1 - static_cast<float>(bytes / top) * plot.height(); }
};

Chart make_chart(const ViewerState& state, const Box& box) {
  Chart chart;
  const float right = state.comparing() ? em() * 7.5F : em();
  chart.plot = {box.x0 + em() * 4.2F, box.y0 + em() * 1.6F, box.x1 - right, box.y1 - em() * 1.8F};
  chart.limit = state.memory_limit();
  std::uint64_t peak = 1;
  for (const auto& document : state.documents())
    peak = std::max(peak, document->report.memory.live_peak);
  // A limit far above everything would only press the bars flat.
  const bool show_limit = chart.limit != 0 && chart.limit < peak * 3;
  chart.top = 1.1 * static_cast<double>(show_limit ? std::max(peak, chart.limit) : peak);
  chart.slot =
      chart.plot.width() / static_cast<float>(std::max<std::size_t>(state.bar_pairs().size(), 1));
  return chart;
}

void draw_grid(const Chart& chart, const Palette& palette) {
  Canvas canvas;
  const double step = nice_step(chart.top, chart.plot.height() / (em() * 2.6F), 2);
  for (double bytes = 0; bytes <= chart.top; bytes += step) {
    const float y = chart.y(bytes);
    canvas.fill({chart.plot.x0, y, chart.plot.x1, y + 1}, palette.grid);
    canvas.text_in({chart.plot.x0 - em() * 4.2F, y - em(), chart.plot.x0 - em() * 0.4F, y + em()},
                   palette.faint, fmt::format("{:g} kB", bytes / 1024), Align::right);
  }
}

void draw_bar(const Chart& chart, const Palette& palette, const Box& slot, const Bar& bar,
              std::string_view letter, bool selected) {
  Canvas canvas;
  std::uint64_t below = 0;
  for (const Segment segment : kStack) {
    const std::uint64_t bytes = bar.parts[static_cast<std::size_t>(segment)];
    if (bytes == 0) continue;
    canvas.fill({slot.x0, chart.y(static_cast<double>(below + bytes)), slot.x1,
                 chart.y(static_cast<double>(below))},
                palette.of(segment));
    below += bytes;
  }
  const Box whole{slot.x0, chart.y(static_cast<double>(bar.live_peak)), slot.x1, chart.plot.y1};
  if (chart.limit != 0 && bar.live_peak > chart.limit) {
    const Box over{whole.x0, whole.y0, whole.x1, chart.y(static_cast<double>(chart.limit))};
    canvas.fill(over, palette.warning);
    if (over.width() > em() / 2) canvas.hatch(over, with_alpha(rgb(0xffffff), 110));
  }
  if (!letter.empty() && whole.width() > em() && whole.height() > em() * 1.4F) {
    const auto lowest = std::ranges::find_if(
        kStack, [&](Segment s) { return bar.parts[static_cast<std::size_t>(s)] != 0; });
    canvas.text_in({whole.x0, whole.y1 - em() * 1.4F, whole.x1, whole.y1},
                   ink_on(palette.of(lowest != kStack.end() ? *lowest : Segment::other)), letter,
                   Align::centre, Face::bold);
  }
  if (selected) canvas.frame({whole.x0 - 2, whole.y0 - 2, whole.x1 + 2, whole.y1}, palette.text, 2);
}

std::string bar_text(const Document& document, const Bar& bar, std::uint64_t limit) {
  std::string text = fmt::format("{} live at most, in {}\n", cli::format_bytes(bar.live_peak),
                                 document.paths[bar.peak_layer]);
  for (const Segment segment : kStack) {
    const std::uint64_t bytes = bar.parts[static_cast<std::size_t>(segment)];
    if (bytes != 0)
      text += fmt::format("\n{}: {}", segment_name(segment), cli::format_bytes(bytes));
  }
  if (limit != 0 && bar.live_peak > limit)
    text += fmt::format("\n\n{} over the limit of {}", cli::format_bytes(bar.live_peak - limit),
                        cli::format_bytes(limit));
  return text + "\n\nClick to select the layer.";
}

void draw_slot_bar(ViewerState& state, const Chart& chart, const Box& slot, std::size_t document,
                   const Bar* bar) {
  if (bar == nullptr) return;
  const Document& shown = *state.documents()[document];
  const auto selected = state.selection().layer;
  const bool is_selected = selected && state.shown() == document &&
                           (*selected == bar->peak_layer || shown.blocks[*selected] == bar->layer);
  const std::string_view letter = !state.comparing() ? "" : document == 0 ? "A" : "B";
  draw_bar(chart, palette_of(state.theme), slot, *bar, letter, is_selected);
  const Interaction mouse =
      interact(fmt::format("overview.{}.{}", document == 0 ? "a" : "b", bar->name),
               {slot.x0, chart.plot.y0, slot.x1, chart.plot.y1});
  if (mouse.hovered) {
    const std::string title = state.comparing() ? shown.title + ": " + bar->name : bar->name;
    tooltip(title, bar_text(shown, *bar, chart.limit));
  }
  if (mouse.clicked) state.select_layer(document, bar->peak_layer);
}

void draw_pair(ViewerState& state, const Chart& chart, std::size_t index) {
  const Palette& palette = palette_of(state.theme);
  const BarPair& pair = state.bar_pairs()[index];
  const float x0 = chart.plot.x0 + chart.slot * static_cast<float>(index);
  const float margin = std::clamp(chart.slot * 0.14F, 0.5F, em() * 1.4F);
  const Box slot{x0 + margin, chart.plot.y0, x0 + chart.slot - margin, chart.plot.y1};
  Canvas canvas;
  if (state.comparing()) {
    const float middle = slot.centre().x;
    const float gap = chart.slot > em() ? 1.5F : 0;
    draw_slot_bar(state, chart, {slot.x0, slot.y0, middle - gap, slot.y1}, 0, pair.a);
    draw_slot_bar(state, chart, {middle + gap, slot.y0, slot.x1, slot.y1}, 1, pair.b);
  } else {
    draw_slot_bar(state, chart, slot, 0, pair.a);
  }
  const std::uint64_t a = pair.a != nullptr ? pair.a->live_peak : 0;
  const std::uint64_t b = pair.b != nullptr ? pair.b->live_peak : 0;
  const float y = chart.y(static_cast<double>(std::max(a, b)));
  const Box above{x0, y - em() * 1.3F, x0 + chart.slot, y};
  if (state.comparing() && chart.slot > em() * 3.4F && a != b) {
    const std::string change = change_text(a, b);
    const Rgba colour = change.starts_with("\u2248") ? palette.faint
                        : b < a                      ? palette.better
                                                     : palette.warning;
    canvas.text_in(above, colour, change, Align::centre, Face::bold);
  } else if (!state.comparing() && chart.slot > em() * 4) {
    const bool over = chart.limit != 0 && a > chart.limit;
    canvas.text_in(above, over ? palette.warning : palette.faint, cli::format_bytes(a),
                   Align::centre);
  }
  const std::string label = chart.slot > em() * 3 ? pair.name : fmt::format("{}", index);
  if (chart.slot > em() * 1.6F) {
    canvas.text_in(
        {x0 + 2, chart.plot.y1 + em() * 0.3F, x0 + chart.slot - 2, chart.plot.y1 + em() * 1.6F},
        palette.text, label, Align::centre);
  }
}

/// More bars than pixels: the highest one of each column.
void draw_dense(ViewerState& state, const Chart& chart) {
  const auto& pairs = state.bar_pairs();
  const auto columns = static_cast<std::size_t>(std::max(chart.plot.width() / 2, 1.0F));
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t begin = column * pairs.size() / columns;
    const std::size_t end = std::max((column + 1) * pairs.size() / columns, begin + 1);
    const auto height = [](const BarPair& pair) {
      return std::max(pair.a != nullptr ? pair.a->live_peak : 0,
                      pair.b != nullptr ? pair.b->live_peak : 0);
    };
    const auto highest =
        std::max_element(pairs.begin() + static_cast<std::ptrdiff_t>(begin),
                         pairs.begin() + static_cast<std::ptrdiff_t>(end),
                         [&](const auto& l, const auto& r) { return height(l) < height(r); });
    const float x = chart.plot.x0 + 2 * static_cast<float>(column);
    const Bar* bar = highest->a != nullptr ? highest->a : highest->b;
    draw_slot_bar(state, chart, {x, chart.plot.y0, x + 2, chart.plot.y1},
                  highest->a != nullptr ? 0 : 1, bar);
  }
}

void draw_limit(const ViewerState& state, const Chart& chart) {
  const Palette& palette = palette_of(state.theme);
  if (chart.limit == 0 || static_cast<double>(chart.limit) > chart.top) return;
  Canvas canvas;
  const float y = chart.y(static_cast<double>(chart.limit));
  canvas.line({chart.plot.x0, y}, {chart.plot.x1, y}, palette.warning, std::max(1.0F, em() / 8));
  const std::string what = state.limit_bytes != 0 ? "limit " : "SRAM of the board ";
  const std::string text = what + cli::format_bytes(chart.limit);
  const float width = text_width(text, Face::bold);
  const Box label{chart.plot.x1 - width - em() * 0.3F, y - em() * 1.35F, chart.plot.x1, y};
  canvas.fill(label, with_alpha(palette.surface, 210));
  canvas.text_in(label, palette.warning, text, Align::left, Face::bold);
}

/// The difference of the two peaks, as a bracket beside the bars.
void draw_difference(const ViewerState& state, const Chart& chart) {
  if (!state.comparing()) return;
  const Palette& palette = palette_of(state.theme);
  const std::uint64_t a = state.documents()[0]->report.memory.live_peak;
  const std::uint64_t b = state.documents()[1]->report.memory.live_peak;
  const float ya = chart.y(static_cast<double>(a));
  const float yb = chart.y(static_cast<double>(b));
  Canvas canvas;
  const float x = chart.plot.x1 + em() * 0.9F;
  canvas.dashed_line({chart.plot.x0, ya}, {x, ya}, palette.faint);
  canvas.dashed_line({chart.plot.x0, yb}, {x, yb}, palette.faint);
  if (a == b) return;
  const Rgba colour = b < a ? palette.better : palette.warning;
  canvas.line({x, std::min(ya, yb)}, {x, std::max(ya, yb)}, colour, std::max(2.0F, em() / 6));
  const float head = (b < a ? -1.0F : 1.0F) * em() * 0.5F;
  canvas.triangle({x, yb}, {x - em() * 0.35F, yb + head}, {x + em() * 0.35F, yb + head}, colour);
  const float middle = std::max((ya + yb) / 2, chart.plot.y0 + em() * 2);
  const Box label{x + em() * 0.6F, middle - em() * 1.6F, x + em() * 7, middle};
  canvas.text_in(label, colour, change_text(a, b), Align::left, Face::bold);
  canvas.text_in({label.x0, middle, label.x1, middle + em() * 1.4F}, palette.faint,
                 bytes_change_text(a, b));
}

void draw_chart(ViewerState& state, const Box& box) {
  const Chart chart = make_chart(state, box);
  draw_grid(chart, palette_of(state.theme));
  if (chart.slot < 3) {
    draw_dense(state, chart);
  } else {
    for (std::size_t i = 0; i < state.bar_pairs().size(); ++i) draw_pair(state, chart, i);
  }
  draw_difference(state, chart);
  draw_limit(state, chart);
}

std::string peak_sentence(const Document& document) {
  const Report& report = document.report;
  const auto layer = document.peak_layer();
  std::string text = layer ? "set by " + document.paths[*layer] : "set outside every layer";
  text += " at " + cycles_text(document, report.memory.peak_cycle);
  if (document.sram_bytes != 0)
    text += fmt::format(" \u00b7 {} of the board's {}",
                        share_text(report.memory.live_peak, document.sram_bytes),
                        cli::format_bytes(document.sram_bytes));
  return text;
}

float draw_headline(ViewerState& state, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  float y = box.y0;
  for (std::size_t i = 0; i < state.documents().size(); ++i) {
    const Document& document = *state.documents()[i];
    const float height = em() * 1.9F;
    const Box line{box.x0, y, box.x1, y + height};
    const std::string peak = (state.comparing() ? (i == 0 ? "A  " : "B  ") : "Peak ") +
                             cli::format_bytes(document.report.memory.live_peak);
    canvas.text_in(line, palette.text, peak, Align::left, Face::large);
    const float x = box.x0 + text_width(peak, Face::large) + em() * 0.8F;
    const Interaction mouse =
        interact(fmt::format("overview.peak{}", i), {box.x0, line.y0, box.x1, line.y1});
    canvas.text_in({x, line.y0 + em() * 0.2F, line.x1, line.y1},
                   mouse.hovered ? palette.accent : palette.faint, peak_sentence(document));
    if (mouse.hovered) {
      tooltip("Peak SRAM (live)",
              "The most bytes that held a value still needed, at one instant: a byte is live from "
              "a write to its last read before the next write.\n\nClick to select the layer and "
              "the instant.");
    }
    if (mouse.clicked) {
      state.show(i);
      state.select_peak();
    }
    y += height;
  }
  return y;
}

}  // namespace

void draw_overview(ViewerState& state) {
  const Box box = available();
  const float top = draw_headline(state, box);
  std::array<bool, kSegments> used = {};
  for (const auto& document : state.documents()) {
    for (const Bar& bar : document->bars) {
      for (std::size_t i = 0; i < kSegments; ++i) used[i] = used[i] || bar.parts[i] != 0;
    }
  }
  const float legend_bottom = draw_legend(state, {box.x0, top, box.x1, box.y1}, used);
  if (state.bar_pairs().empty()) {
    Canvas canvas;
    canvas.text_in({box.x0, legend_bottom, box.x1, legend_bottom + 4 * em()},
                   palette_of(state.theme).faint,
                   "The report has no layers: mark them (sramscope/marker.h) to see where the "
                   "memory goes.");
    return;
  }
  draw_chart(state, {box.x0, legend_bottom, box.x1, box.y1});
}

}  // namespace sramscope::viewer
