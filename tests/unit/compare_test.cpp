#include "sramscope/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/sample_report.h"

namespace sramscope {
namespace {

using sramscope::testing::layerwise_report;
using sramscope::testing::patched_report;
using sramscope::testing::ReportBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::uint64_t kLimit = 256 << 10;
constexpr TextStyle kWide{.width = 160, .colour = false};

std::vector<std::string> names(const Comparison& comparison) {
  std::vector<std::string> result;
  for (const BlockComparison& block : comparison.blocks) {
    result.push_back(block.name);
  }
  return result;
}

TEST(Compare, BlocksStandSideBySide) {
  const Comparison c = compare(layerwise_report(), patched_report());
  EXPECT_EQ(c.title_a, "demo_layer");
  EXPECT_EQ(c.title_b, "demo_patch");
  EXPECT_TRUE(c.same_output);
  ASSERT_THAT(names(c), ElementsAre("stem", "block0", "block1", "head"));
  EXPECT_EQ(c.blocks[1].a.live_peak, 308'634U);
  EXPECT_EQ(c.blocks[1].b.live_peak, 67'584U);
  EXPECT_EQ(c.blocks[1].a.executions, 1U);
  EXPECT_EQ(c.blocks[1].b.executions, 4U);
  EXPECT_EQ(c.blocks[1].b.cycles, 4U * 5'660'000U);
}

TEST(Compare, SaysWhatChangedAndWhereItWent) {
  const std::string text = to_text(compare(layerwise_report(), patched_report()), kWide, kLimit);
  EXPECT_THAT(text,
              HasSubstr("demo_patch runs stem and block0 4 times (patches), demo_layer once.\n"));
  EXPECT_THAT(text,
              HasSubstr("peak SRAM 308,634 -> 123,904 B (-59.9 %): was set by block0 (expand), "
                        "now by block1 (expand).\n"));
  EXPECT_THAT(text, HasSubstr("cycles 38.21 M -> 41.24 M (+7.9 %): +3.03 M in stem and block0 "
                              "(halo and calls: +11.8 %), the rest is the same.\n"));
  EXPECT_THAT(text, HasSubstr("outputs            identical (FNV 5d7b8c9f)\n"));
  EXPECT_THAT(text, Not(HasSubstr("warning")));
}

TEST(Compare, TheOtherWayRoundReadsAsWell) {
  const std::string text = to_text(compare(patched_report(), layerwise_report()), kWide, kLimit);
  EXPECT_THAT(text,
              HasSubstr("demo_patch runs stem and block0 4 times (patches), demo_layer once.\n"));
  EXPECT_THAT(text, HasSubstr("(+149.1 %): was set by block1 (expand), now by block0 (expand)."));
  EXPECT_THAT(text, HasSubstr("-3.03 M in stem and block0"));
}

TEST(Compare, ARunWithItselfShowsNoChange) {
  const std::string text = to_text(compare(layerwise_report(), layerwise_report()), kWide, kLimit);
  EXPECT_THAT(text, HasSubstr("demo_layer (a)"));
  EXPECT_THAT(text, HasSubstr("(0 %): set by block0 (expand) in both."));
  EXPECT_THAT(text, Not(HasSubstr("patches")));
}

TEST(Compare, BarsMarkWhatExceedsTheLimit) {
  const Comparison c = compare(layerwise_report(), patched_report());
  const std::string text = to_text(c, kWide, 308'633);
  std::vector<std::string> lines;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos;
       at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  EXPECT_THAT(lines[3], HasSubstr("301.4 kB !"));  // one byte too many, to be seen
  EXPECT_THAT(lines[3], HasSubstr("#|#"));
  EXPECT_THAT(lines[2], Not(HasSubstr("!")));
  EXPECT_THAT(to_text(c, kWide, 308'634), Not(HasSubstr("!")));
  EXPECT_THAT(to_text(c, kWide, 308'634), Not(HasSubstr("#|#")));
  EXPECT_THAT(to_text(c, kWide, 0), Not(HasSubstr("|")));
  EXPECT_THAT(to_text(c, kWide, 0), Not(HasSubstr("fits")));
}

TEST(Compare, NoLineOfTheChartIsWiderThanTheTerminal) {
  const Comparison c = compare(layerwise_report(), patched_report());
  for (unsigned width = 60; width < 140; ++width) {
    const std::string text = to_text(c, {.width = width, .colour = false}, kLimit);
    std::size_t at = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
      EXPECT_LE(end - at, width) << text.substr(at, end - at);
      at = end + 1;
    }
  }
}

TEST(Compare, WithoutBlocksLeafLayersAreCompared) {
  ReportBuilder a("a.elf");
  a.open(LayerKind::network, "one").layer("conv", 100, 10).layer("dense", 50, 20).close();
  ReportBuilder b("b.elf");
  b.open(LayerKind::network, "two")
      .layer("conv", 90, 10)
      .layer("pool", 5, 3)
      .layer("dense", 50, 8)
      .close();
  const Comparison c = compare(a.report(), b.report());
  EXPECT_THAT(names(c), ElementsAre("conv", "pool", "dense"));
  EXPECT_FALSE(c.blocks[1].a.present);
  EXPECT_TRUE(c.blocks[1].b.present);
  EXPECT_THAT(to_text(c, kWide, 0), HasSubstr("-"));
}

TEST(Compare, NestedBlocksAreNotCountedTwice) {
  const auto build = [](const char* path, int patches, Cycles cycles) {
    ReportBuilder r(path);
    r.open(LayerKind::block, "stage");
    for (int i = 0; i < patches; ++i) {
      r.open(LayerKind::block, "b0").layer("conv", cycles, 10).close();
    }
    return r.close().report();
  };
  const std::string text =
      to_text(compare(build("a.elf", 1, 1000), build("b.elf", 4, 300)), kWide, 0);
  EXPECT_THAT(text, HasSubstr("+200 in b0 (halo and calls: +20.0 %), the rest is the same."));
}

TEST(Compare, CaveatsAreSpelledOut) {
  Report b = layerwise_report();
  b.provenance.board = "mps2-an386";
  b.provenance.clock_hz = 25'000'000;
  b.provenance.cycle_model_version = "4";
  b.console_fnv1a = "00000000";
  b.partial = true;
  b.stop.kind = StopKind::fault;
  const Comparison c = compare(layerwise_report(), b);
  const std::string text = to_text(c, kWide, 0);
  EXPECT_THAT(text, HasSubstr("demo_layer on mps2-an386"));
  EXPECT_THAT(text,
              HasSubstr("warning: different boards: stm32f746g-disco (cortex-m7) and mps2-an386"));
  EXPECT_THAT(text, HasSubstr("warning: different clocks: 216000000 Hz and 25000000 Hz."));
  EXPECT_THAT(text, HasSubstr("different cycle models"));
  EXPECT_THAT(text, HasSubstr("is a partial run: it ended by "));
  EXPECT_THAT(text, HasSubstr("DIFFERENT (FNV 5d7b8c9f and 00000000)"));
}

TEST(Compare, EmptyReportsCompareToo) {
  const std::string text = to_text(compare(Report{}, Report{}), kWide, kLimit);
  EXPECT_THAT(text, HasSubstr("peak SRAM 0 -> 0 B (0 %).\n"));
  EXPECT_THAT(text, HasSubstr("nothing printed"));
}

TEST(Compare, JsonHasTheSameFigures) {
  const auto json = nlohmann::json::parse(to_json(compare(layerwise_report(), patched_report())));
  EXPECT_EQ(json["a"]["title"], "demo_layer");
  EXPECT_EQ(json["b"]["live_peak_bytes"], 123'904);
  EXPECT_EQ(json["b"]["live_peak_place"], "block1 (expand)");
  EXPECT_EQ(json["blocks"][0]["b"]["executions"], 4);
  EXPECT_EQ(json["repeated_blocks"], (std::vector<std::string>{"stem", "block0"}));
  EXPECT_EQ(json["everything_else_total"]["a_cycles"], json["everything_else_total"]["b_cycles"]);
  EXPECT_TRUE(json["same_output"]);
}

}  // namespace
}  // namespace sramscope
