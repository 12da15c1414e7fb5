#include "sramscope/report.h"

#include <numeric>

#include <fmt/format.h>

#include <vector>

#include "profiler/counter_names.h"

namespace sramscope {
namespace {

/// "" or how the causes of `counters` fail to make its cycles. Runs that were not asked for causes
/// have none.
std::string check_causes(const Counters& counters, const std::string& where) {
  const Cycles sum = std::accumulate(counters.by_cause.begin(), counters.by_cause.end(), Cycles{0});
  if (sum == counters.cycles || sum == 0) return "";
  return fmt::format("the causes of the cycles {} make {}, the cycles are {}", where, sum,
                     counters.cycles);
}

std::string check_causes(const Report& report) {
  std::string fault = check_causes(report.total, "of the run");
  if (fault.empty()) fault = check_causes(report.outside, "outside the layers");
  for (std::size_t i = 0; i < report.layers.size() && fault.empty(); ++i) {
    const std::string name = fmt::format("of layer {} '{}'", i, report.layers[i].name);
    fault = check_causes(report.layers[i].inclusive, name);
    if (fault.empty()) fault = check_causes(report.layers[i].exclusive, name + " alone");
  }
  return fault;
}

}  // namespace

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
  return check_causes(report);
}

}  // namespace sramscope
