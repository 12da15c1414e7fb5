// The search against trying everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "sramscope/search.h"
#include "tests/support/random_network.h"

namespace sramscope {
namespace {

/// The fewest parts for each size of the largest.
std::vector<int> parts_of(int length) {
  std::vector<int> parts;
  for (int count = 1; count <= length; ++count) {
    const auto longest = [length](int n) { return (length + n - 1) / n; };
    if (parts.empty() || longest(parts.back()) != longest(count)) parts.push_back(count);
  }
  return parts;
}

/// Every stage over a range of the order, without borders.
std::vector<Stage> stages_over(const Network& network, const Schedule& schedule,
                               std::uint32_t first, std::uint32_t last) {
  const Shape& shape = network.output_of(network.layer(schedule.order[last])).shape;
  std::vector<Stage> stages;
  for (const int columns : parts_of(shape.width)) {
    for (const int rows : parts_of(shape.height))
      stages.push_back({first, last, rows, columns, HaloCaching::none});
    stages.push_back({first, last, 1, columns, HaloCaching::rows});
  }
  return stages;
}

/// Calls `visit` with every schedule of the network.
void for_each_schedule(const Network& network, const std::function<void(const Schedule&)>& visit) {
  const Schedule plain = layer_by_layer(network);
  const auto count = static_cast<std::uint32_t>(plain.order.size());
  const std::function<void(Schedule, std::uint32_t)> extend = [&](Schedule schedule,
                                                                  std::uint32_t next) {
    if (next == count) {
      for (const bool fetch : {false, true}) {
        schedule.fetch_input = fetch;
        if (check_schedule(network, schedule).ok()) visit(schedule);
      }
      return;
    }
    extend(schedule, next + 1);
    for (std::uint32_t last = next; last < count; ++last) {
      for (const Stage& stage : stages_over(network, schedule, next, last)) {
        Schedule longer = schedule;
        longer.stages.push_back(stage);
        if (check_schedule(network, longer).ok()) extend(longer, last + 1);
      }
    }
  };
  extend(plain, 0);
}

TEST(Search, NoScheduleIsBetterThanTheFrontier) {
  int schedules = 0, networks = 0;
  for (std::uint32_t seed = 1; networks < 12; ++seed) {
    const Network network = test::random_network(seed);
    if (network.layers.size() > 3 || network.tensor(network.input).shape.height > 9 ||
        network.tensor(network.input).shape.width > 9)
      continue;
    ++networks;
    SearchOptions options;
    options.fetch_input = true;
    const auto frontier = search_frontier(network, options);
    for_each_schedule(network, [&](const Schedule& schedule) {
      const auto plan = make_plan(network, schedule, options.plan);
      ASSERT_TRUE(plan.ok());
      ++schedules;
      const bool matched = std::ranges::any_of(frontier, [&](const Candidate& candidate) {
        return candidate.bytes <= plan->lower_bound && candidate.macs <= plan->macs;
      });
      EXPECT_TRUE(matched) << "seed " << seed << " " << schedule_name(network, schedule) << " "
                           << plan->lower_bound << " bytes " << plan->macs;
    });
  }
  EXPECT_GT(schedules, 5000);
}

TEST(Search, PlansOfRandomNetworksNeedWhatWasPromised) {
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    const Network network = test::random_network(seed);
    SearchOptions options;
    options.fetch_input = seed % 2 == 0;
    options.plan.in_place_depthwise = seed % 3 != 0;
    options.plan.in_place_elementwise = seed % 5 != 0;
    for (const Candidate& candidate : search_frontier(network, options)) {
      const auto plan = make_plan(network, candidate.schedule, options.plan);
      ASSERT_TRUE(plan.ok()) << plan.error().message;
      EXPECT_EQ(plan->lower_bound, candidate.bytes)
          << "seed " << seed << " " << schedule_name(network, candidate.schedule);
      EXPECT_EQ(plan->macs, candidate.macs) << "seed " << seed;
    }
  }
}

TEST(Search, TheFrontierTradesOneForTheOther) {
  const auto network = make_zoo_network("mcunet_vww", {});
  ASSERT_TRUE(network.ok());
  const auto frontier = search_frontier(*network);
  for (std::size_t i = 1; i < frontier.size(); ++i) {
    EXPECT_GT(frontier[i].bytes, frontier[i - 1].bytes);
    EXPECT_LT(frontier[i].macs, frontier[i - 1].macs);
  }
  EXPECT_EQ(frontier.back().macs, macs(*network));
  const auto tight = fewest_macs(*network, frontier, frontier[1].bytes);
  ASSERT_TRUE(tight.ok());
  EXPECT_EQ(tight->bytes, frontier[1].bytes);
  const auto none = fewest_macs(*network, frontier, frontier[0].bytes - 1);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("the least that any schedule needs is"), std::string::npos);
  // Limits on the arena are kept, also where it does not reach its lower bound.
  for (std::int64_t limit = 30'000; limit < 60'000; limit += 500) {
    const auto found = fewest_macs(*network, frontier, limit);
    ASSERT_TRUE(found.ok());
    EXPECT_LE(make_plan(*network, found->schedule)->arena_bytes, limit);
  }
  const auto frugal = fewest_bytes(*network, frontier, 1.05);
  ASSERT_TRUE(frugal.ok());
  EXPECT_LE(static_cast<double>(frugal->macs), 1.05 * static_cast<double>(macs(*network)));
}

TEST(Search, WithoutRowCacheThereAreNoRings) {
  const auto network = make_zoo_network("mcunet_vww", {});
  ASSERT_TRUE(network.ok());
  SearchOptions options;
  options.cache_rows = false;
  for (const Candidate& candidate : search_frontier(*network, options)) {
    for (const Stage& stage : candidate.schedule.stages)
      EXPECT_EQ(stage.caching, HaloCaching::none);
  }
}

}  // namespace
}  // namespace sramscope
