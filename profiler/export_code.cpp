// Exports about functions and calls.
#include <fmt/format.h>

#include <algorithm>

#include "profiler/exports.h"
#include "profiler/report_facts.h"

namespace sramscope::profiler {
namespace {

FrameGraph functions_graph(const Report& report) {
  FrameGraph graph;
  for (const FunctionReport& function : report.functions) {
    graph.frames.push_back({function.name, function.file, function.exclusive, {}});
  }
  for (const CallEdgeReport& edge : report.call_edges) {
    graph.frames[edge.caller].calls.push_back({edge.callee, edge.calls, edge.inclusive});
  }
  for (const CallNodeReport& node : report.call_tree) {
    graph.paths.push_back({node.parent, node.function, node.exclusive_cycles});
  }
  return graph;
}

/// Layers in place of functions; what runs outside of them is the root.
FrameGraph layers_graph(const Report& report) {
  FrameGraph graph;
  graph.frames.push_back({"outside layers", "", report.outside, {}});
  graph.paths.push_back({-1, 0, report.outside.cycles});
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const LayerReport& layer = report.layers[i];
    graph.frames.push_back({path_of(report, i), "", layer.exclusive, {}});
    graph.frames[static_cast<std::size_t>(layer.parent + 1)].calls.push_back(
        {i + 1, layer.executions, layer.inclusive});
    graph.paths.push_back({layer.parent + 1, i + 1, layer.exclusive.cycles});
  }
  return graph;
}

/// Cycles in which the core waited; without causes, what is more than one cycle per instruction.
Cycles stalls(const Counters& counters) {
  constexpr CycleCause kWaits[] = {CycleCause::hazard, CycleCause::fetch_wait,
                                   CycleCause::flash_data_wait, CycleCause::sram_data_wait,
                                   CycleCause::cache_miss};
  if (counters.by_cause == CyclesByCause{}) {
    return counters.cycles - std::min(counters.cycles, counters.instructions);
  }
  Cycles waited = 0;
  for (const CycleCause cause : kWaits) {
    waited += counters.by_cause[static_cast<std::size_t>(cause)];
  }
  return waited;
}

std::string costs(const Counters& c) {
  return fmt::format("0 {} {} {} {} {}\n", c.cycles, c.instructions, c.loads, c.stores, stalls(c));
}

/// A name in a line of its own.
std::string one_line(std::string text, const char* bad) {
  for (char& c : text) {
    if (std::string_view(bad).find(c) != std::string_view::npos ||
        static_cast<unsigned char>(c) < ' ') {
      c = '_';
    }
  }
  return text.empty() ? "???" : text;
}

}  // namespace

FrameGraph frame_graph(const Report& report) {
  return report.functions.empty() ? layers_graph(report) : functions_graph(report);
}

/// The format of https://valgrind.org/docs/manual/cl-format.html.
std::string export_callgrind(const Report& report) {
  const FrameGraph graph = frame_graph(report);
  std::string text = "# callgrind format\nversion: 1\ncreator: sramscope\n";
  text += fmt::format("cmd: {}\npositions: line\nevents: Cycles Instr Read Write Stall\n",
                      one_line(report.provenance.elf_path, ""));
  const Counters& t = report.total;
  text += fmt::format("summary: {} {} {} {} {}\n", t.cycles, t.instructions, t.loads, t.stores,
                      stalls(t));
  for (const Frame& frame : graph.frames) {
    text += fmt::format("\nfl={}\nfn={}\n", one_line(frame.file, ""), one_line(frame.name, ""));
    text += costs(frame.exclusive);
    for (const Frame::Call& call : frame.calls) {
      const Frame& callee = graph.frames[call.callee];
      text += fmt::format("cfi={}\ncfn={}\ncalls={} 0\n", one_line(callee.file, ""),
                          one_line(callee.name, ""), call.calls);
      text += costs(call.inclusive);
    }
  }
  return text;
}

std::string export_folded(const Report& report) {
  const FrameGraph graph = frame_graph(report);
  std::vector<std::string> stacks;
  std::string text;
  for (const FramePath& path : graph.paths) {
    const std::string name = one_line(graph.frames[path.frame].name, ";");
    stacks.push_back(path.parent < 0 ? name
                                     : stacks[static_cast<std::size_t>(path.parent)] + ";" + name);
    if (path.cycles > 0) {
      text += fmt::format("{} {}\n", stacks.back(), path.cycles);
    }
  }
  return text;
}

}  // namespace sramscope::profiler
