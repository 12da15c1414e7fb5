#include <gtest/gtest.h>

#include <vector>

#include "sramscope/disassemble.h"

namespace sramscope {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::string text(const Bytes& code, Addr address = 0) {
  const Disassembly out = disassemble(code, address);
  return out.mnemonic + (out.operands.empty() ? "" : " " + out.operands);
}

TEST(Disassemble, NarrowAndWideInstructions) {
  EXPECT_EQ(text({0x48, 0x68}), "ldr r0, [r1, #4]");
  EXPECT_EQ(disassemble(Bytes{0x48, 0x68}, 0).size, 2u);
  EXPECT_EQ(text({0x01, 0xfb, 0x02, 0xf0}), "mul r0, r1, r2");
  EXPECT_EQ(disassemble(Bytes{0x01, 0xfb, 0x02, 0xf0}, 0).size, 4u);
}

TEST(Disassemble, BranchTargetsFollowFromTheAddress) {
  EXPECT_EQ(text({0xfe, 0xe7}, 0x08000100), "b #0x8000100");
}

TEST(Disassemble, ProfileMSystemRegisters) {
  EXPECT_EQ(text({0xef, 0xf3, 0x10, 0x80}), "mrs r0, primask");
}

TEST(Disassemble, FloatingPoint) {
  EXPECT_EQ(text({0x31, 0xee, 0x00, 0x0a}), "vadd.f32 s0, s2, s0");
  EXPECT_EQ(text({0x00, 0xfe, 0x81, 0x0a}), "vseleq.f32 s0, s1, s2") << "FPv5";
}

TEST(Disassemble, OnlyTheFirstInstructionIsLookedAt) {
  EXPECT_EQ(disassemble(Bytes{0x00, 0xbf, 0xff, 0xff, 0xff, 0xff}, 0).mnemonic, "nop");
}

TEST(Disassemble, NoInstructionGivesSizeZero) {
  EXPECT_EQ(disassemble(Bytes{}, 0).size, 0u);
  EXPECT_EQ(disassemble(Bytes{0x48}, 0).size, 0u);
  EXPECT_EQ(disassemble(Bytes{0x01, 0xfb}, 0).size, 0u) << "half of a wide instruction";
  EXPECT_EQ(disassemble(Bytes{0xff, 0xff, 0xff, 0xff}, 0).size, 0u);
  EXPECT_EQ(disassemble(Bytes{0xff, 0xff, 0xff, 0xff}, 0).mnemonic, "");
}

TEST(Disassemble, AnItBlockLeavesNoTraceInTheNextCall) {
  EXPECT_EQ(text({0x08, 0xbf}), "it eq");
  EXPECT_EQ(text({0x08, 0x46}), "mov r0, r1");
}

}  // namespace
}  // namespace sramscope
