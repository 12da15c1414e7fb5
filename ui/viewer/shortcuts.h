#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// A key as SDL numbers them (SDL_Keycode), with the modifiers that matter.
struct KeyPress {
  int key = 0;
  bool control = false;
  bool shift = false;
};

/// One line of the help.
struct Shortcut {
  std::string_view keys;
  std::string_view meaning;
};
/// Every shortcut, in the order of the help.
std::span<const Shortcut> shortcuts();

/// Does what the key stands for; false when it stands for nothing.
bool handle_key(ViewerState& state, const KeyPress& press);

}  // namespace sramscope::viewer
