// What ARMv8-M adds, and what coprocessors are, on the whole machine: stack limits, Non-secure
// registers, TT, NOCP.

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "sramscope/board.h"
#include "sramscope/image.h"
#include "sramscope/machine.h"

namespace sramscope {
namespace {

constexpr Addr kStackTop = 0x20001000;
constexpr Addr kCode = 0x40;
constexpr Addr kFrame = 32;  // bytes that the entry of HardFault pushes

void append_word(Segment& segment, std::uint32_t word) {
  for (int i = 0; i < 4; ++i) segment.bytes.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
}

/// A vector table with nothing but the reset vector, then `halfwords` of code at 0x40.
Image image_of(std::initializer_list<std::uint16_t> halfwords) {
  Segment flash;
  append_word(flash, kStackTop);
  append_word(flash, kCode | 1);
  flash.bytes.resize(kCode);
  for (const std::uint16_t halfword : halfwords) {
    flash.bytes.push_back(static_cast<std::uint8_t>(halfword));
    flash.bytes.push_back(static_cast<std::uint8_t>(halfword >> 8));
  }
  flash.memory_size = static_cast<std::uint32_t>(flash.bytes.size());
  flash.executable = true;
  Image image;
  image.segments = {flash};
  image.entry = kCode;
  image.vector_table = 0;
  image.initial_sp = kStackTop;
  return image;
}

struct Ending {
  Stop stop;
  std::uint32_t sp = 0, r1 = 0, r2 = 0;
};

Ending run(const std::string& core, std::initializer_list<std::uint16_t> halfwords) {
  const std::string json =
      R"({"name": "test", "core": ")" + core + R"(", "clock_mhz": 1, "regions": [
      {"name": "ROM", "kind": "flash", "base": "0x00000000", "size": "4K"},
      {"name": "RAM", "kind": "sram", "base": "0x20000000", "size": "4K"}]})";
  const auto board = parse_board(json, "test");
  EXPECT_TRUE(board.ok()) << board.error().message;
  auto machine = Machine::create(*board, image_of(halfwords), {});
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  Limits limits;
  limits.max_instructions = 100;
  Ending result;
  result.stop = machine->run(limits, nullptr).stop;
  result.sp = machine->core_register(13);
  result.r1 = machine->core_register(1);
  result.r2 = machine->core_register(2);
  return result;
}

TEST(Armv8MMachine, ArithmeticOnSpObeysMsplim) {
  // ldr r0, =0x20000f00; msr msplim, r0; sub sp, #0x104
  const Ending overflow =
      run("cortex-m33", {0x4802, 0xf380, 0x880a, 0xb0c1, 0xe7fe, 0xbf00, 0x0f00, 0x2000});
  EXPECT_EQ(overflow.stop.kind, StopKind::fault);
  EXPECT_EQ(overflow.stop.pc, kCode + 6);
  EXPECT_EQ(overflow.sp, kStackTop - kFrame)
      << "SP stayed where it was, but for the frame of HardFault";
}

TEST(Armv8MMachine, PushObeysMsplimAndStoresNothing) {
  // The same with sub sp, #0x100; push {r0}
  const Ending overflow =
      run("cortex-m33", {0x4802, 0xf380, 0x880a, 0xb0c0, 0xb401, 0xe7fe, 0x0f00, 0x2000});
  EXPECT_EQ(overflow.stop.kind, StopKind::fault);
  EXPECT_EQ(overflow.stop.pc, kCode + 8);
  EXPECT_EQ(overflow.sp, kStackTop - 0x100)
      << "the frame of HardFault does not fit either: nothing is pushed, SP is the limit";
}

TEST(Armv8MMachine, NonSecureRegistersAndTestTarget) {
  // ldr r0, =0x20000f03; msr msp_ns, r0; mrs r1, sp_ns; tt r2, r0; bkpt 0
  const Ending end = run("cortex-m33", {0x4803, 0xf380, 0x8888, 0xf3ef, 0x8198, 0xe840, 0xf200,
                                        0xbe00, 0x0f03, 0x2000});
  EXPECT_EQ(end.stop.kind, StopKind::breakpoint);
  EXPECT_EQ(end.r1, 0x20000f00u);
  EXPECT_EQ(end.r2, 0x004c0000u) << "Secure, readable, writable; no MPU region";
}

TEST(CoprocessorMachine, AbsentOnesFault) {
  const Ending mcr = run("cortex-m3", {0xee01, 0x0f10});  // mcr p15, 0, r0, c1, c0, 0
  EXPECT_EQ(mcr.stop.kind, StopKind::fault);
  EXPECT_NE(mcr.stop.message.find("coprocessor"), std::string::npos) << mcr.stop.message;
  const Ending vadd = run("cortex-m3", {0xee30, 0x0a20});
  EXPECT_NE(vadd.stop.message.find("FPU"), std::string::npos) << vadd.stop.message;
}

TEST(CoprocessorMachine, BlxDoesNotReturnFromExceptions) {
  // movs r3, #6; mvns r3, r3; blx r3
  const Ending blx = run("cortex-m3", {0x2306, 0x43db, 0x4798});
  EXPECT_EQ(blx.stop.kind, StopKind::fault);
}

}  // namespace
}  // namespace sramscope
