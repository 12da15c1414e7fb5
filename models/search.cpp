#include "sramscope/search.h"

#include <fmt/format.h>

#include <algorithm>

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
                              std::int64_t max_bytes, const PlanOptions& options) {
  // Macs fall as bytes rise: the last that fits has the fewest.
  for (auto candidate = frontier.rbegin(); candidate != frontier.rend(); ++candidate) {
    if (candidate->bytes > max_bytes) continue;
    const auto plan = make_plan(network, candidate->schedule, options);
    if (plan && plan->arena_bytes <= max_bytes) return *candidate;
  }
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

}  // namespace sramscope
