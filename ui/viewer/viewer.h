#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ui/viewer/state.h"

namespace sramscope::viewer {

class LiveFeed;

/// What `sramscope view` was asked for.
struct ViewRequest {
  std::vector<std::string> reports;  ///< paths, at most two; "-" is standard input
  std::optional<std::string> screenshot;
  std::optional<Panel> panel;
  std::optional<Theme> theme;
  std::optional<float> scale;
  int width = 0;  ///< 0: as the window was last, or 1440
  int height = 0;
  std::uint64_t limit_bytes = 0;
};

/// Opens the window and returns when it is closed, or writes the screenshot. Returns "" or what
/// went wrong: a report, the display, the file.
std::string view(const ViewRequest& request);

/// Shows a run that is going on in another process until the window is closed. Returns "" or what
/// went wrong: the display.
std::string watch(LiveFeed& feed);

}  // namespace sramscope::viewer
