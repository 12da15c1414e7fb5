#include "sim/layer_tracker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sramscope::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using What = LayerPoint::What;

/// Plays a core to a tracker; events come back as "+name" and "-name".
class Core {
 public:
  explicit Core(LayerPlan plan, std::map<Addr, std::uint32_t> memory = {})
      : tracker(
            std::move(plan),
            [memory](Addr address) -> std::optional<std::uint32_t> {
              const auto found = memory.find(address);
              if (found == memory.end()) return std::nullopt;
              return found->second;
            },
            [](Addr function) { return "at " + std::to_string(function); }) {}

  std::vector<std::string> call(Addr site, Addr stack, Addr target, std::uint32_t argument = 0) {
    LayerTracker::Here here{.address = site, .stack = stack, .return_address = site + 4};
    here.links = true;
    here.target = target;
    here.arguments[1] = argument;
    return names(tracker.reach(here, true));
  }
  std::vector<std::string> jump(Addr site, Addr stack, Addr target, Addr return_address) {
    LayerTracker::Here here{.address = site, .stack = stack, .return_address = return_address};
    here.target = target;
    return names(tracker.reach(here, true));
  }
  std::vector<std::string> at(Addr address, Addr stack, std::uint32_t r0 = 0,
                              std::uint32_t r2 = 0) {
    LayerTracker::Here here{.address = address, .stack = stack, .return_address = 0};
    here.target = address;
    here.arguments[0] = r0;
    here.arguments[2] = r2;
    return names(tracker.reach(here, false));
  }
  std::vector<std::uint64_t> keys;
  LayerTracker tracker;

 private:
  std::vector<std::string> names(const std::vector<LayerTracker::Event>& events) {
    std::vector<std::string> text;
    for (const auto& event : events) {
      text.push_back((event.is_begin ? "+" : "-") + event.name);
      if (event.is_begin) keys.push_back(event.key);
    }
    return text;
  }
};

LayerPlan direct_calls() {
  LayerPlan plan;
  plan.points = {{0x100, What::call, 0x1000, "conv"}, {0x110, What::call, 0x2000, "add"}};
  return plan;
}

TEST(LayerTracker, ACallIsALayerUntilItReturns) {
  Core core(direct_calls());
  EXPECT_THAT(core.call(0x100, 500, 0x1000), ElementsAre("+conv"));
  EXPECT_FALSE(core.tracker.take_new_places()) << "the return address follows from the plan";
  EXPECT_EQ(core.tracker.path(), "conv");
  EXPECT_THAT(core.at(0x104, 400), IsEmpty()) << "a deeper call of the same code, as in recursion";
  EXPECT_THAT(core.at(0x104, 500), ElementsAre("-conv"));
  EXPECT_THAT(core.call(0x110, 500, 0x2000), ElementsAre("+add"));
  EXPECT_THAT(core.keys, ElementsAre(0x100, 0x110));
}

TEST(LayerTracker, ATailCallEndsWithTheCallItReplaces) {
  Core core(direct_calls());
  core.call(0x100, 500, 0x1000);
  EXPECT_THAT(core.jump(0x110, 500, 0x2000, 0x104), ElementsAre("+add"));
  EXPECT_EQ(core.tracker.path(), "conv/add");
  EXPECT_FALSE(core.tracker.take_new_places());
  core.jump(0x110, 500, 0x2000, 0x904);
  EXPECT_TRUE(core.tracker.take_new_places()) << "blocks have to learn this return address";
  EXPECT_THAT(core.at(0x904, 500), ElementsAre("-add"));
  EXPECT_THAT(core.at(0x104, 500), ElementsAre("-add", "-conv"));
}

TEST(LayerTracker, LayersThatNeverReturnAreClosed) {
  Core core(direct_calls());
  core.call(0x100, 500, 0x1000);
  EXPECT_THAT(core.call(0x110, 500, 0x2000), ElementsAre("-conv", "+add")) << "back in one frame";
  EXPECT_THAT(core.call(0x100, 600, 0x1000), ElementsAre("-add", "+conv")) << "back further up";
}

