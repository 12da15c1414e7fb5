#include "ui/viewer/viewer.h"

#include <functional>
#include <memory>
#include <utility>

#include "ui/viewer/live_feed.h"
#include "ui/viewer/open.h"
#include "ui/viewer/png.h"
#include "ui/viewer/settings.h"
#include "ui/viewer/window.h"

namespace sramscope::viewer {
namespace {

/// Until everything has its place: tables measure themselves in their first frames.
constexpr int kFramesBeforeScreenshot = 4;
constexpr int kIdleMs = 250;
constexpr int kLiveMs = 50;

std::string take_screenshot(ViewerState& state, const WindowOptions& options,
                            const std::string& path) {
  auto window = Window::create(state, options);
  if (!window) return window.error().message;
  for (int i = 0; i < kFramesBeforeScreenshot; ++i) (*window)->frame();
  return write_png(path, (*window)->pixels());
}

/// Shows the window until it is closed; `before_frame` may change the state.
std::string show(ViewerState& state, const WindowPlace& place,
                 const std::function<void()>& before_frame, int wait_ms) {
  WindowOptions options;
  options.width = place.width;
  options.height = place.height;
  auto window = Window::create(state, options);
  if (!window) {
    return window.error().message +
           "; without a display, write a picture: sramscope view report.json --screenshot out.png";
  }
  do {
    before_frame();
  } while ((*window)->frame(wait_ms));
  save_settings(settings_path(), state, {(*window)->width(), (*window)->height()});
  return "";
}

void take_over(const ViewRequest& request, ViewerState& state, WindowPlace& place) {
  state.panel = request.panel.value_or(state.panel);
  state.theme = request.theme.value_or(state.theme);
  state.scale = request.scale.value_or(state.scale);
  state.limit_bytes = request.limit_bytes;
  if (request.width != 0) place = {request.width, request.height};
}

}  // namespace

std::string view(const ViewRequest& request) {
  ViewerState state;
  WindowPlace place;
  // A picture depends on nothing but what it was asked for.
  if (!request.screenshot) load_settings(settings_path(), state, place);
  take_over(request, state, place);
  const bool opened = request.reports.empty() || open_files(state, request.reports);
  if (!opened) return state.message;
  if (request.screenshot) {
    WindowOptions options;
    options.width = place.width;
    options.height = place.height;
    options.headless = true;
    return take_screenshot(state, options, *request.screenshot);
  }
  return show(
      state, place, [] {}, kIdleMs);
}

std::string watch(LiveFeed& feed) {
  ViewerState state;
  WindowPlace place;
  load_settings(settings_path(), state, place);
  state.running = true;
  const auto take_news = [&] {
    if (!state.running) return;
    if (auto report = feed.poll()) {
      if (*report)
        state.update(0, std::make_shared<Document>(make_document(std::move(**report), "")));
      else
        state.complain(report->error().message);
    }
    if (feed.ended()) state.running = false;
  };
  return show(state, place, take_news, kLiveMs);
}

}  // namespace sramscope::viewer
