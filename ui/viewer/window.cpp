#include "ui/viewer/window.h"

#include <SDL2/SDL.h>
#include <backends/imgui_impl_sdl.h>
#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include "ui/cli/files.h"
#include "ui/viewer/open.h"
#include "ui/viewer/png.h"
#include "ui/viewer/sdl_draw.h"
#include "ui/viewer/shell.h"
#include "ui/viewer/shortcuts.h"
#include "ui/viewer/style.h"
#include "ui/viewer/svg.h"

namespace sramscope::viewer {
namespace {

/// ImGui needs this many frames after an event until everything has taken its place.
constexpr int kFramesPerEvent = 3;

Pixels read_pixels(SDL_Renderer* renderer) {
  Pixels pixels;
  SDL_GetRendererOutputSize(renderer, &pixels.width, &pixels.height);
  pixels.rgba.resize(static_cast<std::size_t>(pixels.width) *
                     static_cast<std::size_t>(pixels.height) * 4);
  SDL_RenderReadPixels(renderer, nullptr, SDL_PIXELFORMAT_RGBA32, pixels.rgba.data(),
                       pixels.width * 4);
  return pixels;
}

Error sdl_error(const char* what) { return {fmt::format("{}: {}", what, SDL_GetError())}; }

}  // namespace

struct Window::Impl {
  explicit Impl(ViewerState& s) : state(s) {}
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<bool> start(const WindowOptions& options);
  void handle(const SDL_Event& event);
  void handle_mouse(const SDL_Event& event);
  void feed_mouse();
  void refresh_look();
  void draw();
  void serve_requests();
  void export_panel(bool svg);

