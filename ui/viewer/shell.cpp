#include "ui/viewer/shell.h"

#include <fmt/format.h>
#include <imgui.h>

#include <array>
#include <string>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/dialogs.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/panels.h"

namespace sramscope::viewer {
namespace {

constexpr float kBarHeight = 2.6F;
constexpr float kStatusHeight = 1.9F;
constexpr float kNavWidth = 9.5F;
constexpr float kDetailsWidth = 20;

using DrawPanel = void (*)(ViewerState&);
constexpr std::array<DrawPanel, kPanels> kDraw{draw_overview, draw_timeline,  draw_map,
                                               draw_layers,   draw_functions, draw_listing,
                                               draw_stalls,   draw_findings,  draw_compare};

/// A label that works like a button, as wide as its text; returns where it ends.
float chip(ViewerState& state, const Box& bar, float x, const std::string& text, bool active,
           const std::string& id, bool& clicked) {
  const Palette& palette = palette_of(state.theme);
  const float pad = em() * 0.6F;
  const Box box{x, bar.y0 + em() * 0.4F, x + text_width(text, Face::bold) + 2 * pad,
                bar.y1 - em() * 0.4F};
  const Interaction mouse = interact(id, box);
  Canvas canvas;
  if (active)
    canvas.fill(box, palette.accent, em() * 0.25F);
  else
    canvas.fill(box, mouse.hovered ? palette.border : palette.raised, em() * 0.25F);
  canvas.text_in(box.inset(0), active ? ink_on(palette.accent) : palette.text, text, Align::centre,
                 Face::bold);
  clicked = mouse.clicked;
  return box.x1 + em() * 0.4F;
}

std::string board_line(const Document& document) {
  const Provenance& p = document.report.provenance;
  std::string line = p.board.empty() ? p.core : p.board + " \u00b7 " + p.core;
  if (p.clock_hz != 0)
    line += fmt::format(" \u00b7 {:g} MHz", static_cast<double>(p.clock_hz) / 1e6);
  if (document.sram_bytes != 0)
    line += fmt::format(" \u00b7 {} SRAM", cli::format_bytes(document.sram_bytes));
  return line;
}

void draw_buttons(ViewerState& state, const Box& bar, float left) {
  struct Button {
    const char* text;
    const char* id;
    const char* tip;
    void (*action)(ViewerState&);
  };
  static constexpr std::array kButtons{
      Button{"?", "bar.help", "Shortcuts and what the figures mean (?)",
             [](ViewerState& s) { s.help_open = true; }},
      Button{"Theme", "bar.theme", "Light or dark (T)",
             [](ViewerState& s) { s.theme = s.theme == Theme::dark ? Theme::light : Theme::dark; }},
      Button{"Open\u2026", "bar.open", "Open a report (Ctrl O), or drop one on the window",
             [](ViewerState& s) { s.open_dialog = true; }}};
  float x = bar.x1;
  for (const Button& button : kButtons) {
    x -= text_width(button.text, Face::bold) + em() * 1.6F;
    if (x < left) break;
    bool clicked = false;
    chip(state, bar, x, button.text, false, button.id, clicked);
    if (clicked) button.action(state);
    if (ImGui::IsItemHovered()) tooltip("", button.tip);
  }
}

void draw_bar(ViewerState& state, const Box& bar) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  canvas.fill(bar, palette.surface);
  canvas.fill({bar.x0, bar.y1 - 1, bar.x1, bar.y1}, palette.border);
  const float pad = em() * 0.8F;
  canvas.text_in({bar.x0 + pad, bar.y0, bar.x0 + kNavWidth * em(), bar.y1}, palette.text,
                 "sramscope", Align::left, Face::bold);
  float x = bar.x0 + (kNavWidth + 0.7F) * em();
  for (std::size_t i = 0; i < state.documents().size(); ++i) {
    const std::string letter = state.comparing() ? (i == 0 ? "A  " : "B  ") : "";
    bool clicked = false;
    x = chip(state, bar, x, letter + state.documents()[i]->title, i == state.shown(),
             fmt::format("bar.report{}", i), clicked);
    if (clicked) state.show(i);
    if (ImGui::IsItemHovered()) {
      tooltip(state.documents()[i]->report.provenance.elf_path,
              state.comparing() ? "Show this report in the panels (Tab)" : "");
    }
  }
  const float right = bar.x1 - 14 * em();
  if (!state.empty()) {
    const std::string progress =
        state.running
            ? fmt::format("running, {} \u00b7 ",
                          cycles_text(state.document(), state.document().report.total.cycles))
            : "";
    canvas.text_in({x + pad, bar.y0, right, bar.y1}, palette.faint,
                   progress + board_line(state.document()));
  }
  draw_buttons(state, bar, x);
}

void draw_nav(ViewerState& state, const Box& nav) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const float row = em() * 2.1F;
  for (std::size_t i = 0; i < kPanels; ++i) {
    const auto panel = static_cast<Panel>(i);
    const float y = nav.y0 + em() * 0.5F + row * static_cast<float>(i);
    const Box box{nav.x0 + em() * 0.4F, y, nav.x1 - em() * 0.1F, y + row - em() * 0.15F};
    const Interaction mouse = interact(fmt::format("nav.{}", panel_name(panel)), box);
    const bool active = state.panel == panel;
    if (active) {
      canvas.fill(box, palette.surface, em() * 0.25F);
      canvas.fill({box.x0, box.y0 + em() * 0.3F, box.x0 + em() * 0.2F, box.y1 - em() * 0.3F},
                  palette.accent);
    } else if (mouse.hovered) {
      canvas.fill(box, palette.raised, em() * 0.25F);
    }
    canvas.text_in({box.x0 + em() * 0.7F, box.y0, box.x1 - em(), box.y1},
                   active ? palette.text : palette.faint, panel_title(panel), Align::left,
                   active ? Face::bold : Face::regular);
    canvas.text_in({box.x1 - em() * 1.5F, box.y0, box.x1 - em() * 0.5F, box.y1}, palette.faint,
                   fmt::format("{}", i + 1), Align::right);
    if (mouse.clicked) state.panel = panel;
  }
}

