#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/report.h"

/// The exporters, one function per format; see sramscope/export.h.
namespace sramscope::profiler {

/// Something that calls and is called: a function, or a layer where no functions are known.
struct Frame {
  std::string name;
  std::string file;
  Counters exclusive;
  struct Call {
    std::size_t callee = 0;
    std::uint64_t calls = 0;
    Counters inclusive;
  };
  std::vector<Call> calls;
};
/// One path of calls with its own cycles; parents stand before their children, -1 at the root.
struct FramePath {
  int parent = -1;
  std::size_t frame = 0;
  Cycles cycles = 0;
};
struct FrameGraph {
  std::vector<Frame> frames;
  std::vector<FramePath> paths;
};
FrameGraph frame_graph(const Report& report);

std::string export_csv(const Report& report);
std::string export_markdown(const Report& report);
std::string export_perfetto(const Report& report);
std::string export_speedscope(const Report& report);
std::string export_callgrind(const Report& report);
std::string export_folded(const Report& report);
std::string export_junit(const Report& report);
std::string export_svg_blocks(const Report& report);
std::string export_svg_timeline(const Report& report);
std::string export_svg_map(const Report& report);

}  // namespace sramscope::profiler
