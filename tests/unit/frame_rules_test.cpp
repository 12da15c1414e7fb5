#include "sim/frame_rules.h"

#include <gtest/gtest.h>

#include <vector>

namespace sramscope::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Where = FrameRule::Where;

/// What GCC puts in front of every function for Arm: CFA is SP.
const Bytes kCommon = {0x0c, 13, 0};

FrameProgram program(const Bytes& instructions) {
  return {0x1000, 0x1100, kCommon, instructions, 2, -4, 14};
}

TEST(FrameRules, FollowAPushAndTheRoomForLocals) {
  // push {r4, lr}; sub sp, #24
  const Bytes bytes = {0x41, 0x0e, 8, 0x84, 2, 0x8e, 1, 0x42, 0x0e, 32};
  const auto at_start = frame_rule_at(program(bytes), 0x1000);
  ASSERT_TRUE(at_start);
  EXPECT_EQ(at_start->cfa_register, 13u);
  EXPECT_EQ(at_start->cfa_offset, 0);
  EXPECT_EQ(at_start->registers[14].where, Where::same);
  const auto pushed = frame_rule_at(program(bytes), 0x1002);
  ASSERT_TRUE(pushed);
  EXPECT_EQ(pushed->cfa_offset, 8);
  EXPECT_EQ(pushed->registers[4].where, Where::memory);
  EXPECT_EQ(pushed->registers[4].offset, -8);
  EXPECT_EQ(pushed->registers[14].offset, -4);
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1005)->cfa_offset, 8);
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1006)->cfa_offset, 32);
}

TEST(FrameRules, AnEarlyReturnIsTakenBack) {
  const Bytes bytes = {0x41, 0x0e, 8, 0x8e, 1, 0x42, 0x0a, 0xce, 0x0e, 0, 0x41, 0x0b};
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1006)->cfa_offset, 0);
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1006)->registers[14].where, Where::same) << "restored";
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1008)->cfa_offset, 8);
  EXPECT_EQ(frame_rule_at(program(bytes), 0x1008)->registers[14].where, Where::memory);
}

TEST(FrameRules, OtherForms) {
  const Bytes bytes = {0x0d, 7,    0x14, 5,  2, 0x09, 4,    6,    0x07, 8, 0x11,
                       9,    0x7f, 0x16, 10, 2, 0xaa, 0xbb, 0x05, 11,   3};
  const auto rule = frame_rule_at(program(bytes), 0x1000);
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->cfa_register, 7u);
  EXPECT_EQ(rule->registers[5].where, Where::value);
  EXPECT_EQ(rule->registers[5].offset, -8);
  EXPECT_EQ(rule->registers[4].where, Where::other);
  EXPECT_EQ(rule->registers[4].offset, 6);
  EXPECT_EQ(rule->registers[8].where, Where::unknown);
  EXPECT_EQ(rule->registers[9].offset, 4) << "-1 times -4";
  EXPECT_EQ(rule->registers[10].where, Where::unknown) << "an expression";
  EXPECT_EQ(rule->registers[11].offset, -12);
}

TEST(FrameRules, BrokenOnesGiveNothing) {
  for (const Bytes& bytes :
       {Bytes{0x0e}, Bytes{0x0b}, Bytes{0x0f, 1, 0x30}, Bytes{0x3f, 0}, Bytes{0x0d, 77},
        Bytes{0x0e, 0x80}, Bytes{0x16, 4, 9, 1}, Bytes{0x04, 1, 2}}) {
    EXPECT_FALSE(frame_rule_at(program(bytes), 0x10ff)) << unsigned{bytes[0]};
  }
}

}  // namespace
}  // namespace sramscope::sim
