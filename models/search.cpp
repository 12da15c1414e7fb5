#include "sramscope/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/segment_costs.h"

namespace sramscope {
namespace {

using models::SegmentCost;
using models::SegmentCosts;

/// The best ways to compute the layers before a position, each with the last stretch and the way
/// that it continues.
struct Way {
  std::int64_t bytes = 0;
  std::int64_t macs = 0;
  std::int64_t calls = 0;
  SegmentCost last;
  std::uint32_t from = 0;
  std::size_t previous = 0;
};

using Ways = std::vector<std::vector<Way>>;

void extend(const std::vector<Way>& ways, std::uint32_t from, const SegmentCost& segment,
            std::vector<Way>& to) {
  for (std::size_t i = 0; i < ways.size(); ++i) {
    to.push_back({std::max(ways[i].bytes, segment.bytes), ways[i].macs + segment.macs,
                  ways[i].calls + segment.calls, segment, from, i});
  }
}

Candidate trace_back(const Ways& ways, const std::vector<LayerId>& order, std::size_t index) {
  const Way& end = ways.back()[index];
  Candidate candidate;
  candidate.bytes = end.bytes;
  candidate.macs = end.macs;
  candidate.calls = end.calls;
  candidate.schedule.order = order;
  auto position = static_cast<std::uint32_t>(ways.size() - 1);
  while (position > 0) {
    const Way& way = ways[position][index];
    if (way.last.stage) candidate.schedule.stages.push_back(*way.last.stage);
    if (way.last.fetched) candidate.schedule.fetch_input = true;
    position = way.from;
    index = way.previous;
  }
  std::ranges::reverse(candidate.schedule.stages);
  return candidate;
}

/// Searches an order in which few bytes are alive at once, by dynamic programming over the sets of
/// layers that are done.
class OrderSearch {
 public:
  explicit OrderSearch(const Network& network) : network_(network) {
    readers_.resize(network.tensors.size());
    for (std::uint32_t i = 0; i < network.layers.size(); ++i) {
      for (const TensorId input : network.layers[i].inputs) readers_[input.value].push_back(i);
    }
  }

  std::vector<LayerId> run() {
    // Breadth first: all sets of n layers come before those of n + 1.
    std::map<Done, State> level = {{Done(network_.layers.size(), false), {}}};
    for (std::size_t n = 0; n < network_.layers.size(); ++n) {
      std::map<Done, State> next;
      for (const auto& [done, state] : level) add_successors(done, state, next);
      if (next.size() > kMaxStates) return layer_by_layer(network_).order;
      level = std::move(next);
    }
    return level.begin()->second.order;
  }

 private:
  static constexpr std::size_t kMaxStates = 2000;
  using Done = std::vector<bool>;
  struct State {
    std::int64_t peak = 0;
    std::vector<LayerId> order;
  };

  bool ready(const Done& done, const Layer& layer) const {
    return std::ranges::all_of(layer.inputs, [&](TensorId input) {
      if (input == network_.input || network_.tensor(input).is_constant()) return true;
      for (std::size_t i = 0; i < network_.layers.size(); ++i) {
        if (network_.layers[i].output == input) return bool{done[i]};
      }
      return false;
    });
  }

  /// Bytes alive while `layer` runs after `done`.
  std::int64_t alive(const Done& done, std::uint32_t running) const {
    std::int64_t bytes = network_.output_of(network_.layers[running]).shape.size();
    const auto needed = [&](TensorId tensor) {
      const auto& readers = readers_[tensor.value];
      return tensor == network_.output ||
             std::ranges::any_of(readers, [&](std::uint32_t reader) { return !done[reader]; });
    };
    if (needed(network_.input)) bytes += network_.tensor(network_.input).shape.size();
    for (std::size_t i = 0; i < done.size(); ++i) {
      const TensorId output = network_.layers[i].output;
      if (done[i] && needed(output)) bytes += network_.tensor(output).shape.size();
    }
    return bytes;
  }

  void add_successors(const Done& done, const State& state, std::map<Done, State>& next) const {
    for (std::uint32_t i = 0; i < network_.layers.size(); ++i) {
      if (done[i] || !ready(done, network_.layers[i])) continue;
      Done then = done;
      then[i] = true;
      const std::int64_t peak = std::max(state.peak, alive(done, i));
      const auto found = next.find(then);
      // Among equals the first found stays: the network's own order comes first.
      if (found != next.end() && found->second.peak <= peak) continue;
      State better{peak, state.order};
      better.order.push_back({i});
      next[std::move(then)] = std::move(better);
    }
  }

  const Network& network_;
  /// By tensor.
  std::vector<std::vector<std::uint32_t>> readers_;
};

}  // namespace

std::vector<Candidate> search_frontier(const Network& network, const SearchOptions& options) {
  const SegmentCosts costs(network, lower_peak_order(network), options);
  const auto count = static_cast<std::uint32_t>(costs.order().size());
  Ways ways(count + 1);
  ways[0].emplace_back();
  for (std::uint32_t from = 0; from < count; ++from) {
    models::keep_frontier(ways[from]);
    extend(ways[from], from, costs.whole_layer(from), ways[from + 1]);
    for (std::uint32_t last = from; last < count; ++last) {
      for (const SegmentCost& stage : costs.stages(from, last))
        extend(ways[from], from, stage, ways[last + 1]);
    }
  }
  models::keep_frontier(ways[count]);
  std::vector<Candidate> frontier;
  for (std::size_t i = 0; i < ways[count].size(); ++i)
    frontier.push_back(trace_back(ways, costs.order(), i));
  return frontier;
}

std::int64_t flash_bytes(const Network& network, const Candidate& candidate) {
  constexpr std::int64_t kBytesPerCall = 28;
  std::int64_t bytes = 0;
  for (const Layer& layer : network.layers) bytes += weight_bytes(network, layer);
  const Schedule& schedule = candidate.schedule;
  std::int64_t calls = std::ssize(schedule.order);
  for (const Stage& stage : schedule.stages) {
    const std::int64_t patches =
        stage.columns * (stage.caching == HaloCaching::rows ? 1 : stage.rows);
    calls += (patches - 1) * (stage.last - stage.first + 1);
  }
  return bytes + calls * kBytesPerCall;
}

Result<Candidate> fewest_macs(const Network& network, const std::vector<Candidate>& frontier,
                              std::int64_t max_bytes) {
  // The last that fits has the fewest macs.
  const auto over = std::ranges::find_if(
      frontier, [&](const Candidate& candidate) { return candidate.bytes > max_bytes; });
  if (over != frontier.begin()) return *(over - 1);
  return Error{
      fmt::format("{} does not fit {} bytes: the least that any schedule needs is {} bytes ({}); "
                  "lower the resolution or the width",
                  network.name, max_bytes, frontier.front().bytes,
                  schedule_name(network, frontier.front().schedule))};
}

Result<Candidate> fewest_bytes(const Network& network, const std::vector<Candidate>& frontier,
                               double max_overhead) {
  const double limit = max_overhead * static_cast<double>(macs(network));
  for (const Candidate& candidate : frontier) {
    if (static_cast<double>(candidate.macs) <= limit) return candidate;
  }
  return Error{fmt::format("an overhead of {} is below that of layer by layer, 1", max_overhead)};
}

std::vector<LayerId> lower_peak_order(const Network& network) { return OrderSearch(network).run(); }

}  // namespace sramscope
