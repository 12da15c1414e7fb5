#include "ui/viewer/sdl_draw.h"

#include <SDL2/SDL.h>
#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace sramscope::viewer {
namespace {

/// Where the atlas holds a white pixel: what is drawn with it alone needs no texture, and SDL's
/// software renderer fills such triangles several times faster.
bool is_plain(const ImDrawVert& a, const ImDrawVert& b, const ImDrawVert& c, ImVec2 white) {
  const auto plain = [&](const ImDrawVert& v) { return v.uv.x == white.x && v.uv.y == white.y; };
  return plain(a) && plain(b) && plain(c);
}

/// Draws the triangles [begin, end) of the indices. SDL looks at every vertex that it is given, so
/// it is given no more than these triangles use.
void draw_run(SDL_Renderer* renderer, SDL_Texture* texture, const ImDrawVert* vertices,
              std::span<const ImDrawIdx> run, std::vector<ImDrawIdx>& rebased) {
  if (run.empty()) return;
  const auto [lowest, highest] = std::ranges::minmax(run);
  rebased.clear();
  for (const ImDrawIdx index : run) rebased.push_back(static_cast<ImDrawIdx>(index - lowest));
  const auto* bytes = reinterpret_cast<const char*>(vertices + lowest);
  const auto at = [&](std::size_t offset) {
    return reinterpret_cast<const float*>(bytes + offset);
  };
  SDL_RenderGeometryRaw(renderer, texture, at(offsetof(ImDrawVert, pos)), sizeof(ImDrawVert),
                        reinterpret_cast<const SDL_Color*>(bytes + offsetof(ImDrawVert, col)),
                        sizeof(ImDrawVert), at(offsetof(ImDrawVert, uv)), sizeof(ImDrawVert),
                        highest - lowest + 1, rebased.data(), static_cast<int>(rebased.size()),
                        sizeof(ImDrawIdx));
}

/// Draws one command in runs of triangles with and without texture, in their order.
void draw_command(SDL_Renderer* renderer, const ImDrawList& list, const ImDrawCmd& command,
                  std::vector<ImDrawIdx>& rebased) {
  const ImVec2 white = ImGui::GetIO().Fonts->TexUvWhitePixel;
  auto* texture = static_cast<SDL_Texture*>(command.GetTexID());
  const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
  const std::span<const ImDrawIdx> indices(list.IdxBuffer.Data + command.IdxOffset,
                                           command.ElemCount);
  std::size_t begin = 0;
  bool plain = false;
  const auto draw_until = [&](std::size_t end) {
    draw_run(renderer, plain ? nullptr : texture, vertices, indices.subspan(begin, end - begin),
             rebased);
    begin = end;
  };
  for (std::size_t i = 0; i < indices.size(); i += 3) {
    const bool next =
        is_plain(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]], white);
    if (next != plain) draw_until(i);
    plain = next;
  }
  draw_until(indices.size());
}

bool set_clip(SDL_Renderer* renderer, const ImDrawCmd& command) {
  const int x = static_cast<int>(std::max(command.ClipRect.x, 0.0F));
  const int y = static_cast<int>(std::max(command.ClipRect.y, 0.0F));
  const SDL_Rect clip{x, y, static_cast<int>(command.ClipRect.z) - x,
                      static_cast<int>(command.ClipRect.w) - y};
  if (clip.w <= 0 || clip.h <= 0) return false;
  SDL_RenderSetClipRect(renderer, &clip);
  return true;
}

}  // namespace

void draw_lists(SDL_Renderer* renderer, const ImDrawData& data) {
  SDL_BlendMode blend_before = SDL_BLENDMODE_NONE;
  SDL_GetRenderDrawBlendMode(renderer, &blend_before);
  SDL_SetRenderDrawBlendMode(renderer, SDL_BLENDMODE_BLEND);
  std::vector<ImDrawIdx> rebased;
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback == nullptr && set_clip(renderer, command))
        draw_command(renderer, list, command, rebased);
    }
  }
  SDL_RenderSetClipRect(renderer, nullptr);
  SDL_SetRenderDrawBlendMode(renderer, blend_before);
}

SDL_Texture* make_font_texture(SDL_Renderer* renderer) {
  unsigned char* pixels = nullptr;
  int width = 0;
  int height = 0;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
  SDL_Texture* texture =
      SDL_CreateTexture(renderer, SDL_PIXELFORMAT_RGBA32, SDL_TEXTUREACCESS_STATIC, width, height);
  if (texture == nullptr) return nullptr;
  SDL_UpdateTexture(texture, nullptr, pixels, width * 4);
  SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
  SDL_SetTextureScaleMode(texture, SDL_ScaleModeNearest);
  atlas.SetTexID(texture);
  return texture;
}

}  // namespace sramscope::viewer
