// How long a frame of the viewer takes: 30 frames per second leave 33 ms for each.
#include <benchmark/benchmark.h>

#include <memory>

#include "tests/support/network_report.h"
#include "ui/viewer/state.h"
#include "ui/viewer/window.h"

namespace sramscope::viewer {
namespace {

/// 10,000 layers and more than 100,000 points of the timeline.
ViewerState::DocumentPtr large_document() {
  static const auto document = std::make_shared<const Document>(make_document(
      testing::network_report({.blocks = 2320, .patches = 4, .points_per_execution = 13}), ""));
  return document;
}

void draw_frames(::benchmark::State& run, Panel panel, bool two, bool zoom) {
  ViewerState state;
  auto window = Window::create(state, {.width = 1600, .height = 900, .headless = true});
  if (!window) return run.SkipWithError(window.error().message.c_str());
  state.open(two ? std::vector{large_document(), large_document()} : std::vector{large_document()});
  state.panel = panel;
  state.select_peak();
  for (int i = 0; i < 3; ++i) (*window)->frame();
  double step = 0.9;
  for (auto _ : run) {
    if (zoom) state.zoom_time(step, state.whole_time() / 3);
    if (state.time().length() < 1e6) step = 1.1;
    if (state.time().length() >= state.whole_time()) step = 0.9;
    (*window)->frame();
  }
  const Report& report = large_document()->report;
  run.counters["layers"] = static_cast<double>(report.layers.size());
  run.counters["points"] = static_cast<double>(report.timeline.size());
  run.counters["fps"] =
      ::benchmark::Counter(static_cast<double>(run.iterations()), ::benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(draw_frames, overview, Panel::overview, true, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, timeline, Panel::timeline, true, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, timeline_zooming, Panel::timeline, true, true)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, map, Panel::map, false, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, map_zooming, Panel::map, false, true)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, layers, Panel::layers, true, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, functions, Panel::functions, false, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, stalls, Panel::stalls, false, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(draw_frames, compare, Panel::compare, true, false)
    ->Unit(::benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace sramscope::viewer
