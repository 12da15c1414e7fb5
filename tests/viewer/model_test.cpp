// What the viewer knows, without a window.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/viewer/driver.h"
#include "ui/viewer/address_axis.h"
#include "ui/viewer/figures.h"
#include "ui/viewer/flame.h"
#include "ui/viewer/layer_table.h"
#include "ui/viewer/live_feed.h"
#include "ui/viewer/settings.h"
#include "ui/viewer/timeline_index.h"

namespace sramscope::viewer::testing {
namespace {

TEST(TimelineIndexTest, FindsTheHighestPointOfAnySpan) {
  std::mt19937 random(7);
  for (const std::size_t count : {1U, 7U, 8U, 9U, 64U, 65U, 1000U}) {
    std::vector<TimelinePoint> points;
    Cycles cycle = 0;
    for (std::size_t i = 0; i < count; ++i) {
      points.push_back({cycle, random() % 1000, {}});
      cycle += 1 + random() % 50;
    }
    const TimelineIndex index(points);
    for (int i = 0; i < 500; ++i) {
      const Cycles begin = random() % (cycle + 10);
      const Cycles end = begin + random() % (cycle + 10);
      std::uint64_t highest = 0;
      for (std::size_t p = 0; p < count; ++p) {
        const Cycles until = p + 1 < count ? points[p + 1].cycle : ~Cycles{0};
        if (points[p].cycle < std::max(end, begin + 1) && until > begin)
          highest = std::max(highest, points[p].live);
      }
      ASSERT_EQ(highest, points[index.highest(begin, end)].live)
          << count << ": " << begin << "-" << end;
    }
  }
}

TEST(DocumentTest, BarsAddUpToThePeaks) {
  for (const auto& document : {layerwise(), patched()}) {
    ASSERT_EQ(8U, document->bars.size());
    std::uint64_t highest = 0;
    for (const Bar& bar : document->bars) {
      std::uint64_t sum = 0;
      for (const std::uint64_t part : bar.parts) sum += part;
      EXPECT_EQ(bar.live_peak, sum) << bar.name;
      highest = std::max(highest, bar.live_peak);
    }
    EXPECT_EQ(document->report.memory.live_peak, highest);
  }
}

TEST(DocumentTest, ActivationsAreDividedByRole) {
  const Bar& bar = layerwise()->bars[2];
  const auto part = [&](Segment segment) { return bar.parts[static_cast<std::size_t>(segment)]; };
  EXPECT_GT(part(Segment::input), 0U);
  EXPECT_GT(part(Segment::output), 0U);
  EXPECT_EQ(640U, part(Segment::static_data));
  EXPECT_EQ(0U, part(Segment::activations)) << "every byte of the arena has a role here";
}

TEST(DocumentTest, ReportsWithoutATimelineShowThePeaksOfTheExecutions) {
  Report report = layerwise()->report;
  report.timeline.clear();
  const Document document = make_document(std::move(report), "");
  EXPECT_TRUE(document.timeline_is_coarse);
  const auto& index = document.timeline;
  const auto highest = index.points()[index.highest(0, document.report.total.cycles)];
  EXPECT_EQ(document.report.memory.live_peak, highest.live);
}

TEST(DocumentTest, LayersAreFoundByTheirTime) {
  const Document& document = *layerwise();
  for (const LayerExecution& execution : document.report.executions) {
    const std::size_t layer = execution.layer.value;
    if (!document.leaf[layer]) continue;
    EXPECT_EQ(layer, document.layer_at(execution.begin_cycle));
    EXPECT_EQ(layer, document.layer_at(execution.end_cycle - 1));
  }
  EXPECT_EQ(std::nullopt, document.layer_at(document.report.total.cycles + 1));
}

Document with_layers(const std::vector<std::string>& names) {
  Report report;
  for (const std::string& name : names) {
    LayerReport layer;
    layer.name = name;
    layer.id = {static_cast<std::uint32_t>(report.layers.size())};
    report.layers.push_back(layer);
  }
  return make_document(std::move(report), "");
}

TEST(PairsTest, WhatOnlyOneReportHasStandsBehindWhatPrecedesIt) {
  const Document a = with_layers({"one", "two", "three", "four"});
  const Document b = with_layers({"zero", "one", "extra", "three", "last"});
  std::vector<std::string> bars;
  for (const BarPair& pair : pair_bars(a, &b))
    bars.push_back(pair.name + (pair.a != nullptr ? "a" : "") + (pair.b != nullptr ? "b" : ""));
  EXPECT_EQ(
      (std::vector<std::string>{"zerob", "oneab", "extrab", "twoa", "threeab", "lastb", "foura"}),
      bars);
  std::vector<std::string> layers;
  for (const LayerPair& pair : pair_layers(a, b)) {
    layers.push_back((pair.a ? a.paths[*pair.a] : b.paths[*pair.b]) + (pair.a ? "a" : "") +
                     (pair.b ? "b" : ""));
  }
  EXPECT_EQ(bars, layers);
}

TEST(TableTest, SortsFiltersAndExports) {
  ViewerState state;
  state.open({layerwise()});
  const Table table = layer_table(state);
  TableView view;
  view.filter = "BLOCK2 depth";
  EXPECT_TRUE(ordered_rows(table, view).empty()) << "the filter looks at the name alone";
  view.filter = "depth";
  const auto depthwise = ordered_rows(table, view);
  EXPECT_EQ(7U, depthwise.size());

  view.filter.clear();
  const auto cycles = std::ranges::find(table.columns, "cycles", &Column::title);
  view.sort_column = static_cast<int>(cycles - table.columns.begin());
  view.descending = true;
  const auto rows = ordered_rows(table, view);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_GE(layerwise()->report.layers[rows[i - 1]].inclusive.cycles,
              layerwise()->report.layers[rows[i]].inclusive.cycles);
  }
  const std::string csv = to_csv(table, view);
  EXPECT_NE(std::string::npos,
            csv.find("," + std::to_string(layerwise()->report.total.cycles) + ","))
      << "figures are bare";
}

TEST(TableTest, CsvQuotesWhatNeedsIt) {
  Table table;
  table.columns = {{"a,b", "", false, 0, {}}, {"c", "", false, 0, {}}};
  table.rows = 1;
  table.cell = [](std::size_t, std::size_t column) {
    return text_cell(column == 0 ? "say \"hi\"" : "plain");
  };
  EXPECT_EQ("\"a,b\",c\r\n\"say \"\"hi\"\"\",plain\r\n", to_csv(table, {}));
}

TEST(FlameTest, ChildrenLieWithinTheirParents) {
  const Flame& flame = layerwise()->flame;
  EXPECT_EQ(layerwise()->report.total.cycles, flame.length);
  EXPECT_EQ(3U, flame.depth);
  for (const FlameNode& node : flame.nodes) {
    Cycles at = node.begin;
    for (const std::size_t child : node.children) {
      EXPECT_EQ(at, flame.nodes[child].begin);
      at += flame.nodes[child].length;
    }
    EXPECT_LE(at, node.begin + node.length);
  }
}

TEST(AddressAxisTest, GoesThereAndBack) {
  const auto bands = address_bands(layerwise()->report);
  ASSERT_EQ(2U, bands.size()) << "the arena and the stack are far apart";
  const Box box{0, 0, 100, 500};
  const AddressAxis axis(bands, box, 0, 1, 20);
  EXPECT_EQ(500, axis.y(bands[0].begin));
  EXPECT_NEAR(0, *axis.y(bands[1].end), 0.5);
  for (const Addr address : {bands[0].begin + 4000, bands[1].begin + 100})
    EXPECT_NEAR(address, *axis.address(*axis.y(address)), 512);
  EXPECT_FALSE(axis.y(bands[0].end + 100));
}

TEST(StateTest, TimeStaysWithinTheRun) {
  ViewerState state;
  state.open({layerwise()});
  const double whole = state.whole_time();
  state.zoom_time(0.5, 0);
  state.pan_time(-whole);
  EXPECT_EQ(0, state.time().begin);
  EXPECT_NEAR(whole / 2, state.time().length(), 1);
  state.pan_time(10 * whole);
  EXPECT_NEAR(whole, state.time().end, 1);
  EXPECT_NEAR(whole / 2, state.time().length(), 1);
  for (int i = 0; i < 200; ++i) state.zoom_time(0.5, whole / 3);
  EXPECT_GT(state.time().length(), 1);
  for (int i = 0; i < 200; ++i) state.zoom_time(2, whole / 3);
  EXPECT_EQ(0, state.time().begin);
  EXPECT_EQ(whole, state.time().end);
}

TEST(StateTest, ANewerStateOfTheRunKeepsTheSelection) {
  ViewerState state;
  state.open({layerwise()});
  state.select_peak();
  const auto layer = state.selection().layer;
  state.update(0, std::make_shared<const Document>(make_document(layerwise()->report, "")));
  EXPECT_EQ(layer, state.selection().layer);
  EXPECT_EQ(state.whole_time(), state.time().end);
}

TEST(SettingsTest, ComeBackAsTheyWere) {
  ViewerState state;
  state.theme = Theme::dark;
  state.scale = 1.5F;
  state.panel = Panel::layers;
  state.recent_files = {"/tmp/a report.json", "b.json"};
  const std::string text = settings_text(state, {1000, 700});
  ViewerState again;
  WindowPlace place;
  apply_settings(text, again, place);
  EXPECT_EQ(Theme::dark, again.theme);
  EXPECT_EQ(1.5F, again.scale);
  EXPECT_EQ(Panel::layers, again.panel);
  EXPECT_EQ(state.recent_files, again.recent_files);
  EXPECT_EQ(1000, place.width);
  EXPECT_EQ(text, settings_text(again, place));
}

TEST(SettingsTest, NonsenseChangesNothing) {
  ViewerState state;
  WindowPlace place;
  apply_settings("scale 99\nscale x\npanel nowhere\nwindow -1 5\nwhat\n\n", state, place);
  EXPECT_EQ(1, state.scale);
  EXPECT_EQ(Panel::overview, state.panel);
  EXPECT_EQ(1440, place.width);
}

TEST(LiveFeedTest, GivesTheNewestReportAndTellsTheEnd) {
  int ends[2];
  ASSERT_EQ(0, pipe(ends));
  LiveFeed feed(ends[0]);
  EXPECT_FALSE(feed.poll());
  Report small;
  small.total.cycles = 1;
  Report large = small;
  large.total.cycles = 2;
  ASSERT_TRUE(LiveFeed::send(ends[1], small));
  ASSERT_TRUE(LiveFeed::send(ends[1], large));
  auto news = feed.poll();
  ASSERT_TRUE(news && *news) << (news ? news->error().message : "nothing");
  EXPECT_EQ(2U, (*news)->total.cycles);
  EXPECT_FALSE(feed.ended());
  close(ends[1]);
  EXPECT_FALSE(feed.poll());
  EXPECT_TRUE(feed.ended());
}

TEST(FiguresTest, ReadAsPeopleWrite) {
  EXPECT_EQ("\u221260.0 %", change_text(100, 40));
  EXPECT_EQ("+9.1 %", change_text(1000, 1091));
  EXPECT_EQ("\u22480 %", change_text(100000, 100001));
  EXPECT_EQ("new", change_text(0, 5));
  EXPECT_EQ("gone", change_text(5, 0));
  EXPECT_EQ("1,234,567", grouped(1234567));
  EXPECT_EQ("999", grouped(999));
  EXPECT_EQ(20, nice_step(100, 6, 10));
  EXPECT_EQ(32, nice_step(100, 4, 2));
}

}  // namespace
}  // namespace sramscope::viewer::testing
