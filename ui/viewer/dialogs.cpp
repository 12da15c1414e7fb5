#include "ui/viewer/dialogs.h"

#include <fmt/format.h>
#include <imgui.h>

#include <array>
#include <string>

#include "ui/viewer/canvas.h"
#include "ui/viewer/open.h"
#include "ui/viewer/shortcuts.h"

namespace sramscope::viewer {
namespace {

constexpr std::size_t kLongestPath = 1024;

struct Term {
  const char* name;
  const char* meaning;
};
constexpr std::array kTerms{
    Term{"live",
         "A byte is live from a write to its last read before the next write; a byte that "
         "is present from the start is live until its last read."},
    Term{"live peak", "The most bytes that were live at one instant."},
    Term{"touched", "The distinct bytes of RAM that were read or written."},
    Term{"reserved", "Set aside, touched or not: static objects, heap blocks, stacks in use."},
    Term{"dead", "Reserved, but holding nothing that is read again."},
    Term{"halo", "What patches compute more than once where they overlap."},
    Term{"kB", "1024 bytes."}};

void centre_next_window(float width) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({std::min(width, size.x * 0.95F), 0});
}

void two_columns(const char* id, float first) {
  ImGui::BeginTable(id, 2);
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, first * em());
}

void table_line(std::string_view name, std::string_view meaning, Rgba colour) {
  ImGui::TableNextColumn();
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(name.data(), name.data() + name.size());
  ImGui::PopStyleColor();
  ImGui::TableNextColumn();
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(meaning.data(), meaning.data() + meaning.size());
  ImGui::PopTextWrapPos();
}

/// Opens what was typed or chosen, alone or beside the shown report.
void open_choice(ViewerState& state, const std::string& path, bool beside) {
  std::vector<std::string> paths{path};
  if (beside) paths.insert(paths.begin(), state.document().path);
  if (open_files(state, paths)) state.open_dialog = false;
}

void draw_recent(ViewerState& state, bool can_compare) {
  const auto recent = state.recent_files;  // opening one changes the list
  for (std::size_t i = 0; i < recent.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    if (can_compare) {
      if (ImGui::SmallButton("compare")) open_choice(state, recent[i], true);
      ImGui::SameLine();
    }
    if (ImGui::Selectable(recent[i].c_str())) open_choice(state, recent[i], false);
    ImGui::PopID();
  }
}

}  // namespace

void draw_help(ViewerState& state) {
  if (!state.help_open) return;
  ImGui::OpenPopup("Help");
  centre_next_window(em() * 50);
  if (!ImGui::BeginPopupModal("Help", &state.help_open, ImGuiWindowFlags_NoResize)) return;
  const Rgba accent = palette_of(state.theme).accent;
  two_columns("shortcuts", 11);
  for (const Shortcut& shortcut : shortcuts()) table_line(shortcut.keys, shortcut.meaning, accent);
  ImGui::EndTable();
  ImGui::Separator();
  two_columns("terms", 11);
  for (const Term& term : kTerms) table_line(term.name, term.meaning, accent);
  ImGui::EndTable();
  if (!state.help_open) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

void draw_open_dialog(ViewerState& state) {
  if (!state.open_dialog) return;
  const bool appears = !ImGui::IsPopupOpen("Open a report");
  if (appears) ImGui::OpenPopup("Open a report");
  centre_next_window(em() * 44);
  if (!ImGui::BeginPopupModal("Open a report", &state.open_dialog, ImGuiWindowFlags_NoResize))
    return;
  const bool can_compare = !state.empty() && !state.document().path.empty();
  std::array<char, kLongestPath> text = {};
  state.typed_path.copy(text.data(), text.size() - 1);
  if (appears) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(-1);
  const bool enter = ImGui::InputTextWithHint("##path", "path of a report", text.data(),
                                              text.size(), ImGuiInputTextFlags_EnterReturnsTrue);
  state.typed_path = text.data();
  if (ImGui::Button("Open") || enter) open_choice(state, state.typed_path, false);
  if (can_compare) {
    ImGui::SameLine();
    if (ImGui::Button("Compare with the shown one")) open_choice(state, state.typed_path, true);
  }
  if (state.message_is_error) {
    ImGui::PushStyleColor(ImGuiCol_Text, palette_of(state.theme).warning);
    ImGui::TextWrapped("%s", state.message.c_str());
    ImGui::PopStyleColor();
  }
  if (!state.recent_files.empty()) {
    ImGui::Separator();
    ImGui::TextDisabled("recent");
    draw_recent(state, can_compare);
  }
  if (!state.open_dialog) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace sramscope::viewer