TEST(LayerTracker, OrdinalsStartAnewWithEachRunOfTheContainer) {
  LayerPlan plan = direct_calls();
  plan.key = LayerKey::ordinal;
  plan.points.push_back({0x80, What::container, {}, ""});
  Core core(plan);
  for (int run = 0; run < 2; ++run) {
    core.at(0x80, 520);
    for (int i = 0; i < 3; ++i) {
      core.call(0x100, 500, 0x1000);
      core.at(0x104, 500);
    }
  }
  EXPECT_THAT(core.keys, ElementsAre(1, 2, 3, 1, 2, 3));
}

LayerPlan interpreter() {
  LayerPlan plan;
  plan.points = {{0x100, What::call, {}, ""}};
  plan.key = LayerKey::argument;
  plan.key_argument = 1;
  plan.excluded = {0x3000};
  plan.callees = {{0x1000, "conv"}};
  OperatorNames names;
  names.argument = 1;
  names.registration_offsets = {28, 24};
  names.function_offset = 12;
  names.code_offset = 20;
  names.custom_code = 1;
  names.custom_name_offset = 24;
  names.names = {"ADD", "CUSTOM", "POOL"};
  plan.operator_names = names;
  return plan;
}

TEST(LayerTracker, OperatorsAreNamedByTheirRegistration) {
  // Node 0x5000 has its registration at +24 (what is at +28 does not hold the function).
  Core core(interpreter(), {{0x501c, 0x7000},
                            {0x700c, 0x9999},
                            {0x5018, 0x6000},
                            {0x600c, 0x1001},
                            {0x6014, 2},
                            {0x811c, 0x8200},
                            {0x820c, 0x1001},
                            {0x8214, 1},
                            {0x8218, 0x8300},
                            {0x8300, 0x79000000 + 0x00004d}});
  EXPECT_THAT(core.call(0x100, 500, 0x1000, 0x5000), ElementsAre("+POOL"));
  core.at(0x102 + 2, 500);
  EXPECT_THAT(core.call(0x100, 500, 0x1000, 0x8100), ElementsAre("+M")) << "custom: up to its NUL";
  core.at(0x104, 500);
  EXPECT_THAT(core.call(0x100, 500, 0x1000, 0x4000), ElementsAre("+conv")) << "by its symbol";
  core.at(0x104, 500);
  EXPECT_THAT(core.call(0x100, 500, 0x4000, 0x4000), ElementsAre("+at 16384"));
  core.at(0x104, 500);
  EXPECT_THAT(core.call(0x100, 500, 0x3000, 0x4000), IsEmpty()) << "excluded";
  EXPECT_THAT(core.keys, ElementsAre(0x5000, 0x8100, 0x4000, 0x4000));
}

TEST(LayerTracker, RegionsLastUntilTheirEnd) {
  LayerPlan plan = direct_calls();
  plan.points.push_back({0x10, What::region_begin, {}, "measured"});
  plan.points.push_back({0x20, What::region_end, {}, ""});
  Core core(plan);
  EXPECT_THAT(core.at(0x20, 500), IsEmpty());
  EXPECT_THAT(core.at(0x10, 500), ElementsAre("+measured"));
  core.call(0x100, 600, 0x1000);
  EXPECT_THAT(core.at(0x20, 700), ElementsAre("-conv", "-measured"));
}

TEST(LayerTracker, PatchesFormAGrid) {
  LayerPlan plan = direct_calls();
  plan.points.push_back({0x80, What::container, {}, ""});
  plan.patches = PatchArguments{0x80, 0, 2};
  Core core(plan);
  EXPECT_FALSE(core.tracker.patches().has_value());
  for (unsigned inference = 0; inference < 2; ++inference) {
    for (unsigned row = 0; row < 4; ++row) {
      for (unsigned column = 0; column < 3; ++column) core.at(0x80, 500, row == 0, column == 0);
    }
  }
  ASSERT_TRUE(core.tracker.patches().has_value());
  EXPECT_EQ(core.tracker.patches()->rows, 4U);
  EXPECT_EQ(core.tracker.patches()->columns, 3U);
}

}  // namespace
}  // namespace sramscope::sim
