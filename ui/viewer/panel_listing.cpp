// The annotated listing of one function: its instructions and the source lines they come from.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "ui/cli/text.h"
#include "ui/viewer/canvas.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/panels.h"
#include "ui/viewer/source_files.h"
#include "ui/viewer/stall_bar.h"

namespace sramscope::viewer {
namespace {

/// A line of the panel: an instruction, or the source line above the ones that follow.
struct Line {
  std::size_t instruction = 0;
  bool source = false;
};

std::vector<Line> lines_of(const ListingReport& listing) {
  std::vector<Line> lines;
  for (std::size_t i = 0; i < listing.instructions.size(); ++i) {
    const InstructionReport& now = listing.instructions[i];
    const bool new_line = i == 0 || now.line != listing.instructions[i - 1].line ||
                          now.file != listing.instructions[i - 1].file;
    if (now.file >= 0 && new_line) lines.push_back({i, true});
    lines.push_back({i, false});
  }
  return lines;
}

struct Columns {
  float address, executions, cycles, bar, text;

  explicit Columns(const Box& box) {
    address = box.x0;
    executions = box.x0 + em() * 6;
    cycles = executions + em() * 5.5F;
    bar = cycles + em() * 5.5F;
    text = bar + em() * 9;
  }
};

void draw_head(const ViewerState& state, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const Columns x(box);
  struct Head {
    const char* title;
    const char* meaning;
    float left, right;
    Align align;
  };
  const Head heads[] = {
      {"address", "Where the instruction is.", x.address, x.executions, Align::left},
      {"runs", "How often it ran.", x.executions, x.cycles - em(), Align::right},
      {"cycles", "What it cost over all executions.", x.cycles, x.bar - em(), Align::right},
      {"share and causes",
       "Its part of the function's cycles against the costliest instruction, "
       "coloured by cause where the report tells.",
       x.bar, x.text, Align::left},
      {"instruction", "Disassembly, below the source line it comes from.", x.text, box.x1,
       Align::left}};
  Canvas canvas;
  canvas.fill(box, palette.raised);
  for (const Head& head : heads) {
    const Box cell{head.left + em() * 0.3F, box.y0, head.right, box.y1};
    canvas.text_in(cell, palette.text, head.title, head.align, Face::bold);
    if (hovers(cell)) tooltip(head.title, head.meaning);
  }
}

void draw_instruction(const ViewerState& state, const InstructionReport& line, Cycles costliest,
                      const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const Columns x(box);
  Canvas canvas;
  const double heat =
      costliest == 0 ? 0 : static_cast<double>(line.cycles) / static_cast<double>(costliest);
  if (heat > 0.01)
    canvas.fill(box, with_alpha(palette.warning, static_cast<std::uint32_t>(heat * 60)));
  canvas.text_in({x.address + em() * 0.3F, box.y0, x.executions, box.y1}, palette.faint,
                 cli::format_address(line.address), Align::left, Face::mono);
  if (line.executions > 0) {
    canvas.text_in({x.executions, box.y0, x.cycles - em(), box.y1}, palette.text,
                   cli::format_count(line.executions), Align::right);
    canvas.text_in({x.cycles, box.y0, x.bar - em(), box.y1}, palette.text,
                   cli::format_count(line.cycles), Align::right);
  }
  const float width = (x.text - x.bar - em()) * static_cast<float>(heat);
  const Box bar{x.bar, box.y0 + em() * 0.3F, x.bar + width, box.y1 - em() * 0.3F};
  if (std::accumulate(line.by_cause.begin(), line.by_cause.end(), Cycles{0}) > 0)
    draw_cause_bar(bar, line.by_cause, state.theme);
  else
    canvas.fill(bar, palette.accent);
  if (hovers({x.bar, box.y0, x.text, box.y1}))
    tooltip(cycles_text(state.document(), line.cycles), causes_text(line.by_cause));
  canvas.text_in({x.text, box.y0, box.x1, box.y1}, palette.text, line.text, Align::left,
                 Face::mono);
}

void draw_source(const ViewerState& state, const ListingReport& listing,
                 const InstructionReport& line, const Box& box) {
  const Palette& palette = palette_of(state.theme);
  const std::string& file = listing.files[static_cast<std::size_t>(line.file)];
  Canvas canvas;
  canvas.fill(box, palette.background);
  const std::string place = fmt::format("{}:{}", short_file(file), line.line);
  canvas.text_in({box.x0 + em() * 0.3F, box.y0, Columns(box).text - em() * 0.5F, box.y1},
                 palette.accent, place);
  canvas.text_in({Columns(box).text, box.y0, box.x1, box.y1}, palette.accent,
                 source_line(file, line.line), Align::left, Face::mono);
}

void draw_lines(const ViewerState& state, const ListingReport& listing) {
  const auto lines = lines_of(listing);
  Cycles costliest = 0;
  for (const InstructionReport& line : listing.instructions)
    costliest = std::max(costliest, line.cycles);
  const float height = em() * 1.4F;
  ImGui::BeginChild("lines");
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines.size()), height);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const Line& line = lines[static_cast<std::size_t>(i)];
      const Box space = available();
      const Box box{space.x0, space.y0, space.x1, space.y0 + height};
      const InstructionReport& instruction = listing.instructions[line.instruction];
      if (line.source)
        draw_source(state, listing, instruction, box);
      else
        draw_instruction(state, instruction, costliest, box);
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
      ImGui::Dummy({box.width(), height});
      ImGui::PopStyleVar();
    }
  }
  ImGui::EndChild();
}

