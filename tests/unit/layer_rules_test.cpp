#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "profiler/embedded_rules.h"
#include "profiler/layer_rule.h"

namespace sramscope::profiler {
namespace {

using ::testing::HasSubstr;

TEST(LayerRules, EveryCompiledInRuleCanBeRead) {
  for (const EmbeddedFile& file : embedded_rules()) {
    const auto rule = rule_from_json(file.text, std::string(file.name), std::string(file.name));
    EXPECT_TRUE(rule.ok()) << (rule.ok() ? "" : rule.error().message);
  }
  EXPECT_EQ(built_in_rules().size(), embedded_rules().size());
  EXPECT_GE(built_in_rules().size(), 9U);
}

TEST(LayerRules, TheMostSpecialRuleIsTriedFirst) {
  const auto& rules = built_in_rules();
  for (std::size_t i = 1; i < rules.size(); ++i) {
    EXPECT_GE(rules[i - 1].priority, rules[i].priority) << rules[i].name;
  }
  EXPECT_EQ(rules.front().name, "tflm") << "its kernels may be CMSIS-NN's";
}

TEST(LayerRules, PatternsMatchPlainAndMangledNames) {
  const Pattern pattern{{"tml_*", "ns::run"}};
  EXPECT_TRUE(pattern.matches("tml_conv2d"));
  EXPECT_TRUE(pattern.matches("tml_conv2d.constprop.0"));
  EXPECT_TRUE(pattern.matches("_ZN2ns3runEi")) << "ns::run(int)";
  EXPECT_FALSE(pattern.matches("xtml_conv2d"));
  EXPECT_FALSE(Pattern{}.matches(""));
}

TEST(LayerRules, PlainNames) {
  EXPECT_EQ(plain_name("conv2d.constprop.0.isra.0"), "conv2d");
  EXPECT_EQ(plain_name("_ZN6tflite16MicroInterpreter6InvokeEv"),
            "tflite::MicroInterpreter::Invoke");
  EXPECT_EQ(plain_name(".hidden"), ".hidden");
  EXPECT_EQ(plain_name("main"), "main");
}

TEST(LayerRules, MistakesNameTheirPlace) {
  const auto message = [](const char* json) {
    const auto rule = rule_from_json(json, "mine.json", "mine");
    return rule.ok() ? std::string() : rule.error().message;
  };
  EXPECT_THAT(message("[]"), HasSubstr("layer rule mine.json: expected an object"));
  EXPECT_THAT(message(R"({"engine": "x", "callee": "f", "calls": "never"})"),
              HasSubstr("calls: expected"));
  EXPECT_THAT(message(R"({"engine": "x", "calls": "region"})"), HasSubstr("region: needed"));
  EXPECT_THAT(message(R"({"engine": "x", "callee": "f", "requires": "y"})"),
              HasSubstr("requires: expected a list of strings"));
  EXPECT_THAT(message(R"({"engine": "x", "callee": "f", "operator_names": {"argument": "r1"}})"),
              HasSubstr("operator_names.registration_offsets"));
  EXPECT_EQ(message(R"({"engine": "x", "callee": "f", "_": "a comment"})"), "");
}

}  // namespace
}  // namespace sramscope::profiler
