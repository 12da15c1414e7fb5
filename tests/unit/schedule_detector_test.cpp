#include "profiler/schedule_detector.h"

#include <gtest/gtest.h>

#include <vector>

namespace sramscope::profiler {
namespace {

using Sequence = std::vector<std::uint32_t>;

ScheduleReport detect(const Sequence& sequence, std::optional<PatchGrid> patches = {}) {
  std::vector<LayerReport> layers;
  for (const std::uint32_t layer : sequence) {
    if (layer >= layers.size()) layers.resize(layer + 1);
  }
  return detect_schedule(layers, sequence, patches);
}

/// `times` times `part`, then `rest`.
Sequence repeated(const Sequence& part, int times, const Sequence& rest = {}) {
  Sequence all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), part.begin(), part.end());
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

TEST(ScheduleDetector, NothingRan) { EXPECT_EQ(detect({}).sentence, ""); }

TEST(ScheduleDetector, LayerByLayer) {
  const ScheduleReport schedule = detect({0, 1, 2});
  EXPECT_EQ(schedule.sentence, "3 layers ran once");
  ASSERT_EQ(schedule.steps.size(), 1U);
  EXPECT_EQ(schedule.steps[0].last_layer, 2U);
}

TEST(ScheduleDetector, PatchesThenTheRest) {
  const Sequence sequence = repeated({0, 1, 2, 3, 4}, 16, {5, 6, 7});
  EXPECT_EQ(detect(sequence).sentence, "layers 0-4 ran 16 times, then 3 layers once");
  const ScheduleReport schedule = detect(sequence, PatchGrid{4, 4});
  EXPECT_EQ(schedule.sentence, "layers 0-4 ran 16 times: 4x4 patches, then 3 layers once");
  ASSERT_EQ(schedule.steps.size(), 2U);
  EXPECT_EQ(schedule.steps[0].repeats, 16U);
  EXPECT_EQ(schedule.steps[0].patch_rows, 4U);
  EXPECT_EQ(schedule.steps[1].first_layer, 5U);
  EXPECT_EQ(schedule.steps[1].patch_rows, 0U);
}

TEST(ScheduleDetector, SeveralInferences) {
  EXPECT_EQ(detect(repeated({0, 1, 2}, 30)).sentence, "30 runs of the network, 3 layers in each");
  const Sequence one = repeated({0, 1}, 4, {2, 3});
  EXPECT_EQ(
      detect(repeated(one, 3), PatchGrid{2, 2}).sentence,
      "3 runs of the network, in each layers 0-1 ran 4 times: 2x2 patches, then 2 layers once");
}

TEST(ScheduleDetector, TwoPatchedStages) {
  Sequence sequence = repeated({0}, 1);
  const Sequence first = repeated({1, 2}, 4), second = repeated({3}, 9, {4});
  sequence.insert(sequence.end(), first.begin(), first.end());
  sequence.insert(sequence.end(), second.begin(), second.end());
  EXPECT_EQ(detect(sequence).sentence,
            "layer 0 ran once, then layers 1-2 4 times, then layer 3 9 times, then 1 layer once");
}

TEST(ScheduleDetector, AGridThatDoesNotFitIsNotClaimed) {
  EXPECT_EQ(detect(repeated({0, 1}, 6, {2}), PatchGrid{2, 2}).steps[0].patch_rows, 0U);
}

TEST(ScheduleDetector, NoOrder) {
  Sequence sequence;
  std::uint32_t state = 7;
  for (int i = 0; i < 4000; ++i) {
    state = state * 1664525 + 1013904223;
    sequence.push_back(state >> 28);
  }
  EXPECT_TRUE(detect(sequence).steps.empty());
}

}  // namespace
}  // namespace sramscope::profiler
