// The details of what is selected.
#include <fmt/format.h>
#include <imgui.h>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/panels.h"

namespace sramscope::viewer {

void draw_details(ViewerState& state) {
  const Document& document = state.document();
  if (!state.selection().layer) {
    ImGui::TextWrapped("Select a layer, or press P for the one that sets the peak.");
    return;
  }
  const LayerReport& layer = document.report.layers[*state.selection().layer];
  ImGui::TextWrapped("%s", document.paths[*state.selection().layer].c_str());
  ImGui::TextWrapped("%s", cycles_text(document, layer.inclusive.cycles).c_str());
}

}  // namespace sramscope::viewer
