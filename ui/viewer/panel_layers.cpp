// The tables of layers, stalls and findings.
#include <fmt/format.h>
#include <imgui.h>

#include <string>

#include "ui/viewer/canvas.h"
#include "ui/viewer/layer_table.h"
#include "ui/viewer/panels.h"
#include "ui/viewer/stall_bar.h"

namespace sramscope::viewer {

void draw_absent(const ViewerState& state, std::string_view what, std::string_view how) {
  const Palette& palette = palette_of(state.theme);
  const Box box = available();
  const float middle = box.y0 + std::min(box.height() / 3, em() * 14);
  Canvas canvas;
  canvas.text_in({box.x0, middle, box.x1, middle + em() * 2}, palette.text, what, Align::centre,
                 Face::bold);
  canvas.text_in({box.x0, middle + em() * 2, box.x1, middle + em() * 3.5F}, palette.faint, how,
                 Align::centre);
}

void draw_layers(ViewerState& state) {
  if (state.document().report.layers.empty()) return draw_absent(state, kNoLayers, kMarkLayers);
  const Table table = layer_table(state);
  const auto clicked =
      draw_table(state, state.layer_table, table, "layers", state.selection().layer);
  if (clicked) state.select_layer(state.shown(), *clicked);
}

void draw_stalls(ViewerState& state) {
  const Document& document = state.document();
  if (!document.has_causes())
    return draw_absent(state, "No causes of cycles in this report", kNoCauses);
  const Box box = available();
  const float bottom = draw_cause_legend(box, document.report.total.by_cause, state.theme);
  const Box bar{box.x0, bottom + em() * 0.2F, box.x1, bottom + em() * 1.8F};
  draw_cause_bar(bar, document.report.total.by_cause, state.theme);
  if (interact("stalls.total", bar).hovered)
    tooltip("The whole run", causes_text(document.report.total.by_cause));
  advance_past({box.x0, box.y0, box.x1, bar.y1 + em() * 0.4F});
  const Table table = stall_table(state);
  const auto clicked =
      draw_table(state, state.stall_table, table, "stalls", state.selection().layer);
  if (clicked) state.select_layer(state.shown(), *clicked);
}

void draw_findings(ViewerState& state) {
  const auto& findings = state.document().report.findings;
  if (findings.empty()) {
    return draw_absent(state, "No findings",
                       "Nothing was read before it was written, no stack came near data, nothing "
                       "that is reserved stayed unused.");
  }
  const Table table = finding_table(state);
  const auto clicked = draw_table(state, state.finding_table, table, "findings", std::nullopt);
  if (!clicked) return;
  const int layer = findings[*clicked].layer;
  if (layer >= 0) state.select_layer(state.shown(), static_cast<std::size_t>(layer));
}

}  // namespace sramscope::viewer
