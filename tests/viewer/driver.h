#pragma once

#include <SDL2/SDL.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/network_report.h"
#include "ui/viewer/state.h"
#include "ui/viewer/window.h"

namespace sramscope::viewer::testing {

inline ViewerState::DocumentPtr layerwise() {
  static const auto document = std::make_shared<const Document>(
      make_document(sramscope::testing::network_report({}), "layer.json"));
  return document;
}

inline ViewerState::DocumentPtr patched() {
  static const auto document = std::make_shared<const Document>(
      make_document(sramscope::testing::network_report({.blocks = 8, .patches = 4}), "patch.json"));
  return document;
}

/// A window without a display, worked by events as a user would work it.
class Driver {
 public:
  explicit Driver(int width = 1280, int height = 800) {
    auto made = Window::create(
        state, {.width = width, .height = height, .headless = true, .record_hits = true});
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    if (made) window = std::move(*made);
  }

  void frames(int count = 2) {
    for (int i = 0; i < count; ++i) open = window->frame();
  }
  Box box(const std::string& id) {
    const auto found = window->hits().find(id);
    EXPECT_NE(found, window->hits().end()) << "nothing on the window is called " << id;
    return found == window->hits().end() ? Box{} : found->second;
  }
  bool has(const std::string& id) const { return window->hits().contains(id); }

  void move(Point to) {
    SDL_Event event = {};
    event.type = SDL_MOUSEMOTION;
    event.motion.x = static_cast<int>(to.x);
    event.motion.y = static_cast<int>(to.y);
    push(event);
    mouse_ = to;
    frames(1);
  }
  void button(bool down) {
    SDL_Event event = {};
    event.type = down ? SDL_MOUSEBUTTONDOWN : SDL_MOUSEBUTTONUP;
    event.button.button = SDL_BUTTON_LEFT;
    event.button.x = static_cast<int>(mouse_.x);
    event.button.y = static_cast<int>(mouse_.y);
    push(event);
    frames(1);
  }
  void click(Point at) {
    move(at);
    button(true);
    button(false);
    frames();
  }
  void click(const std::string& id) { click(box(id).centre()); }
  void drag(Point from, Point to) {
    move(from);
    button(true);
    move({(from.x + to.x) / 2, (from.y + to.y) / 2});
    move(to);
    button(false);
    frames();
  }
  void wheel(Point at, int steps) {
    move(at);
    SDL_Event event = {};
    event.type = SDL_MOUSEWHEEL;
    event.wheel.y = steps > 0 ? 1 : -1;  // the back end looks at the sign alone
    for (int i = 0; i < std::abs(steps); ++i) push(event);
    frames();
  }
  void key(SDL_Keycode code, Uint16 modifiers = KMOD_NONE) {
    for (const Uint32 type : {SDL_KEYDOWN, SDL_KEYUP}) {
      SDL_Event event = {};
      event.type = type;
      event.key.keysym.sym = code;
      event.key.keysym.scancode = SDL_GetScancodeFromKey(code);
      event.key.keysym.mod = modifiers;
      push(event);
    }
    frames();
  }
  void drop(const std::string& path) {
    SDL_Event event = {};
    event.type = SDL_DROPFILE;
    event.drop.file = SDL_strdup(path.c_str());
    push(event);
    frames();
  }

  ViewerState state;
  std::unique_ptr<Window> window;
  bool open = true;

 private:
  static void push(SDL_Event& event) { ASSERT_EQ(1, SDL_PushEvent(&event)) << SDL_GetError(); }

  Point mouse_;
};

}  // namespace sramscope::viewer::testing
