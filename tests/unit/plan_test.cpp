// Memory plans against a byte-by-byte walk through them: halo arithmetic, rings, lifetimes,
// offsets.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sramscope/search.h"
#include "tests/support/plan_checker.h"
#include "tests/support/random_network.h"

namespace sramscope {
namespace {

using test::check_plan;
using test::random_network;

std::uint32_t draw(std::mt19937& random, std::uint32_t count) {
  return static_cast<std::uint32_t>(random() % count);
}

/// A schedule with one or two random stages; layer by layer when none of some draws is possible.
Schedule random_schedule(const Network& network, std::mt19937& random) {
  const auto count = static_cast<std::uint32_t>(network.layers.size());
  for (int attempt = 0; attempt < 50; ++attempt) {
    Schedule schedule = layer_by_layer(network);
    std::uint32_t next = 0;
    for (int stages = 1 + static_cast<int>(random() % 2); stages > 0 && next < count; --stages) {
      Stage stage;
      stage.first = next + draw(random, count - next);
      if (random() % 2 == 0) stage.first = next;
      stage.last = stage.first + draw(random, count - stage.first);
      const Shape& shape = network.output_of(network.layer(schedule.order[stage.last])).shape;
      stage.rows = 1 + static_cast<int>(random() % static_cast<unsigned>(shape.height));
      stage.columns = 1 + static_cast<int>(random() % static_cast<unsigned>(shape.width));
      if (random() % 2 == 0) {
        stage.caching = HaloCaching::rows;
        stage.rows = 1;
      }
      if (stage.columns > 2 && random() % 2 == 0) {
        const int most = (shape.width - stage.columns + 2) / 2;
        stage.border = static_cast<int>(random() % static_cast<unsigned>(most + 1));
      }
      schedule.stages.push_back(stage);
      next = stage.last + 1;
    }
    schedule.fetch_input = random() % 2 == 0;
    if (check_schedule(network, schedule).ok()) return schedule;
  }
  return layer_by_layer(network);
}

TEST(Plan, EveryByteOfRandomSchedulesIsWhereItIsReadFrom) {
  std::mt19937 random(7);
  int staged = 0, cached = 0, fetched = 0;
  for (std::uint32_t seed = 1; seed <= 1500; ++seed) {
    const Network network = random_network(seed);
    ASSERT_TRUE(check_network(network).ok()) << check_network(network).error().message;
    const Schedule schedule = random_schedule(network, random);
    staged += schedule.stages.empty() ? 0 : 1;
    fetched += schedule.fetch_input ? 1 : 0;
    for (const Stage& stage : schedule.stages) cached += stage.caching == HaloCaching::rows ? 1 : 0;
    PlanOptions options;
    options.in_place_depthwise = seed % 3 != 0;
    options.in_place_elementwise = seed % 5 != 0;
    const auto plan = make_plan(network, schedule, options);
    ASSERT_TRUE(plan.ok()) << plan.error().message;
    ASSERT_EQ(check_plan(network, *plan), "")
        << "seed " << seed << " " << schedule_name(network, schedule);
    EXPECT_GE(plan->arena_bytes, plan->lower_bound);
  }
  EXPECT_GT(staged, 1000);
  EXPECT_GT(cached, 400);
  EXPECT_GT(fetched, 300);
}

TEST(Plan, SchedulesOfTheFrontierHoldWhatTheSearchPromised) {
  for (const auto& entry : zoo_entries()) {
    ZooOptions zoo;
    if (entry.name != "ds_cnn" && entry.name != "autoencoder") zoo.resolution = 40;
    const auto network = make_zoo_network(entry.name, zoo);
    ASSERT_TRUE(network.ok()) << network.error().message;
    for (const bool fetch : {false, true}) {
      SearchOptions options;
      options.fetch_input = fetch;
      const auto frontier = search_frontier(*network, options);
      ASSERT_FALSE(frontier.empty());
      for (const Candidate& candidate : frontier) {
        const auto plan = make_plan(*network, candidate.schedule, options.plan);
        ASSERT_TRUE(plan.ok()) << plan.error().message;
        const auto name = schedule_name(*network, candidate.schedule);
        EXPECT_EQ(plan->lower_bound, candidate.bytes) << entry.name << " " << name;
        EXPECT_EQ(plan->macs, candidate.macs) << entry.name << " " << name;
        EXPECT_EQ(check_plan(*network, *plan), "") << entry.name << " " << name;
        // The arena stays near its bound.
        EXPECT_LE(plan->arena_bytes, plan->lower_bound + plan->lower_bound / 50 + 64)
            << entry.name << " " << name;
        const auto reread = parse_schedule(*network, name);
        ASSERT_TRUE(reread.ok()) << reread.error().message;
        EXPECT_EQ(reread->stages, candidate.schedule.stages) << name;
        EXPECT_EQ(reread->fetch_input, candidate.schedule.fetch_input) << name;
      }
    }
  }
}

TEST(Plan, InPlaceDepthwiseNeedsTheInputAlone) {
  const auto network = make_zoo_network("mobilenet_v1", {});
  ASSERT_TRUE(network.ok());
  PlanOptions apart;
  apart.in_place_depthwise = false;
  const auto in_place = make_plan(*network, layer_by_layer(*network));
  const auto out_of_place = make_plan(*network, layer_by_layer(*network), apart);
  ASSERT_TRUE(in_place.ok() && out_of_place.ok());
  // 48 x 48 pixels: 8 channels in and out of the first depthwise, 8 + 16 around the pointwise.
  EXPECT_EQ(in_place->lower_bound, 48u * 48 * 24);
  EXPECT_EQ(out_of_place->arena_bytes, 48u * 48 * 24);
  const Step& depthwise = in_place->steps[1];
  EXPECT_TRUE(depthwise.in_place);
  EXPECT_EQ(in_place->buffer(depthwise.output.buffer).offset,
            in_place->buffer(depthwise.inputs[0]->buffer).offset);
}

TEST(Plan, OrderThatFinishesABranchFirstNeedsLess) {
  // conv -> a (large), b (large); a -> small a; b -> small b; add. Breadth first keeps both large
  // ones.
  const auto text = R"({"format": "sramscope-network", "version": 1, "name": "branches",
    "input": {"name": "x", "shape": [8, 8, 1]}, "layers": [
    {"name": "a", "op": "conv_2d", "inputs": ["x"], "channels": 32},
    {"name": "b", "op": "conv_2d", "inputs": ["x"], "channels": 32},
    {"name": "a2", "op": "conv_2d", "inputs": ["a"], "channels": 2},
    {"name": "b2", "op": "conv_2d", "inputs": ["b"], "channels": 2},
    {"name": "sum", "op": "add", "inputs": ["a2", "b2"]}]})";
  const auto network = parse_network(text, "test");
  ASSERT_TRUE(network.ok()) << network.error().message;
  Schedule as_written;
  as_written.order = {{0}, {1}, {2}, {3}, {4}};
  const auto before = make_plan(*network, as_written);
  const auto after = make_plan(*network, layer_by_layer(*network));
  ASSERT_TRUE(before.ok() && after.ok());
  EXPECT_EQ(before->lower_bound, 64u * (32 + 32 + 2));
  EXPECT_EQ(after->lower_bound, 64u * (32 + 2 + 2));
  EXPECT_EQ(check_plan(*network, *after), "");
  // Where nothing is gained the network's own order stays.
  for (const char* name : {"resnet8", "mobilenet_v2"}) {
    const auto zoo = make_zoo_network(name, {});
    ASSERT_TRUE(zoo.ok());
    const auto order = layer_by_layer(*zoo).order;
    EXPECT_TRUE(std::ranges::is_sorted(order)) << name;
  }
}

