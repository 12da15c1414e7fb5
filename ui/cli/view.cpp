// sramscope view: reports in a window, or as a picture.
#include "ui/viewer/viewer.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <string>

#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

constexpr int kMostPixels = 16384;

std::string panel_names() {
  std::string names;
  for (std::size_t i = 0; i < viewer::kPanels; ++i) {
    names += names.empty() ? "" : ", ";
    names += viewer::panel_name(static_cast<viewer::Panel>(i));
  }
  return names;
}

void set_panel(viewer::ViewRequest& request, const std::string& name) {
  request.panel = viewer::panel_from_name(name);
  if (!request.panel)
    throw CLI::ValidationError(
        "--panel",
        fmt::format("there is no panel \"{}\"; the panels are: {}", name, panel_names()));
}

void set_size(viewer::ViewRequest& request, const std::string& text) {
  const char* end = text.data() + text.size();
  const auto [cross, bad_width] = std::from_chars(text.data(), end, request.width);
  const bool has_height = bad_width == std::errc() && cross != end && *cross == 'x';
  const auto [rest, bad_height] =
      std::from_chars(has_height ? cross + 1 : end, end, request.height);
  const auto fits = [](int pixels) { return pixels >= 320 && pixels <= kMostPixels; };
  if (!has_height || bad_height != std::errc() || rest != end || !fits(request.width) ||
      !fits(request.height)) {
    throw CLI::ValidationError(
        "--size", fmt::format("expected WIDTHxHEIGHT in pixels, 320 to {} each, such as 1600x900, "
                              "got \"{}\"",
                              kMostPixels, text));
  }
}

void set_limit(viewer::ViewRequest& request, const std::string& text) {
  const auto bytes = parse_bytes(text);
  if (!bytes) throw CLI::ValidationError("--limit", bytes.error().message);
  request.limit_bytes = *bytes;
}

int show(const viewer::ViewRequest& request) {
  const std::string problem = viewer::view(request);
  if (!problem.empty()) return print_error(problem), kUsage;
  return kOk;
}

using RequestPtr = std::shared_ptr<viewer::ViewRequest>;

void add_picture_options(CLI::App& command, const RequestPtr& request) {
  const auto text_option = [&](const char* name, const char* type, const std::string& help,
                               void (*set)(viewer::ViewRequest&, const std::string&)) {
    command
        .add_option_function<std::string>(
            name, [request, set](const std::string& text) { set(*request, text); }, help)
        ->type_name(type);
  };
  command.add_option("--screenshot", request->screenshot, "Write a PNG and end; needs no display")
      ->type_name("FILE");
  text_option("--panel", "NAME", "First panel, such as timeline or map", set_panel);
  text_option("--size", "WxH", "Pixels of the window or the picture (default 1440x900)", set_size);
  text_option("--limit", "SIZE",
              "Draw a line at this much SRAM, such as 256K, in place of the "
              "board's",
              set_limit);
  command.add_option("--scale", request->scale, "Size of text and controls: 2 for dense screens")
      ->type_name("FACTOR")
      ->check(CLI::Range(0.75, 3.0));
  command
      .add_option_function<std::string>(
          "--theme",
          [request](const std::string& name) {
            request->theme = name == "dark" ? viewer::Theme::dark : viewer::Theme::light;
          },
          "light or dark")
      ->type_name("NAME")
      ->check(CLI::IsMember({"light", "dark"}));
}

}  // namespace

void add_view(CLI::App& app, int& status) {
  auto request = std::make_shared<viewer::ViewRequest>();
  auto* command = app.add_subcommand(
      "view", "Show a report in a window, or two side by side; or write a picture of it");
  command
      ->add_option("report", request->reports,
                   "A report of `run --report`, a second one to compare; - for standard input")
      ->type_name("REPORT")
      ->expected(0, 2);
  add_picture_options(*command, request);
  command->footer(
      "Examples: sramscope view layer.json patch.json\n"
      "          sramscope view run.json --panel timeline --screenshot timeline.png --size "
      "1600x900\n"
      "The panels: overview, timeline, map, layers, functions, listing, stalls, findings, "
      "compare.\n"
      "In the window, ? lists the shortcuts. 1 kB = 1024 bytes.\n"
      "Exit code: 0 ok, 2 bad option or report, or no display.");
  command->callback([request, &status] { status = show(*request); });
}

}  // namespace sramscope::cli
