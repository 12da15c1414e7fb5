#include "profiler/format.h"

#include <gtest/gtest.h>

#include <string>

#include "profiler/report_facts.h"
#include "sramscope/report.h"
#include "tests/support/sample_report.h"

namespace sramscope::profiler {
namespace {

TEST(Format, Bytes) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(1023), "1023 B");
  EXPECT_EQ(bytes_text(1024), "1.00 kB");
  EXPECT_EQ(bytes_text(1956), "1.91 kB");
  EXPECT_EQ(bytes_text(10'239), "10.0 kB");
  EXPECT_EQ(bytes_text(308'634), "301.4 kB");
  EXPECT_EQ(bytes_text(1'048'575), "1.00 MB");
  EXPECT_EQ(bytes_text(3ULL << 30), "3072 MB");
}

TEST(Format, Counts) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(9'999), "9999");
  EXPECT_EQ(count_text(12'345), "12.3 k");
  EXPECT_EQ(count_text(999'949), "999.9 k");
  EXPECT_EQ(count_text(999'950), "1.00 M");
  EXPECT_EQ(count_text(38'210'000), "38.21 M");
  EXPECT_EQ(count_text(412'500'000), "412.5 M");
  EXPECT_EQ(count_text(1'250'000'000), "1.25 G");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(Format, RatiosAndChanges) {
  EXPECT_EQ(share_text(1, 3), "33.3 %");
  EXPECT_EQ(share_text(1, 0), "-");
  EXPECT_EQ(ratio_text(4, 3), "1.33");
  EXPECT_EQ(ratio_text(4, 0), "-");
  EXPECT_EQ(change_text(1000, 400), "-60.0 %");
  EXPECT_EQ(change_text(100, 109), "+9.0 %");
  EXPECT_EQ(change_text(5, 5), "0 %");
  EXPECT_EQ(change_text(0, 5), "-");
  EXPECT_EQ(change_text(1, 100), "+9900 %");
}

TEST(Format, TimesAndFrequencies) {
  EXPECT_EQ(time_text(38'210'000, 216'000'000), "176.9 ms");
  EXPECT_EQ(time_text(216'000'000, 216'000'000), "1.00 s");
  EXPECT_EQ(time_text(2'160, 216'000'000), "10.0 us");
  EXPECT_EQ(time_text(1, 0), "-");
  EXPECT_EQ(frequency_text(216'000'000), "216 MHz");
  EXPECT_EQ(frequency_text(32'768), "32.8 kHz");
  EXPECT_EQ(limit_text(256 << 10), "256 kB");
  EXPECT_EQ(limit_text(1000), "1000 B");
}

TEST(Format, Text) {
  EXPECT_EQ(width_of("a·b"), 3U);
  EXPECT_EQ(align_right("ab", 4), "  ab");
  EXPECT_EQ(align_left("·", 3), "·  ");
  EXPECT_EQ(shortened("depthwise", 9), "depthwise");
  EXPECT_EQ(shortened("depthwise_conv", 9), "depthw...");
  EXPECT_EQ(shortened("a\x1b[31m", 20), "a?[31m");
  EXPECT_EQ(wrapped("aa bb cc", 5, 2), "aa bb\n  cc\n");
  EXPECT_EQ(wrapped("", 5, 2), "\n");
}

TEST(Format, TableDropsItsLastColumns) {
  Table table;
  table.column("layer", Table::Align::left);
  table.column("one");
  table.column("two");
  table.row({"a", "1", "22222"});
  EXPECT_EQ(table.text(80, 1, Paint(false)), "layer  one    two\na        1  22222\n");
  EXPECT_EQ(table.text(16, 1, Paint(false)), "layer  one\na        1\n");
  EXPECT_EQ(table.text(3, 2, Paint(false)), "layer  one\na        1\n");
}

TEST(ReportFacts, PathsAndPeaks) {
  const Report report = sramscope::testing::layerwise_report();
  EXPECT_EQ(path_of(report, 4), "demo/block0/expand");
  EXPECT_EQ(depth_of(report, 4), 2U);
  EXPECT_EQ(peak_layer(report), 4U);
  EXPECT_EQ(enclosing_block(report, 4), 3U);
  EXPECT_EQ(enclosing_block(report, 0), 0U);
  EXPECT_EQ(peak_layer(Report{}), std::nullopt);
  EXPECT_EQ(stem_of("build/demo/net_layer.elf"), "net_layer");
  EXPECT_EQ(stem_of("net"), "net");
  EXPECT_EQ(stem_of("a/.hidden"), ".hidden");
  EXPECT_EQ(counted(1, "layer"), "1 layer");
  EXPECT_EQ(counted(31, "layer"), "31 layers");
}

}  // namespace
}  // namespace sramscope::profiler