void draw_status(const ViewerState& state, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  Canvas canvas;
  const float pad = em() * 0.8F;
  const Box line{box.x0 + pad, box.y0, box.x1 - pad, box.y1};
  if (!state.message.empty()) {
    canvas.text_in(line, state.message_is_error ? palette.warning : palette.text, state.message);
    return;
  }
  if (!state.empty() && state.document().report.partial) {
    canvas.text_in(line, palette.warning,
                   fmt::format("Partial report: the run ended by {}.",
                               stop_kind_name(state.document().report.stop.kind)));
    return;
  }
  canvas.text_in(line, palette.faint,
                 "1 kB = 1024 bytes. Point at anything for its meaning; ? lists the shortcuts.");
}

void draw_nothing_open(ViewerState& state) {
  const Palette& palette = palette_of(state.theme);
  const Box box = available();
  Canvas canvas;
  const float middle = box.centre().y;
  canvas.text_in({box.x0, middle - 4 * em(), box.x1, middle - 2 * em()}, palette.text,
                 state.running ? "The firmware is running" : "No report is open", Align::centre,
                 Face::large);
  if (state.running) return;
  canvas.text_in({box.x0, middle - 1.5F * em(), box.x1, middle}, palette.faint,
                 "Drop a report on this window, or press Ctrl O. To make one:", Align::centre);
  canvas.text_in({box.x0, middle, box.x1, middle + 1.5F * em()}, palette.text,
                 "sramscope run firmware.elf --board stm32f746g-disco --report report.json",
                 Align::centre, Face::mono);
}

void begin_child(const char* name, const Box& box, ImGuiWindowFlags flags) {
  ImGui::SetCursorScreenPos({box.x0, box.y0});
  ImGui::BeginChild(name, {box.width(), box.height()}, true, flags);
}

}  // namespace

Box draw_shell(ViewerState& state) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::Begin("sramscope", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  const float gap = em() * 0.5F;
  const float top = kBarHeight * em();
  const float bottom = size.y - kStatusHeight * em();
  draw_bar(state, {0, 0, size.x, top});
  draw_nav(state, {0, top, kNavWidth * em(), bottom});
  draw_status(state, {0, bottom, size.x, size.y});

  const bool details = !state.empty() && size.x > 60 * em();
  const float right = size.x - gap;
  const float split = details ? right - kDetailsWidth * em() : right;
  const Box panel{(kNavWidth + 0.5F) * em(), top + gap, split, bottom};
  begin_child("panel", panel, ImGuiWindowFlags_NoScrollWithMouse);
  if (state.empty())
    draw_nothing_open(state);
  else
    kDraw[static_cast<std::size_t>(state.panel)](state);
  ImGui::EndChild();
  if (details) {
    begin_child("details", {split + gap, top + gap, right, bottom}, 0);
    draw_details(state);
    ImGui::EndChild();
  }
  draw_help(state);
  draw_open_dialog(state);
  ImGui::End();
  return panel;
}

}  // namespace sramscope::viewer
