#include "ui/cli/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sramscope::cli {
namespace {

TEST(CliText, CountsHaveFourDigitsAndAPrefix) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(9999), "9999");
  EXPECT_EQ(format_count(10'000), "10.00 k");
  EXPECT_EQ(format_count(25'314'159), "25.31 M");
  EXPECT_EQ(format_count(999'900'000), "999.9 M");
  EXPECT_EQ(format_count(999'960'000), "1.000 G");
  EXPECT_EQ(format_count(~std::uint64_t{0}), "18.45 E");
}

TEST(CliText, SecondsChooseTheirUnit) {
  EXPECT_EQ(format_seconds(0), "0 s");
  EXPECT_EQ(format_seconds(0.0000314159), "31.42 us");
  EXPECT_EQ(format_seconds(0.2109), "210.9 ms");
  EXPECT_EQ(format_seconds(12.5), "12.50 s");
}

TEST(CliText, KilobytesAre1024) {
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(320 * 1024), "320.0 kB");
  EXPECT_EQ(format_bytes(1024 * 1024), "1.0 MB");
}

TEST(CliText, ReadsCountsWithDecimalPrefixes) {
  EXPECT_EQ(*parse_count("0"), 0U);
  EXPECT_EQ(*parse_count("5000000"), 5'000'000U);
  EXPECT_EQ(*parse_count("5M"), 5'000'000U);
  EXPECT_EQ(*parse_count("1.5g"), 1'500'000'000U);
  EXPECT_EQ(*parse_count("0x100"), 256U);
  for (const char* bad : {"", "M", "-1", "5X", "5MM", "5 M", "0x", "0xZ", "1e5", "nan", "1e99G",
                          "99999999999999999999"}) {
    EXPECT_FALSE(parse_count(bad)) << bad;
  }
  EXPECT_EQ(parse_count("x").error().message, "expected a count like 5000000 or 5M, got \"x\"");
}

TEST(CliText, ReadsSizesWithPrefixesOf1024) {
  EXPECT_EQ(*parse_bytes("262144"), 262144U);
  EXPECT_EQ(*parse_bytes("256K"), 262144U);
  EXPECT_EQ(*parse_bytes("256kB"), 262144U);
  EXPECT_EQ(*parse_bytes("1M"), 1048576U);
  EXPECT_EQ(*parse_bytes("100B"), 100U);
  EXPECT_FALSE(parse_bytes("B256"));
}

TEST(CliText, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> commands{"run", "compare", "boards"};
  EXPECT_EQ(nearest("rnu", commands), "run");
  EXPECT_EQ(nearest("rum", commands), "run");
  EXPECT_EQ(nearest("compair", commands), "compare");
  EXPECT_EQ(nearest("board", commands), "boards");
  EXPECT_EQ(nearest("fly", commands), "");
  EXPECT_EQ(nearest("x", commands), "");
  EXPECT_EQ(nearest("run", {}), "");
}

}  // namespace
}  // namespace sramscope::cli