TEST(Schedule, SaysWhyItCannotBeComputed) {
  const auto network = make_zoo_network("mobilenet_v2", {});
  ASSERT_TRUE(network.ok());
  const auto message = [&](const char* text) {
    const auto schedule = parse_schedule(*network, text);
    return schedule.ok() ? "" : schedule.error().message;
  };
  EXPECT_EQ(message("layer"), "");
  EXPECT_EQ(message("patch:4x4@5b"), "");
  EXPECT_NE(message("patch:4x4@99b").find("cannot read 'patch:4x4@99b'"), std::string::npos);
  EXPECT_NE(message("patch:0x4@5b").find("expected \"layer\" or"), std::string::npos);
  EXPECT_NE(message("patch:4x4@8")
                .find("'block2/project' is computed in patches and read by "
                      "'block3/add' outside"),
            std::string::npos)
      << message("patch:4x4@8");
  EXPECT_NE(message("patch:1x2@63").find("'head/mean' (mean) reads its whole input"),
            std::string::npos)
      << message("patch:1x2@63");
  EXPECT_NE(message("patch:64x4@5b").find("at most a patch per pixel"), std::string::npos);
  EXPECT_NE(message("patch:4x4@5b,rows").find("write 1x4"), std::string::npos);
}

}  // namespace
}  // namespace sramscope
