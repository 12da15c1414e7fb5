#include "ui/viewer/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace sramscope::viewer {
namespace {

constexpr int kSmallest = 320;
constexpr int kLargest = 16384;
constexpr std::size_t kMostRecent = 10;

void apply_line(std::istringstream& line, const std::string& key, ViewerState& state,
                WindowPlace& place) {
  std::string word;
  if (key == "theme" && line >> word) {
    state.theme = word == "dark" ? Theme::dark : Theme::light;
  } else if (key == "scale") {
    float scale = 0;
    if (line >> scale && scale >= 0.75F && scale <= 3) state.scale = scale;
  } else if (key == "panel" && line >> word) {
    state.panel = panel_from_name(word).value_or(state.panel);
  } else if (key == "window") {
    WindowPlace read;
    if (line >> read.width >> read.height && std::min(read.width, read.height) >= kSmallest &&
        std::max(read.width, read.height) <= kLargest)
      place = read;
  } else if (key == "recent" && std::getline(line >> std::ws, word)) {
    if (state.recent_files.size() < kMostRecent) state.recent_files.push_back(word);
  }
}

}  // namespace

std::string settings_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0')
    return std::string(config) + "/sramscope/viewer.conf";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::string(home) + "/.config/sramscope/viewer.conf";
  return "";
}

std::string settings_text(const ViewerState& state, const WindowPlace& place) {
  std::string text = fmt::format("theme {}\nscale {}\npanel {}\nwindow {} {}\n",
                                 state.theme == Theme::dark ? "dark" : "light", state.scale,
                                 panel_name(state.panel), place.width, place.height);
  for (const std::string& file : state.recent_files) text += "recent " + file + "\n";
  return text;
}

void apply_settings(std::string_view text, ViewerState& state, WindowPlace& place) {
  std::istringstream in{std::string(text)};
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string key;
    if (words >> key) apply_line(words, key, state, place);
  }
}

void load_settings(const std::string& path, ViewerState& state, WindowPlace& place) {
  std::ifstream in(path);
  std::ostringstream text;
  if (in && text << in.rdbuf()) apply_settings(text.str(), state, place);
}

void save_settings(const std::string& path, const ViewerState& state, const WindowPlace& place) {
  if (path.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  std::ofstream(path) << settings_text(state, place);
}

}  // namespace sramscope::viewer