const ListingReport* listing_of(const Report& report, std::optional<std::size_t> function) {
  for (const ListingReport& listing : report.listings) {
    if (!function || listing.function == *function) return &listing;
  }
  return nullptr;
}

/// The list of functions that have a listing; changes the selection.
void draw_choice(ViewerState& state, const ListingReport* shown) {
  const Report& report = state.document().report;
  const std::string name =
      shown != nullptr ? report.functions[shown->function].name : "choose a function";
  ImGui::SetNextItemWidth(em() * 24);
  if (!ImGui::BeginCombo("##function", name.c_str())) return;
  for (const ListingReport& listing : report.listings) {
    const FunctionReport& function = report.functions[listing.function];
    const std::string label = fmt::format(
        "{}  ({})", function.name, share_text(function.exclusive.cycles, report.total.cycles));
    if (ImGui::Selectable(label.c_str(), &listing == shown))
      state.select_function(listing.function);
  }
  ImGui::EndCombo();
}

}  // namespace

void draw_listing(ViewerState& state) {
  const Report& report = state.document().report;
  if (report.listings.empty()) {
    return draw_absent(state, "No listings in this report",
                       "Make one that has them with: sramscope annotate firmware.elf --json > "
                       "report.json");
  }
  const ListingReport* listing = listing_of(report, state.selection().function);
  draw_choice(state, listing);
  if (listing == nullptr) {
    return draw_absent(state,
                       report.functions[*state.selection().function].name + " has no listing",
                       "Choose one above, or make it with: sramscope annotate firmware.elf "
                       "--function NAME --json");
  }
  const FunctionReport& function = report.functions[listing->function];
  ImGui::SameLine();
  ImGui::TextDisabled("%s", fmt::format("{} of its own, {} of the run, {} calls",
                                        cycles_text(state.document(), function.exclusive.cycles),
                                        share_text(function.exclusive.cycles, report.total.cycles),
                                        grouped(function.calls))
                                .c_str());
  const Box box = available();
  const Box head{box.x0, box.y0, box.x1, box.y0 + em() * 1.6F};
  draw_head(state, head);
  advance_past(head);
  draw_lines(state, *listing);
}

}  // namespace sramscope::viewer
