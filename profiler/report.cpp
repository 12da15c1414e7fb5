#include "sramscope/report.h"

#include <fmt/format.h>

#include <vector>

#include "profiler/counter_names.h"

namespace sramscope {
std::string check_conservation(const Report& report) {
  Counters top = report.outside;
  std::vector<Counters> nested(report.layers.size());
  for (const LayerReport& layer : report.layers) {
    if (layer.parent < 0) {
      top += layer.inclusive;
    } else if (static_cast<std::size_t>(layer.parent) < nested.size()) {
      nested[static_cast<std::size_t>(layer.parent)] += layer.inclusive;
    }
  }
  for (const auto& [name, value] : profiler::kCounters) {
    if (top.*value != report.total.*value) {
      return fmt::format("{} of the layers and outside make {}, the total is {}", name, top.*value,
                         report.total.*value);
    }
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
      const LayerReport& layer = report.layers[i];
      const std::uint64_t sum = layer.exclusive.*value + nested[i].*value;
      if (sum != layer.inclusive.*value) {
        return fmt::format(
            "{} of layer {} '{}': its own and those nested in it make {}, the layer has {}", name,
            i, layer.name, sum, layer.inclusive.*value);
      }
    }
  }
  return "";
}

}  // namespace sramscope
