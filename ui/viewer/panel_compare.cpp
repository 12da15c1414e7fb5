// Two reports, layer by layer.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/layer_table.h"
#include "ui/viewer/panels.h"

namespace sramscope::viewer {
namespace {

struct Total {
  std::string name;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::string text_a;
  std::string text_b;
};

std::vector<Total> totals_of(const Document& a, const Document& b) {
  const Report& ra = a.report;
  const Report& rb = b.report;
  const auto bytes = [](const std::string& name, std::uint64_t x, std::uint64_t y) {
    return Total{name, x, y, cli::format_bytes(x), cli::format_bytes(y)};
  };
  return {bytes("peak SRAM", ra.memory.live_peak, rb.memory.live_peak),
          {"cycles", ra.total.cycles, rb.total.cycles, cli::format_count(ra.total.cycles),
           cli::format_count(rb.total.cycles)},
          {"time", ra.total.cycles, rb.total.cycles, time_text(a, ra.total.cycles),
           time_text(b, rb.total.cycles)},
          bytes("flash read", ra.total.flash_load_bytes, rb.total.flash_load_bytes),
          bytes("stack", ra.memory.stack, rb.memory.stack)};
}

/// The totals side by side; returns where they end.
float draw_totals(const ViewerState& state, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const Document& a = *state.documents()[0];
  const Document& b = *state.documents()[1];
  auto totals = totals_of(a, b);
  if (box.width() < em() * 55) totals.resize(3);  // no room for all of them
  Canvas canvas;
  const float width = box.width() / static_cast<float>(totals.size());
  float x = box.x0;
  for (const Total& total : totals) {
    const float right = x + width - em() * 0.5F;
    canvas.text_in({x, box.y0, right, box.y0 + em() * 1.4F}, palette.faint, total.name);
    canvas.text_in({x, box.y0 + em() * 1.4F, right, box.y0 + em() * 3}, palette.text,
                   total.text_a + " \u2192 " + total.text_b, Align::left, Face::bold);
    const Rgba colour = total.a == total.b  ? palette.faint
                        : total.b < total.a ? palette.better
                                            : palette.warning;
    canvas.text_in({x, box.y0 + em() * 3, right, box.y0 + em() * 4.4F}, colour,
                   change_text(total.a, total.b), Align::left, Face::bold);
    x += width;
  }
  const bool same = a.report.console_fnv1a == b.report.console_fnv1a &&
                    a.report.console_bytes == b.report.console_bytes;
  canvas.text_in({box.x0, box.y0 + em() * 4.5F, box.x1, box.y0 + em() * 6},
                 same ? palette.better : palette.warning,
                 same ? "Both printed the same output."
                      : "They printed different output: this is no comparison of two schedules of "
                        "one network.");
  return box.y0 + em() * 6.4F;
}

}  // namespace

void draw_compare(ViewerState& state) {
  if (!state.comparing()) {
    return draw_absent(state, "One report is open",
                       "Drop a second one on the window, or start with two: sramscope view "
                       "a.json b.json");
  }
  const Box box = available();
  float y = draw_totals(state, box);
  const float timelines =
      std::max(box.height() * 0.4F, std::min(em() * 20, box.height() - em() * 14));
  draw_timelines(state, {box.x0, y, box.x1, y + timelines});
  y += timelines + em() * 0.5F;
  advance_past({box.x0, box.y0, box.x1, y});
  const auto pairs = pair_layers(*state.documents()[0], *state.documents()[1]);
  const Table table = compare_table(state, pairs);
  std::optional<std::size_t> selected;
  for (std::size_t i = 0; i < pairs.size() && state.selection().layer; ++i) {
    if ((state.shown() == 0 ? pairs[i].a : pairs[i].b) == state.selection().layer) selected = i;
  }
  const auto clicked = draw_table(state, state.compare_table, table, "compare", selected);
  if (!clicked) return;
  const LayerPair& pair = pairs[*clicked];
  const bool in_shown = (state.shown() == 0 ? pair.a : pair.b).has_value();
  const std::size_t side = in_shown ? state.shown() : 1 - state.shown();
  state.select_layer(side, *(side == 0 ? pair.a : pair.b));
}

}  // namespace sramscope::viewer
