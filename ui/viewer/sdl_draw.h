#pragma once

struct ImDrawData;
struct SDL_Renderer;
struct SDL_Texture;

namespace sramscope::viewer {

/// Draws ImGui's lists of triangles. Renderer state is left as it was found.
void draw_lists(SDL_Renderer* renderer, const ImDrawData& data);
/// ImGui's font atlas as a texture; null when SDL refuses.
SDL_Texture* make_font_texture(SDL_Renderer* renderer);

}  // namespace sramscope::viewer
