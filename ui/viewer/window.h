#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sramscope/result.h"
#include "ui/viewer/hit_map.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

struct WindowOptions {
  int width = 1440;
  int height = 900;
  /// Without a display: SDL's dummy driver. Nothing is shown, everything works.
  bool headless = false;
  bool record_hits = false;
};

/// Pixels, 4 bytes each (red, green, blue, alpha), row by row from the top.
struct Pixels {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> rgba;
};

/// An SDL window that draws a `ViewerState` with ImGui and feeds it with events. One at a time.
class Window {
 public:
  /// Errors: no display, SDL's reason.
  static Result<std::unique_ptr<Window>> create(ViewerState& state, const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  /// Handles the events that are waiting, draws one frame and serves the state's requests. With
  /// `wait_ms`, waits that long for the first event and draws nothing when nothing has changed.
  /// False when the user closed the window.
  bool frame(int wait_ms = 0);
  /// What the last frame looks like.
  Pixels pixels() const;
  /// The panel of the last frame as SVG.
  std::string svg() const;
  const HitMap& hits() const;
  int width() const;
  int height() const;

 private:
  struct Impl;
  explicit Window(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sramscope::viewer
