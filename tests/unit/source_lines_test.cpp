#include "sim/source_lines.h"

#include <gtest/gtest.h>

#include <vector>

namespace sramscope {
namespace {

Image image_with_lines() {
  Image image;
  image.debug = make_debug_info(
      {{"/home/me/net/kernels/conv.c", "main.c"},
       {{0x100, 0, 118}, {0x108, 0, 119}, {0x110, 1, 7}, {0x114, 0, 0}, {0x200, 1, 9}}});
  return image;
}

TEST(SourceLines, ALineReachesToTheNext) {
  const Image image = image_with_lines();
  EXPECT_FALSE(image.line_at(0xfe));
  EXPECT_EQ(image.line_at(0x100)->line, 118u);
  EXPECT_EQ(image.line_at(0x106)->line, 118u);
  EXPECT_EQ(image.line_at(0x108)->line, 119u);
  EXPECT_EQ(image.line_at(0x112)->file, "main.c");
  EXPECT_FALSE(image.line_at(0x114)) << "a gap";
  EXPECT_EQ(image.line_at(0x4000)->line, 9u);
  EXPECT_EQ(image.lines().rows.size(), 5u);
}

TEST(SourceLines, PathsAreShownShort) {
  EXPECT_EQ((SourceLine{"/home/me/net/kernels/conv.c", 118}.describe()), "kernels/conv.c:118");
  EXPECT_EQ((SourceLine{"kernels/conv.c", 118}.describe()), "kernels/conv.c:118");
  EXPECT_EQ((SourceLine{"conv.c", 1}.describe()), "conv.c:1");
  EXPECT_EQ((SourceLine{"/conv.c", 1}.describe()), "/conv.c:1");
}

TEST(SourceLines, WithoutDebugInformationThereAreNone) {
  const Image image;
  EXPECT_FALSE(image.line_at(0x100));
  EXPECT_TRUE(image.lines().rows.empty());
  EXPECT_TRUE(image.inlined_at(0x100).empty());
}

TEST(SourceLines, AFileThatIsNoElfHasNone) {
  const DebugInfo debug(std::vector<std::uint8_t>(100, 0x7f));
  EXPECT_TRUE(debug.lines().rows.empty());
  EXPECT_TRUE(debug.inlined_at(0, 4).empty());
  EXPECT_FALSE(debug.frame_rule_at(0));
}

/// A unit of version 3 without directories and files.
std::vector<std::uint8_t> line_unit(std::vector<std::uint8_t> program) {
  std::vector<std::uint8_t> unit = {3, 0, 12, 0, 0, 0, 2, 1, 0xfb, 14, 10, 0, 1, 1, 1, 1, 0, 0};
  // opcode_base 10: nine lengths, then two empty tables
  unit = {3, 0, 17, 0, 0, 0, 2, 1, 0xfb, 14, 10, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0};
  unit[2] = static_cast<std::uint8_t>(unit.size() - 6);
  unit.insert(unit.end(), program.begin(), program.end());
  std::vector<std::uint8_t> all = {static_cast<std::uint8_t>(unit.size()), 0, 0, 0};
  all.insert(all.end(), unit.begin(), unit.end());
  return all;
}

TEST(DiscardedLines, OnlyTheirAddressesAreMoved) {
  const std::vector<std::uint8_t> program = {0,    5, 2, 0, 0, 0, 0,    9,    0x00, 0x05, 2, 0x80,
                                             0x01, 0, 1, 1, 0, 5, 2,    0x40, 0,    0,    8, 0x1f,
                                             0,    1, 1, 0, 5, 2, 0xff, 0xff, 0xff, 0xff};
  auto bytes = line_unit(program);
  const auto second = line_unit({0, 5, 2, 0, 0, 0, 0});
  bytes.insert(bytes.end(), second.begin(), second.end());
  sim::move_discarded_lines(bytes);
  auto moved = program;
  const std::vector<std::uint8_t> far = {0, 0, 0xf0, 0xff};
  std::copy(far.begin(), far.end(), moved.begin() + 3);
  std::copy(far.begin(), far.end(), moved.end() - 4);
  auto expected = line_unit(moved);
  const auto expected_second = line_unit({0, 5, 2, 0, 0, 0xf0, 0xff});
  expected.insert(expected.end(), expected_second.begin(), expected_second.end());
  EXPECT_EQ(bytes, expected);
}

TEST(DiscardedLines, AnythingElseIsLeftAloneAndNeverReadBeyond) {
  const auto good = line_unit({0, 5, 2, 0, 0, 0, 0, 9, 0, 0, 2, 0x80});
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::vector<std::uint8_t> cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    sim::move_discarded_lines(cut);
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
      auto broken = good;
      broken[at] = static_cast<std::uint8_t>(broken[at] ^ flip);
      sim::move_discarded_lines(broken);
    }
  }
}

}  // namespace
}  // namespace sramscope
