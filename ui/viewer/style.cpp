#include "ui/viewer/style.h"

#include <imgui.h>

#include <cmath>
#include <span>

#include "ui/viewer/fonts.h"

namespace sramscope::viewer {
namespace {

/// Latin, Greek, punctuation, arrows, and the few signs that the panels draw as text.
constexpr ImWchar kGlyphs[] = {0x20,   0x7e,   0xa0,   0xff,   0x394,  0x394,  0x3bc,  0x3bc,
                               0x2010, 0x2026, 0x2190, 0x2193, 0x21b3, 0x21b5, 0x2212, 0x2212,
                               0x2248, 0x2248, 0x2260, 0x2265, 0x25b2, 0x25bf, 0x25cf, 0x25cf,
                               0x26a0, 0x26a0, 0x2713, 0x2713, 0};

void add_font(std::span<const unsigned char> file, float pixels) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  // Glyphs on whole pixels: sharp at these sizes, and drawn by copying.
  config.OversampleH = 1;
  config.PixelSnapH = true;
  ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(file.data()),
                                             static_cast<int>(file.size()), std::round(pixels),
                                             &config, kGlyphs);
}

ImVec4 colour(Rgba packed) { return ImGui::ColorConvertU32ToFloat4(packed); }

void set_colours(const Palette& p) {
  auto* colours = ImGui::GetStyle().Colors;
  const auto set = [colours](int index, Rgba packed) { colours[index] = colour(packed); };
  set(ImGuiCol_Text, p.text);
  set(ImGuiCol_TextDisabled, p.faint);
  set(ImGuiCol_WindowBg, p.background);
  set(ImGuiCol_ChildBg, p.surface);
  set(ImGuiCol_PopupBg, p.surface);
  set(ImGuiCol_Border, p.border);
  set(ImGuiCol_FrameBg, p.raised);
  set(ImGuiCol_FrameBgHovered, p.border);
  set(ImGuiCol_FrameBgActive, p.border);
  set(ImGuiCol_Button, p.raised);
  set(ImGuiCol_ButtonHovered, p.border);
  set(ImGuiCol_ButtonActive, with_alpha(p.accent, 120));
  set(ImGuiCol_Header, with_alpha(p.accent, 60));
  set(ImGuiCol_HeaderHovered, with_alpha(p.accent, 35));
  set(ImGuiCol_HeaderActive, with_alpha(p.accent, 90));
  set(ImGuiCol_TableHeaderBg, p.raised);
  set(ImGuiCol_TableBorderStrong, p.border);
  set(ImGuiCol_TableBorderLight, p.grid);
  set(ImGuiCol_TableRowBg, p.surface);
  set(ImGuiCol_TableRowBgAlt, p.surface);
  set(ImGuiCol_ScrollbarBg, p.surface);
  set(ImGuiCol_ScrollbarGrab, p.border);
  set(ImGuiCol_ScrollbarGrabHovered, p.faint);
  set(ImGuiCol_ScrollbarGrabActive, p.faint);
  set(ImGuiCol_Separator, p.border);
  set(ImGuiCol_SeparatorHovered, p.accent);
  set(ImGuiCol_SeparatorActive, p.accent);
  set(ImGuiCol_CheckMark, p.accent);
  set(ImGuiCol_TextSelectedBg, with_alpha(p.accent, 90));
  set(ImGuiCol_NavHighlight, p.accent);
  set(ImGuiCol_ModalWindowDimBg, rgb(0x000000, 90));
}

}  // namespace

void load_fonts(float scale) {
  ImGui::GetIO().Fonts->Clear();
  add_font(font_sans(), 15 * scale);
  add_font(font_bold(), 15 * scale);
  add_font(font_bold(), 22 * scale);
  add_font(font_mono(), 14 * scale);
}

void apply_style(Theme theme, float scale) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  (theme == Theme::dark) ? ImGui::StyleColorsDark() : ImGui::StyleColorsLight();
  set_colours(palette_of(theme));
  style.WindowRounding = 0;
  style.ChildRounding = 4;
  style.PopupRounding = 4;
  style.FrameRounding = 3;
  style.ScrollbarRounding = 3;
  style.WindowPadding = {10, 10};
  style.FramePadding = {8, 4};
  style.CellPadding = {7, 3};
  style.ItemSpacing = {8, 6};
  style.ScrollbarSize = 12;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 1;
  style.PopupBorderSize = 1;
  // Lines by geometry: the software renderer has no filtered textures.
  style.AntiAliasedLinesUseTex = false;
  style.ScaleAllSizes(scale);
}

}  // namespace sramscope::viewer