  ViewerState& state;
  SDL_Window* window = nullptr;
  SDL_Renderer* renderer = nullptr;
  SDL_Texture* fonts = nullptr;
  ImGuiContext* imgui = nullptr;
  bool backend = false;
  bool closing = false;
  int frames_due = kFramesPerEvent;
  std::uint64_t drawn_version = 0;
  float font_scale = 0;
  HitMap hits;
  Box panel_box;
  // The mouse as the events tell it: the back end asks the system, which a test cannot move.
  Point mouse{-1e6F, -1e6F};
  std::array<bool, 3> buttons = {};
  std::array<bool, 3> pressed = {};
  Theme styled_theme = Theme::light;
};

Window::Impl::~Impl() {
  if (backend) ImGui_ImplSDL2_Shutdown();
  if (imgui != nullptr) ImGui::DestroyContext(imgui);
  if (fonts != nullptr) SDL_DestroyTexture(fonts);
  if (renderer != nullptr) SDL_DestroyRenderer(renderer);
  if (window != nullptr) SDL_DestroyWindow(window);
  SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

Result<bool> Window::Impl::start(const WindowOptions& options) {
  if (options.headless) SDL_SetHintWithPriority(SDL_HINT_VIDEODRIVER, "dummy", SDL_HINT_OVERRIDE);
  SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
  SDL_SetMainReady();
  if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) return sdl_error("cannot open a display");
  Uint32 flags = SDL_WINDOW_RESIZABLE;
  if (options.headless) flags |= SDL_WINDOW_HIDDEN;
  window = SDL_CreateWindow("sramscope", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
                            options.width, options.height, flags);
  if (window == nullptr) return sdl_error("cannot open a window");
  renderer = SDL_CreateRenderer(window, -1, SDL_RENDERER_SOFTWARE);
  if (renderer == nullptr) return sdl_error("cannot draw in the window");
  IMGUI_CHECKVERSION();
  imgui = ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;  // lists of more than 65,536 vertices
  io.UserData = options.record_hits ? &hits : nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
  backend = ImGui_ImplSDL2_InitForSDLRenderer(window);
  return true;
}

void Window::Impl::handle_mouse(const SDL_Event& event) {
  if (event.type == SDL_MOUSEMOTION) {
    mouse = {static_cast<float>(event.motion.x), static_cast<float>(event.motion.y)};
    return;
  }
  const auto index = event.button.button == SDL_BUTTON_LEFT    ? 0U
                     : event.button.button == SDL_BUTTON_RIGHT ? 1U
                                                               : 2U;
  buttons[index] = event.type == SDL_MOUSEBUTTONDOWN;
  if (buttons[index]) pressed[index] = true;
  mouse = {static_cast<float>(event.button.x), static_cast<float>(event.button.y)};
}

void Window::Impl::handle(const SDL_Event& event) {
  ImGui_ImplSDL2_ProcessEvent(&event);
  frames_due = kFramesPerEvent;
  switch (event.type) {
    case SDL_QUIT:
      closing = true;
      break;
    case SDL_MOUSEMOTION:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
      handle_mouse(event);
      break;
    case SDL_DROPFILE:
      drop_file(state, event.drop.file);
      SDL_free(event.drop.file);
      break;
    case SDL_KEYDOWN: {
      const auto modifiers = event.key.keysym.mod;
      const bool escape = event.key.keysym.sym == SDLK_ESCAPE;
      if (!ImGui::GetIO().WantTextInput || escape) {
        handle_key(state, {event.key.keysym.sym, (modifiers & KMOD_CTRL) != 0,
                           (modifiers & KMOD_SHIFT) != 0});
      }
      break;
    }
    default:
      break;
  }
}

void Window::Impl::feed_mouse() {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {mouse.x, mouse.y};
  // A click shorter than a frame still counts as one.
  for (std::size_t i = 0; i < buttons.size(); ++i) {
    io.MouseDown[i] = buttons[i] || pressed[i];
    pressed[i] = false;
  }
}

void Window::Impl::refresh_look() {
  if (font_scale == state.scale && styled_theme == state.theme) return;
  if (font_scale != state.scale) {
    load_fonts(state.scale);
    if (fonts != nullptr) SDL_DestroyTexture(fonts);
    fonts = make_font_texture(renderer);
  }
  apply_style(state.theme, state.scale);
  font_scale = state.scale;
  styled_theme = state.theme;
}

void Window::Impl::draw() {
  refresh_look();
  hits.clear();
  ImGui_ImplSDL2_NewFrame();
  feed_mouse();
  ImGui::NewFrame();
  panel_box = draw_shell(state);
  ImGui::Render();
  SDL_SetRenderDrawColor(renderer, 0, 0, 0, 255);
  SDL_RenderClear(renderer);
  draw_lists(renderer, *ImGui::GetDrawData());
}

void Window::Impl::serve_requests() {
  for (const Request request : std::exchange(state.requests, {})) {
    switch (request) {
      case Request::quit:
        closing = true;
        break;
      case Request::set_clipboard:
        SDL_SetClipboardText(state.clipboard.c_str());
        state.say("The table is on the clipboard as CSV.");
        break;
      case Request::copy_csv:
        state.complain("This panel has no table to copy.");
        break;
      case Request::export_png:
      case Request::export_svg:
        export_panel(request == Request::export_svg);
        break;
    }
  }
}

void Window::Impl::export_panel(bool svg) {
  const std::string path =
      fmt::format("sramscope-{}.{}", panel_name(state.panel), svg ? "svg" : "png");
  const std::string problem = svg ? cli::write_file(path, to_svg(*ImGui::GetDrawData(), panel_box))
                                  : write_png(path, cropped(read_pixels(renderer), panel_box));
  if (problem.empty())
    state.say("The panel is in " + std::filesystem::absolute(path).string());
  else
    state.complain(problem);
}

Window::Window(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Window::~Window() = default;

Result<std::unique_ptr<Window>> Window::create(ViewerState& state, const WindowOptions& options) {
  auto impl = std::make_unique<Impl>(state);
  if (auto started = impl->start(options); !started) return started.error();
  return std::unique_ptr<Window>(new Window(std::move(impl)));
}

bool Window::frame(int wait_ms) {
  Impl& impl = *impl_;
  SDL_Event event;
  if (impl.state.version() != impl.drawn_version) impl.frames_due = kFramesPerEvent;
  const bool idle = impl.frames_due <= 0 && wait_ms > 0;
  if (idle) {
    if (SDL_WaitEventTimeout(&event, wait_ms) != 1) return !impl.closing;
    impl.handle(event);
  }
  while (SDL_PollEvent(&event) == 1) impl.handle(event);
  impl.drawn_version = impl.state.version();
  impl.draw();
  --impl.frames_due;
  SDL_RenderPresent(impl.renderer);
  impl.serve_requests();
  return !impl.closing;
}

Pixels Window::pixels() const { return read_pixels(impl_->renderer); }

std::string Window::svg() const { return to_svg(*ImGui::GetDrawData(), impl_->panel_box); }

const HitMap& Window::hits() const { return impl_->hits; }

int Window::width() const {
  int width = 0;
  SDL_GetWindowSize(impl_->window, &width, nullptr);
  return width;
}

int Window::height() const {
  int height = 0;
  SDL_GetWindowSize(impl_->window, nullptr, &height);
  return height;
}

void record_hit(std::string_view id, const Box& box) {
  if (auto* hits = static_cast<HitMap*>(ImGui::GetIO().UserData))
    hits->insert_or_assign(std::string(id), box);
}

}  // namespace sramscope::viewer
