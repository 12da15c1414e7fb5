// Functions: a flame graph above a table.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <string>

#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/layer_table.h"
#include "ui/viewer/panels.h"

namespace sramscope::viewer {
namespace {

struct FlameView {
  Box box;
  Cycles begin = 0;
  Cycles length = 1;
  unsigned first_depth = 0;

  float x(Cycles cycle) const {
    const double share = (static_cast<double>(cycle) - static_cast<double>(begin)) /
                         static_cast<double>(std::max<Cycles>(length, 1));
    return box.x0 + static_cast<float>(share) * box.width();
  }
};

float row_height() { return em() * 1.45F; }

std::string node_text(const Document& document, const FlameNode& node) {
  const CallNodeReport& call = document.report.call_tree[node.node];
  const Cycles total = document.report.total.cycles;
  return fmt::format(
      "{} with callees, {} of the run\n{} of its own\n{} calls on this path\n\n"
      "Click to select the function, double-click to zoom in or out.",
      cycles_text(document, call.inclusive_cycles), share_text(call.inclusive_cycles, total),
      cycles_text(document, call.exclusive_cycles), grouped(call.calls));
}

void draw_node(ViewerState& state, const FlameView& view, const FlameNode& node) {
  const float left = std::max(view.x(node.begin), view.box.x0);
  const float right = std::min(view.x(node.begin + node.length), view.box.x1);
  const float y = view.box.y0 + row_height() * static_cast<float>(node.depth - view.first_depth);
  if (right - left < 1 || y + row_height() > view.box.y1) return;
  const Document& document = state.document();
  const Palette& palette = palette_of(state.theme);
  const auto selected = state.selection().function;
  const Rgba colour = palette.band(node.function);
  const bool faded = selected && *selected != node.function;
  const Box box{left, y, right - (right - left > 3 ? 1.0F : 0.0F), y + row_height() - 1};
  Canvas canvas;
  canvas.fill(box, faded ? with_alpha(colour, 110) : colour);
  if (selected && *selected == node.function)
    canvas.frame(box, palette.text, std::max(2.0F, em() / 8));
  const std::string& name = document.report.functions[node.function].name;
  if (right - left > em() * 1.5F) {
    canvas.text_in({left + em() * 0.3F, y, right - em() * 0.2F, y + row_height()},
                   faded ? palette.text : ink_on(colour), name);
  }
  // Pieces too narrow to be hit need no reaction.
  if (right - left > 3) {
    const Interaction mouse = interact(fmt::format("flame.{}", node.node), box);
    if (mouse.hovered) tooltip(name, node_text(document, node));
    if (mouse.double_clicked)
      state.flame_focus = state.flame_focus == node.node ? std::nullopt : std::optional(node.node);
    else if (mouse.clicked)
      state.select_function(node.function);
  }
  for (const std::size_t child : node.children) {
    // Widest first: what follows is narrower still.
    const FlameNode& below = document.flame.nodes[child];
    if (view.x(below.begin + below.length) - view.x(below.begin) < 1) break;
    draw_node(state, view, below);
  }
}

void draw_flame(ViewerState& state, const Box& box) {
  const Flame& flame = state.document().flame;
  FlameView view{box, 0, flame.length, 0};
  if (state.flame_focus && *state.flame_focus < flame.nodes.size()) {
    const FlameNode& focus = flame.nodes[*state.flame_focus];
    view.begin = focus.begin;
    view.length = focus.length;
    view.first_depth = focus.depth;
    return draw_node(state, view, focus);
  }
  for (const std::size_t root : flame.roots) draw_node(state, view, flame.nodes[root]);
}

float flame_height(const ViewerState& state, const Box& box) {
  const float wanted = row_height() * static_cast<float>(state.document().flame.depth + 1);
  return std::min(wanted, box.height() * 0.55F);
}

}  // namespace

void draw_functions(ViewerState& state) {
  const Report& report = state.document().report;
  if (report.functions.empty()) {
    return draw_absent(state, "No functions in this report",
                       "Run the firmware again with this version of sramscope, from an ELF with "
                       "its symbols.");
  }
  const Box box = available();
  if (!report.call_tree.empty()) {
    const float height = flame_height(state, box);
    draw_flame(state, {box.x0, box.y0, box.x1, box.y0 + height});
    advance_past({box.x0, box.y0, box.x1, box.y0 + height + em() * 0.4F});
  }
  const Table table = function_table(state);
  const auto clicked =
      draw_table(state, state.function_table, table, "functions", state.selection().function);
  if (clicked) state.select_function(*clicked);
}

}  // namespace sramscope::viewer
