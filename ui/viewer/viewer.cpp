#include "ui/viewer/viewer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "ui/viewer/open.h"
#include "ui/viewer/png.h"
#include "ui/viewer/window.h"

namespace sramscope::viewer {
namespace {

constexpr int kDefaultWidth = 1440;
constexpr int kDefaultHeight = 900;
/// Until everything has its place: tables measure themselves in their first frames.
constexpr int kFramesBeforeScreenshot = 4;
constexpr int kIdleMs = 250;

std::string take_screenshot(ViewerState& state, const WindowOptions& options,
                            const std::string& path) {
  auto window = Window::create(state, options);
  if (!window) return window.error().message;
  for (int i = 0; i < kFramesBeforeScreenshot; ++i) (*window)->frame();
  return write_png(path, (*window)->pixels());
}

}  // namespace

std::string view(const ViewRequest& request) {
  ViewerState state;
  if (!open_files(state, request.reports)) return state.message;
  state.panel = request.panel.value_or(Panel::overview);
  state.theme = request.theme.value_or(Theme::light);
  state.scale = request.scale.value_or(1);
  state.limit_bytes = request.limit_bytes;
  WindowOptions options;
  options.width = request.width != 0 ? request.width : kDefaultWidth;
  options.height = request.height != 0 ? request.height : kDefaultHeight;
  options.headless = request.screenshot.has_value();
  if (request.screenshot) return take_screenshot(state, options, *request.screenshot);
  auto window = Window::create(state, options);
  if (!window) {
    return window.error().message +
           "; without a display, write a picture: sramscope view report.json --screenshot out.png";
  }
  while ((*window)->frame(kIdleMs)) {
  }
  return "";
}

}  // namespace sramscope::viewer
