// Exports that are JSON: Chrome traces (Perfetto) and speedscope.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "profiler/exports.h"
#include "profiler/layers.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Microseconds of a moment; without a clock a cycle counts as one.
double microseconds(const Report& report, Cycles cycle) {
  const std::uint64_t clock = report.provenance.clock_hz;
  return clock == 0 ? static_cast<double>(cycle)
                    : static_cast<double>(cycle) * 1e6 / static_cast<double>(clock);
}

Json name_event(const char* what, const std::string& name) {
  return {{"ph", "M"}, {"pid", 1}, {"tid", 1}, {"name", what}, {"args", {{"name", name}}}};
}

}  // namespace

/// The Trace Event Format that chrome://tracing and ui.perfetto.dev read: complete events ("X") for
/// executions of layers, counters ("C") where the live bytes change.
std::string export_perfetto(const Report& report) {
  Json events = Json::array();
  events.push_back(name_event("process_name", report.provenance.elf_path));
  events.push_back(name_event("thread_name", report.provenance.core));
  for (const LayerExecution& execution : report.executions) {
    const LayerReport& layer = report.layers[execution.layer.value];
    const double begin = microseconds(report, execution.begin_cycle);
    events.push_back({{"ph", "X"},
                      {"pid", 1},
                      {"tid", 1},
                      {"name", layer.name},
                      {"cat", layer_kind_name(layer.kind)},
                      {"ts", begin},
                      {"dur", microseconds(report, execution.end_cycle) - begin},
                      {"args",
                       {{"cycles", execution.end_cycle - execution.begin_cycle},
                        {"live_peak_bytes", execution.live_peak}}}});
  }
  for (const TimelinePoint& point : report.timeline) {
    Json kinds;
    for (std::size_t i = 0; i < kMemoryKinds; ++i) {
      kinds[std::string(memory_kind_name(static_cast<MemoryKind>(i)))] = point.by_kind[i];
    }
    events.push_back({{"ph", "C"},
                      {"pid", 1},
                      {"name", "live bytes"},
                      {"ts", microseconds(report, point.cycle)},
                      {"args", std::move(kinds)}});
  }
  return text_of({{"displayTimeUnit", "ms"},
                  {"otherData", {{"tool", "sramscope"}, {"board", report.provenance.board}}},
                  {"traceEvents", std::move(events)}});
}

/// https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources: one sample for each
/// path of calls, weighted by its own cycles.
std::string export_speedscope(const Report& report) {
  const FrameGraph graph = frame_graph(report);
  Json frames = Json::array();
  for (const Frame& frame : graph.frames) {
    Json entry = {{"name", frame.name}};
    if (!frame.file.empty()) {
      entry["file"] = frame.file;
    }
    frames.push_back(std::move(entry));
  }
  Json samples = Json::array();
  Json weights = Json::array();
  std::vector<std::vector<std::size_t>> stacks;
  Cycles total = 0;
  for (const FramePath& path : graph.paths) {
    stacks.push_back(path.parent < 0 ? std::vector<std::size_t>{}
                                     : stacks[static_cast<std::size_t>(path.parent)]);
    stacks.back().push_back(path.frame);
    if (path.cycles > 0) {
      samples.push_back(stacks.back());
      weights.push_back(path.cycles);
      total += path.cycles;
    }
  }
  return text_of({{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                  {"exporter", "sramscope"},
                  {"name", stem_of(report.provenance.elf_path)},
                  {"activeProfileIndex", 0},
                  {"shared", {{"frames", std::move(frames)}}},
                  {"profiles",
                   {{{"type", "sampled"},
                     {"name", "cycles"},
                     {"unit", "none"},
                     {"startValue", 0},
                     {"endValue", total},
                     {"samples", std::move(samples)},
                     {"weights", std::move(weights)}}}}});
}

}  // namespace sramscope::profiler
