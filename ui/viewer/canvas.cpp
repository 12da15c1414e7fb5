#include "ui/viewer/canvas.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "ui/viewer/hit_map.h"

namespace sramscope::viewer {
namespace {

ImDrawList* list_of(void* list) { return static_cast<ImDrawList*>(list); }
ImVec2 vec(Point p) { return {p.x, p.y}; }
/// Edges on whole pixels are sharp, and the renderer draws them fastest.
ImVec2 lower(const Box& box) { return {std::round(box.x0), std::round(box.y0)}; }
ImVec2 upper(const Box& box) { return {std::round(box.x1), std::round(box.y1)}; }

ImFont* font_of(Face face) {
  const auto& fonts = ImGui::GetIO().Fonts->Fonts;
  return fonts[std::min(static_cast<int>(face), fonts.Size - 1)];
}

}  // namespace

Canvas::Canvas() : list_(ImGui::GetWindowDrawList()) {}

void Canvas::fill(const Box& box, Rgba colour, float rounding) {
  if (box.width() <= 0 || box.height() <= 0) return;
  list_of(list_)->AddRectFilled(lower(box), upper(box), colour, rounding);
}

void Canvas::frame(const Box& box, Rgba colour, float thickness, float rounding) {
  const ImVec2 a = lower(box);
  const ImVec2 b = upper(box);
  if (rounding > 0) return list_of(list_)->AddRect(a, b, colour, rounding, 0, thickness);
  fill({a.x, a.y, b.x, a.y + thickness}, colour);
  fill({a.x, b.y - thickness, b.x, b.y}, colour);
  fill({a.x, a.y + thickness, a.x + thickness, b.y - thickness}, colour);
  fill({b.x - thickness, a.y + thickness, b.x, b.y - thickness}, colour);
}

void Canvas::hatch(const Box& box, Rgba colour) {
  const float step = std::max(6.0F, em() * 0.5F);
  clip(box);
  for (float x = box.x0 - box.height(); x < box.x1; x += step)
    line({x, box.y1}, {x + box.height(), box.y0}, colour, std::max(1.0F, em() / 10));
  unclip();
}

void Canvas::line(Point a, Point b, Rgba colour, float thickness) {
  if (a.x == b.x || a.y == b.y) {
    const float half = thickness / 2;
    const Box box{std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x, b.x), std::max(a.y, b.y)};
    if (a.x == b.x) return fill({box.x0 - half, box.y0, box.x0 - half + thickness, box.y1}, colour);
    return fill({box.x0, box.y0 - half, box.x1, box.y0 - half + thickness}, colour);
  }
  list_of(list_)->AddLine(vec(a), vec(b), colour, thickness);
}

void Canvas::dashed_line(Point a, Point b, Rgba colour, float thickness) {
  const float length = std::hypot(b.x - a.x, b.y - a.y);
  const float dash = em() * 0.4F;
  for (float at = 0; at < length; at += 2 * dash) {
    const float from = at / length;
    const float to = std::min(at + dash, length) / length;
    line({a.x + (b.x - a.x) * from, a.y + (b.y - a.y) * from},
         {a.x + (b.x - a.x) * to, a.y + (b.y - a.y) * to}, colour, thickness);
  }
}

void Canvas::triangle(Point a, Point b, Point c, Rgba colour) {
  list_of(list_)->AddTriangleFilled(vec(a), vec(b), vec(c), colour);
}

void Canvas::text(Point at, Rgba colour, std::string_view text, Face face) {
  ImFont* font = font_of(face);
  list_of(list_)->AddText(font, font->FontSize, {std::round(at.x), std::round(at.y)}, colour,
                          text.data(), text.data() + text.size());
}

void Canvas::text_in(const Box& box, Rgba colour, std::string_view string, Align align, Face face) {
  const std::string shown = fitted(string, box.width(), face);
  if (shown.empty()) return;
  const float width = text_width(shown, face);
  const float x = align == Align::left     ? box.x0
                  : align == Align::centre ? box.x0 + (box.width() - width) / 2
                                           : box.x1 - width;
  text({x, box.y0 + (box.height() - text_height(face)) / 2}, colour, shown, face);
}

void Canvas::clip(const Box& box) { list_of(list_)->PushClipRect(lower(box), upper(box), true); }
void Canvas::unclip() { list_of(list_)->PopClipRect(); }

float text_width(std::string_view text, Face face) {
  ImFont* font = font_of(face);
  return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text.data(), text.data() + text.size()).x;
}

float text_height(Face face) { return font_of(face)->FontSize; }
float em() { return font_of(Face::regular)->FontSize; }

std::string fitted(std::string_view text, float width, Face face) {
  if (text_width(text, face) <= width) return std::string(text);
  constexpr std::string_view kEllipsis = "\u2026";
  const float room = width - text_width(kEllipsis, face);
  if (room <= 0) return "";
  const char* end = nullptr;
  ImFont* font = font_of(face);
  font->CalcTextSizeA(font->FontSize, room, 0, text.data(), text.data() + text.size(), &end);
  if (end == nullptr || end == text.data()) return "";
  return std::string(text.data(), end) + std::string(kEllipsis);
}

Interaction interact(std::string_view id, const Box& box) {
  record_hit(id, box);
  Interaction result;
  if (box.width() < 1 || box.height() < 1) return result;
  const ImVec2 before = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos(lower(box));
  ImGui::PushID(id.data(), id.data() + id.size());
  result.clicked = ImGui::InvisibleButton("area", {box.width(), box.height()});
  ImGui::SetItemAllowOverlap();
  result.hovered = ImGui::IsItemHovered();
  const bool active = ImGui::IsItemActive();
  ImGui::PopID();
  ImGui::SetCursorScreenPos(before);

  const ImGuiIO& io = ImGui::GetIO();
  result.mouse = {io.MousePos.x, io.MousePos.y};
  result.double_clicked = result.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  result.dragging = active && ImGui::IsMouseDragging(ImGuiMouseButton_Left);
  if (result.dragging) result.drag = {io.MouseDelta.x, io.MouseDelta.y};
  if (result.hovered) {
    result.wheel = io.MouseWheel;
    result.wheel_sideways = io.MouseWheelH;
  }
  result.shift = io.KeyShift;
  result.control = io.KeyCtrl;
  // The end of a drag is no click.
  const float threshold = io.MouseDragThreshold * io.MouseDragThreshold;
  if (io.MouseDragMaxDistanceSqr[0] > threshold) result.clicked = false;
  return result;
}

bool hovers(const Box& box) {
  return ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(lower(box), upper(box));
}

Box available() {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = ImGui::GetContentRegionAvail();
  return {at.x, at.y, at.x + size.x, at.y + size.y};
}

void advance_past(const Box& box) {
  ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, box.y0});
  ImGui::Dummy({box.width(), box.height()});
}

void tooltip(std::string_view title, std::string_view text) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(em() * 28);
  if (!title.empty()) {
    ImGui::PushFont(font_of(Face::bold));
    ImGui::TextUnformatted(title.data(), title.data() + title.size());
    ImGui::PopFont();
  }
  if (!text.empty()) ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

}  // namespace sramscope::viewer
