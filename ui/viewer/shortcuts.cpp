#include "ui/viewer/shortcuts.h"

#include <SDL2/SDL_keycode.h>

#include <algorithm>
#include <array>

namespace sramscope::viewer {
namespace {

using Action = void (*)(ViewerState&);

struct Binding {
  int key;
  bool control;
  bool shift;
  Action action;
  Shortcut shortcut;  ///< empty for a second key of the binding before
};

double middle(const ViewerState& state) { return state.time().begin + state.time().length() / 2; }
void pan(ViewerState& state, double share) { state.pan_time(state.time().length() * share); }

void set_scale(ViewerState& state, float scale) { state.scale = std::clamp(scale, 0.75F, 3.0F); }

void escape(ViewerState& state) {
  if (state.help_open || state.open_dialog) {
    state.help_open = state.open_dialog = false;
  } else {
    state.clear_selection();
  }
}

constexpr std::array kBindings{
    Binding{SDLK_TAB,
            false,
            false,
            [](ViewerState& s) { s.show(1 - s.shown()); },
            {"Tab", "show the other report"}},
    Binding{SDLK_p,
            false,
            false,
            [](ViewerState& s) { s.select_peak(); },
            {"P", "select the peak: its layer and its instant"}},
    Binding{SDLK_LEFTBRACKET,
            false,
            false,
            [](ViewerState& s) { s.step_layer(-1); },
            {"[  ]", "previous, next layer"}},
    Binding{SDLK_RIGHTBRACKET, false, false, [](ViewerState& s) { s.step_layer(1); }, {}},
    Binding{SDLK_f,
            false,
            false,
            [](ViewerState& s) { s.show_selected_time(); },
            {"F", "zoom the timelines to the selected layer"}},
    Binding{SDLK_HOME,
            false,
            false,
            [](ViewerState& s) { s.show_all_time(); },
            {"Home", "show the whole run"}},
    Binding{SDLK_PLUS,
            false,
            false,
            [](ViewerState& s) { s.zoom_time(0.7, middle(s)); },
            {"+  -", "zoom in time (also: wheel)"}},
    Binding{SDLK_EQUALS, false, false, [](ViewerState& s) { s.zoom_time(0.7, middle(s)); }, {}},
    Binding{SDLK_PLUS, false, true, [](ViewerState& s) { s.zoom_time(0.7, middle(s)); }, {}},
    Binding{SDLK_EQUALS, false, true, [](ViewerState& s) { s.zoom_time(0.7, middle(s)); }, {}},
    Binding{SDLK_KP_PLUS, false, false, [](ViewerState& s) { s.zoom_time(0.7, middle(s)); }, {}},
    Binding{SDLK_MINUS, false, false, [](ViewerState& s) { s.zoom_time(1 / 0.7, middle(s)); }, {}},
    Binding{
        SDLK_KP_MINUS, false, false, [](ViewerState& s) { s.zoom_time(1 / 0.7, middle(s)); }, {}},
    Binding{SDLK_LEFT,
            false,
            false,
            [](ViewerState& s) { pan(s, -0.2); },
            {"\u2190  \u2192", "move in time (also: drag)"}},
    Binding{SDLK_RIGHT, false, false, [](ViewerState& s) { pan(s, 0.2); }, {}},
    Binding{SDLK_ESCAPE, false, false, escape, {"Esc", "close what is open, else select nothing"}},
    Binding{SDLK_t,
            false,
            false,
            [](ViewerState& s) { s.theme = s.theme == Theme::dark ? Theme::light : Theme::dark; },
            {"T", "light or dark"}},
    Binding{SDLK_PLUS,
            true,
            false,
            [](ViewerState& s) { set_scale(s, s.scale + 0.25F); },
            {"Ctrl +  Ctrl -", "larger, smaller text"}},
    Binding{SDLK_EQUALS, true, false, [](ViewerState& s) { set_scale(s, s.scale + 0.25F); }, {}},
    Binding{SDLK_EQUALS, true, true, [](ViewerState& s) { set_scale(s, s.scale + 0.25F); }, {}},
    Binding{SDLK_MINUS, true, false, [](ViewerState& s) { set_scale(s, s.scale - 0.25F); }, {}},
    Binding{SDLK_c,
            true,
            false,
            [](ViewerState& s) { s.requests.push_back(Request::copy_csv); },
            {"Ctrl C", "copy the panel's table as CSV"}},
    Binding{SDLK_e,
            true,
            false,
            [](ViewerState& s) { s.requests.push_back(Request::export_png); },
            {"Ctrl E", "save the panel as PNG"}},
    Binding{SDLK_e,
            true,
            true,
            [](ViewerState& s) { s.requests.push_back(Request::export_svg); },
            {"Ctrl Shift E", "save the panel as SVG"}},
    Binding{SDLK_o,
            true,
            false,
            [](ViewerState& s) { s.open_dialog = true; },
            {"Ctrl O", "open a report (or drop it on the window)"}},
    Binding{SDLK_q,
            true,
            false,
            [](ViewerState& s) { s.requests.push_back(Request::quit); },
            {"Ctrl Q", "quit"}},
    Binding{SDLK_QUESTION,
            false,
            false,
            [](ViewerState& s) { s.help_open = !s.help_open; },
            {"?", "this help"}},
    Binding{SDLK_QUESTION, false, true, [](ViewerState& s) { s.help_open = !s.help_open; }, {}},
    Binding{SDLK_SLASH, false, true, [](ViewerState& s) { s.help_open = !s.help_open; }, {}},
    Binding{SDLK_F1, false, false, [](ViewerState& s) { s.help_open = !s.help_open; }, {}},
};

}  // namespace

std::span<const Shortcut> shortcuts() {
  static const auto kList = [] {
    std::vector<Shortcut> list{{"1 \u2026 9", "the panels, in the order of the list"}};
    for (const Binding& binding : kBindings) {
      if (!binding.shortcut.keys.empty()) list.push_back(binding.shortcut);
    }
    return list;
  }();
  return kList;
}

bool handle_key(ViewerState& state, const KeyPress& press) {
  if (!press.control && press.key >= SDLK_1 && press.key < SDLK_1 + static_cast<int>(kPanels)) {
    state.panel = static_cast<Panel>(press.key - SDLK_1);
    return true;
  }
  for (const Binding& binding : kBindings) {
    if (binding.key == press.key && binding.control == press.control &&
        binding.shift == press.shift) {
      binding.action(state);
      return true;
    }
  }
  return false;
}

}  // namespace sramscope::viewer
