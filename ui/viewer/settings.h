#pragma once

#include <string>
#include <string_view>

#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// The window as it was last.
struct WindowPlace {
  int width = 1440;
  int height = 900;
};

/// $XDG_CONFIG_HOME/sramscope/viewer.conf, or below ~/.config; "" where there is no home.
std::string settings_path();
/// "key value" lines: theme, scale, panel, window, recent files.
std::string settings_text(const ViewerState& state, const WindowPlace& place);
/// Takes over what it understands and leaves the rest.
void apply_settings(std::string_view text, ViewerState& state, WindowPlace& place);

/// Both quietly do without the file where it cannot be read or written.
void load_settings(const std::string& path, ViewerState& state, WindowPlace& place);
void save_settings(const std::string& path, const ViewerState& state, const WindowPlace& place);

}  // namespace sramscope::viewer
