// The details of what is selected: the narrow column beside every panel.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/panels.h"
#include "ui/viewer/stall_bar.h"

namespace sramscope::viewer {
namespace {

constexpr std::size_t kMostItems = 8;

/// Lines from the top of the column to its bottom.
class Column {
 public:
  explicit Column(ViewerState& state) : state_(state), palette_(palette_of(state.theme)) {}

  void title(std::string_view text) {
    const Box box = next(1.8F);
    canvas_.text_in(box, palette_.text, text, Align::left, Face::bold);
    if (hovers(box)) tooltip("", text);
  }
  void heading(std::string_view text) {
    next(0.6F);
    const Box box = next(1.5F);
    canvas_.fill({box.x0, box.y0, box.x1, box.y0 + 1}, palette_.border);
    canvas_.text_in(box, palette_.faint, text, Align::left, Face::bold);
  }
  void text(std::string_view text) {
    ImGui::PushStyleColor(ImGuiCol_Text, palette_.faint);
    ImGui::PushTextWrapPos(0);
    ImGui::TextUnformatted(text.data(), text.data() + text.size());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
  }
  void figure(std::string_view name, const std::string& value, std::string_view meaning) {
    const Box box = next(1.4F);
    const float width = text_width(value);
    canvas_.text_in({box.x0, box.y0, box.x1 - width - em() * 0.5F, box.y1}, palette_.faint, name);
    canvas_.text_in(box, palette_.text, value, Align::right);
    if (hovers(box)) tooltip(name, meaning);
  }
  /// A line with a chip of colour and a bar, that can be clicked.
  bool item(const std::string& id, Rgba colour, const std::string& name, const std::string& value,
            double share, bool selected, const std::string& tip) {
    const Box box = next(1.9F);
    const Interaction mouse = interact(id, box);
    if (selected || mouse.hovered)
      canvas_.fill(box, with_alpha(palette_.accent, selected ? 60 : 30), em() * 0.2F);
    canvas_.fill(
        {box.x0 + em() * 0.2F, box.y0 + em() * 0.35F, box.x0 + em() * 0.9F, box.y0 + em() * 1.05F},
        colour, em() * 0.1F);
    const float width = text_width(value);
    canvas_.text_in(
        {box.x0 + em() * 1.2F, box.y0, box.x1 - width - em() * 0.6F, box.y0 + em() * 1.4F},
        palette_.text, name);
    canvas_.text_in({box.x0, box.y0, box.x1 - em() * 0.2F, box.y0 + em() * 1.4F}, palette_.text,
                    value, Align::right);
    const Box bar{box.x0 + em() * 1.2F, box.y1 - em() * 0.35F, box.x1 - em() * 0.2F,
                  box.y1 - em() * 0.15F};
    canvas_.fill(bar, palette_.raised);
    canvas_.fill({bar.x0, bar.y0, bar.x0 + bar.width() * static_cast<float>(share), bar.y1},
                 colour);
    if (mouse.hovered && !tip.empty()) tooltip(name, tip);
    return mouse.clicked;
  }
  bool button(const std::string& id, std::string_view text) {
    const Box line = next(1.9F);
    const Box box{line.x0, line.y0 + em() * 0.2F, line.x1, line.y1};
    const Interaction mouse = interact(id, box);
    canvas_.fill(box, mouse.hovered ? palette_.border : palette_.raised, em() * 0.25F);
    canvas_.text_in(box, palette_.text, text, Align::centre);
    return mouse.clicked;
  }
  /// The next `height` lines of the column.
  Box next(float height) {
    const Box space = available();
    const Box box{space.x0, space.y0, space.x1, space.y0 + em() * height};
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Dummy({box.width(), box.height()});
    ImGui::PopStyleVar();
    return box;
  }
  ViewerState& state() { return state_; }
  const Palette& palette() const { return palette_; }

