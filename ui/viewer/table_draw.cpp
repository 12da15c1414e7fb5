// How tables look.
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ui/viewer/canvas.h"
#include "ui/viewer/table.h"

namespace sramscope::viewer {
namespace {

constexpr std::size_t kLongestFilter = 128;

/// Puts the table on the clipboard when the user asked for that by key.
void serve_copy(ViewerState& state, const TableView& view, const Table& table) {
  if (std::erase(state.requests, Request::copy_csv) == 0) return;
  state.clipboard = to_csv(table, view);
  state.requests.push_back(Request::set_clipboard);
}

void draw_filter(ViewerState& state, TableView& view, const Table& table, std::size_t shown) {
  std::array<char, kLongestFilter> text = {};
  std::memcpy(text.data(), view.filter.data(), std::min(view.filter.size(), text.size() - 1));
  ImGui::SetNextItemWidth(em() * 16);
  if (ImGui::InputTextWithHint("##filter", "filter by name", text.data(), text.size()))
    view.filter = text.data();
  ImGui::SameLine();
  ImGui::AlignTextToFramePadding();
  ImGui::TextDisabled("%s", shown == table.rows
                                ? fmt::format("{} rows", table.rows).c_str()
                                : fmt::format("{} of {} rows", shown, table.rows).c_str());
  ImGui::SameLine();
  if (ImGui::Button("Copy as CSV")) state.requests.push_back(Request::copy_csv);
}

/// ImGui keeps the order that the user clicked; the view follows it.
void follow_sorting(TableView& view) {
  ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
  if (specs == nullptr || !specs->SpecsDirty || specs->SpecsCount == 0) return;
  view.sort_column = specs->Specs[0].ColumnIndex;
  view.descending = specs->Specs[0].SortDirection == ImGuiSortDirection_Descending;
  specs->SpecsDirty = false;
}

void set_up_columns(const Table& table, const TableView& view) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    ImGuiTableColumnFlags flags =
        column.width > 0 ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch;
    if (static_cast<int>(i) == view.sort_column) flags |= ImGuiTableColumnFlags_DefaultSort;
    flags |= column.number && i != 0 ? ImGuiTableColumnFlags_PreferSortDescending
                                     : ImGuiTableColumnFlags_PreferSortAscending;
    if (i == table.name_column) flags |= ImGuiTableColumnFlags_NoHide;
    ImGui::TableSetupColumn(column.title.c_str(), flags, column.width * em());
  }
  ImGui::TableSetupScrollFreeze(static_cast<int>(table.name_column) + 1, 1);
}

void draw_header(const Table& table, const TableView& view, Theme theme) {
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!ImGui::TableSetColumnIndex(static_cast<int>(i))) continue;
    const Column& column = table.columns[i];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const bool sorted = static_cast<int>(i) == view.sort_column;
    ImGui::TableHeader(fmt::format("##{}", i).c_str());
    const bool hovered = ImGui::IsItemHovered();
    Canvas canvas;
    canvas.text_in({at.x, at.y, at.x + width - (sorted ? em() : 0), at.y + em() * 1.1F},
                   palette_of(theme).text, column.title,
                   column.number && !column.paint ? Align::right : Align::left, Face::bold);
    if (hovered) tooltip(column.title, column.meaning);
  }
}

void draw_cell(const Table& table, std::size_t row, std::size_t index, Theme theme) {
  const Column& column = table.columns[index];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Box box{at.x, at.y, at.x + ImGui::GetContentRegionAvail().x, at.y + em() * 1.15F};
  if (column.paint) return column.paint(row, box);
  const Cell cell = table.cell(row, index);
  Canvas canvas;
  const Palette& palette = palette_of(theme);
  const Rgba ink = cell.tone < 0 ? palette.better : cell.tone > 0 ? palette.warning : palette.text;
  canvas.text_in(box, ink, cell.text, column.number ? Align::right : Align::left);
}

/// One row; true when it was clicked.
bool draw_row(const Table& table, std::size_t row, bool selected, Theme theme) {
  ImGui::TableNextRow(0, em() * 1.55F);
  ImGui::TableSetColumnIndex(0);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked =
      ImGui::Selectable(fmt::format("##row{}", row).c_str(), selected,
                        ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap,
                        {0, em() * 1.15F});
  ImGui::SetCursorScreenPos(at);
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (ImGui::TableSetColumnIndex(static_cast<int>(column))) draw_cell(table, row, column, theme);
  }
  return clicked;
}

void scroll_to(const TableView& view, std::size_t row) {
  const auto& order = view.order;
  const auto found = std::find(order.begin(), order.end(), row);
  if (found == order.end()) return;
  const float height = em() * 1.55F;
  const float y = static_cast<float>(found - order.begin()) * height;
  const float top = ImGui::GetScrollY();
  const float room = ImGui::GetWindowHeight() - 3 * height;
  if (y < top || y > top + room) ImGui::SetScrollY(std::max(y - room / 2, 0.0F));
}

/// Sorting 10,000 rows takes longer than drawing 40: only when something has changed.
void refresh_order(ViewerState& state, TableView& view, const Table& table) {
  const auto key = fmt::format("{}/{}/{}/{}/{}", state.version(), state.shown(), view.filter,
                               view.sort_column, view.descending);
  if (key == view.order_key) return;
  view.order = ordered_rows(table, view);
  view.order_key = key;
}

}  // namespace

std::optional<std::size_t> draw_table(ViewerState& state, TableView& view, const Table& table,
                                      const char* id, std::optional<std::size_t> selected) {
  refresh_order(state, view, table);
  draw_filter(state, view, table, view.order.size());
  serve_copy(state, view, table);
  std::optional<std::size_t> clicked;
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_Sortable | ImGuiTableFlags_ScrollX |
                                     ImGuiTableFlags_ScrollY | ImGuiTableFlags_Resizable |
                                     ImGuiTableFlags_Hideable | ImGuiTableFlags_Reorderable |
                                     ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_BordersOuterH;
  if (!ImGui::BeginTable(id, static_cast<int>(table.columns.size()), kFlags)) return clicked;
  set_up_columns(table, view);
  follow_sorting(view);
  draw_header(table, view, state.theme);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(view.order.size()), em() * 1.55F);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const std::size_t row = view.order[static_cast<std::size_t>(i)];
      if (draw_row(table, row, selected == row, state.theme)) clicked = row;
    }
  }
  if (selected != view.shown_selection && selected && !clicked) scroll_to(view, *selected);
  view.shown_selection = clicked ? clicked : selected;
  ImGui::EndTable();
  return clicked;
}

}  // namespace sramscope::viewer
