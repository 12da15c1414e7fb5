#include "profiler/report_facts.h"

#include <fmt/format.h>

namespace sramscope::profiler {

std::size_t depth_of(const Report& report, std::size_t index) {
  std::size_t depth = 0;
  for (int up = report.layers[index].parent; up >= 0;
       up = report.layers[static_cast<std::size_t>(up)].parent) {
    ++depth;
  }
  return depth;
}

std::string path_of(const Report& report, std::size_t index) {
  const LayerReport& layer = report.layers[index];
  return layer.parent < 0
             ? layer.name
             : path_of(report, static_cast<std::size_t>(layer.parent)) + "/" + layer.name;
}

std::optional<std::size_t> peak_layer(const Report& report) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const MemoryPeaks& memory = report.layers[i].memory;
    if (report.memory.live_peak > 0 && memory.live_peak == report.memory.live_peak &&
        memory.peak_instruction == report.memory.peak_instruction &&
        (!found || depth_of(report, i) > depth_of(report, *found))) {
      found = i;
    }
  }
  return found;
}

std::size_t enclosing_block(const Report& report, std::size_t index) {
  for (int at = static_cast<int>(index); at >= 0;
       at = report.layers[static_cast<std::size_t>(at)].parent) {
    if (report.layers[static_cast<std::size_t>(at)].kind == LayerKind::block) {
      return static_cast<std::size_t>(at);
    }
  }
  return index;
}

std::string stem_of(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::size_t dot = name.find_last_of('.');
  return std::string(dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot));
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace sramscope::profiler