 private:
  ViewerState& state_;
  const Palette& palette_;
  Canvas canvas_;
};

Segment role_segment(BufferRole role) {
  switch (role) {
    case BufferRole::input:
    case BufferRole::in_place:
      return Segment::input;
    case BufferRole::output:
      return Segment::output;
    case BufferRole::scratch:
      return Segment::scratch;
    case BufferRole::weights:
      return Segment::other;
    case BufferRole::held:
      break;
  }
  return Segment::held;
}

void draw_peak_items(Column& column) {
  ViewerState& state = column.state();
  const Report& report = state.document().report;
  column.heading("alive at the peak");
  for (std::size_t i = 0; i < std::min(report.peak_items.size(), kMostItems); ++i) {
    const PeakItem& item = report.peak_items[i];
    const double share = static_cast<double>(item.bytes) /
                         std::max<double>(1, static_cast<double>(report.memory.live_peak));
    const bool selected =
        item.buffer >= 0 && state.selection().buffer == static_cast<std::size_t>(item.buffer);
    const std::string tip =
        item.buffer >= 0 ? buffer_text(state.document(), static_cast<std::size_t>(item.buffer))
                         : std::string(memory_kind_name(item.kind));
    if (column.item(fmt::format("details.peak{}", i), column.palette().of(segment_of(item.kind)),
                    item.name, cli::format_bytes(item.bytes), share, selected, tip) &&
        item.buffer >= 0)
      state.select_buffer(static_cast<std::size_t>(item.buffer));
  }
  if (report.peak_items.size() > kMostItems)
    column.text(fmt::format("\u2026 and {} more", report.peak_items.size() - kMostItems));
}

void draw_layer_buffers(Column& column, std::size_t layer) {
  ViewerState& state = column.state();
  const Report& report = state.document().report;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < report.layer_buffers.size() && shown < kMostItems; ++i) {
    const LayerBuffer& use = report.layer_buffers[i];
    if (use.layer != layer) continue;
    if (shown++ == 0) column.heading("its buffers");
    const bool selected =
        use.buffer >= 0 && state.selection().buffer == static_cast<std::size_t>(use.buffer);
    const double whole = static_cast<double>(std::max<std::uint64_t>(report.memory.live_peak, 1));
    const std::string tip = fmt::format(
        "{}: {} read, {} written\n{}", buffer_role_name(use.role),
        cli::format_bytes(use.bytes_read), cli::format_bytes(use.bytes_written),
        use.buffer >= 0 ? buffer_text(state.document(), static_cast<std::size_t>(use.buffer))
                        : cli::format_address(use.address));
    const double share = use.buffer < 0 ? 0 : std::min(1.0, use.size / whole);
    if (column.item(fmt::format("details.buffer{}", i), column.palette().of(role_segment(use.role)),
                    fmt::format("{} ({})", use.name, buffer_role_name(use.role)),
                    cli::format_bytes(use.size), share, selected, tip) &&
        use.buffer >= 0)
      state.select_buffer(static_cast<std::size_t>(use.buffer));
  }
}

void draw_functions_of(Column& column, const std::string& heading,
                       const std::vector<std::pair<std::size_t, Cycles>>& functions, Cycles whole) {
  if (functions.empty()) return;
  ViewerState& state = column.state();
  const Report& report = state.document().report;
  column.heading(heading);
  for (const auto& [function, cycles] : functions) {
    const double share =
        static_cast<double>(cycles) / std::max<double>(1, static_cast<double>(whole));
    if (column.item(fmt::format("details.function{}", function), column.palette().band(function),
                    report.functions[function].name, share_text(cycles, whole), share,
                    state.selection().function == function,
                    cycles_text(state.document(), cycles) + "\nClick for its listing.")) {
      state.select_function(function);
      state.panel = Panel::listing;
    }
  }
}

void draw_layer(Column& column, std::size_t index) {
  ViewerState& state = column.state();
  const Document& document = state.document();
  const LayerReport& layer = document.report.layers[index];
  column.title(document.paths[index]);
  column.figure("live peak", cli::format_bytes(layer.memory.live_peak),
                "Most bytes live at once while the layer ran.");
  column.figure("cycles", cycles_text(document, layer.inclusive.cycles),
                "Core clock cycles, with everything nested inside, over all runs.");
  column.figure("of the run", share_text(layer.inclusive.cycles, document.report.total.cycles),
                "Its part of the cycles of the whole run.");
  column.figure("runs", grouped(layer.executions), "How often it was entered.");
  column.figure("instructions", cli::format_count(layer.inclusive.instructions), "Executed.");
  column.figure("touched", cli::format_bytes(layer.memory.touched),
                "Distinct bytes of RAM that it read or wrote.");
  column.figure("stack", cli::format_bytes(layer.memory.stack), "Deepest stack.");
  column.figure("flash read", cli::format_bytes(layer.inclusive.flash_load_bytes),
                "Bytes of data loaded from flash, such as weights.");
  if (document.has_causes()) {
    const Box bar = column.next(1.6F);
    draw_cause_bar({bar.x0, bar.y0 + em() * 0.3F, bar.x1, bar.y1 - em() * 0.2F},
                   layer.inclusive.by_cause, state.theme);
    if (hovers(bar)) tooltip("Where its cycles went", causes_text(layer.inclusive.by_cause));
  }
  if (column.button("details.timeline", "show in the timeline")) {
    state.panel = Panel::timeline;
    state.show_selected_time();
  }
}

void draw_function(Column& column, std::size_t index) {
  ViewerState& state = column.state();
  const Document& document = state.document();
  const FunctionReport& function = document.report.functions[index];
  column.heading("selected function");
  column.title(function.name);
  column.figure("own cycles", cycles_text(document, function.exclusive.cycles),
                "Cycles of its own instructions.");
  column.figure("with callees", cycles_text(document, function.inclusive.cycles),
                "And of everything that it called.");
  column.figure("calls", grouped(function.calls), "How often it was entered.");
  if (state.panel != Panel::listing && column.button("details.listing", "show its listing"))
    state.panel = Panel::listing;
}

void draw_buffer(Column& column, std::size_t index) {
  ViewerState& state = column.state();
  column.heading("selected buffer");
  column.title(state.document().report.buffers[index].name);
  column.text(buffer_text(state.document(), index));
  if (state.panel != Panel::map && column.button("details.map", "show in the memory map"))
    state.panel = Panel::map;
}

}  // namespace

void draw_details(ViewerState& state) {
  Column column(state);
  const Document& document = state.document();
  const Selection selection = state.selection();
  if (!selection.layer) {
    column.title(document.title);
    column.figure("peak SRAM", cli::format_bytes(document.report.memory.live_peak),
                  "Most bytes live at once, in the whole run.");
    column.figure("cycles", cycles_text(document, document.report.total.cycles),
                  "Core clock cycles of the run.");
    column.figure("instructions", cli::format_count(document.report.total.instructions),
                  "Executed.");
    if (column.button("details.select_peak", "select the peak (P)")) state.select_peak();
  } else {
    draw_layer(column, *selection.layer);
  }
  const auto peak = document.peak_layer();
  const bool at_peak = !selection.layer || (peak && *peak == *selection.layer);
  if (at_peak && !document.report.peak_items.empty()) draw_peak_items(column);
  draw_functions_of(column, "hottest functions of the run", document.hottest_functions,
                    document.report.total.cycles);
  if (selection.buffer) draw_buffer(column, *selection.buffer);
  if (selection.layer) draw_layer_buffers(column, *selection.layer);
  if (selection.function) draw_function(column, *selection.function);
}

}  // namespace sramscope::viewer
