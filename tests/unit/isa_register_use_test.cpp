#include <gtest/gtest.h>

#include "isa/insn.h"

namespace sramscope::isa {
namespace {

Insn m7(std::uint32_t word) {
  const bool wide = word > 0xffff;
  const auto hw1 = static_cast<std::uint16_t>(wide ? word >> 16 : word);
  return decode(hw1, static_cast<std::uint16_t>(wide ? word : 0), 0x100,
                arch_of(CoreKind::cortex_m7), false);
}

constexpr std::uint32_t bits(std::initializer_list<unsigned> registers) {
  std::uint32_t mask = 0;
  for (unsigned r : registers) mask |= 1u << r;
  return mask;
}

struct Expected {
  std::uint32_t word;
  std::uint32_t reads;
  std::uint32_t writes;
  std::uint32_t address;
};

TEST(RegisterUse, OfEachShape) {
  const Expected kExpected[] = {
      {0x1888, bits({1, 2}), bits({0}), 0},                    // adds r0, r1, r2
      {0x4408, bits({0, 1}), bits({0}), 0},                    // add r0, r1
      {0x2a05, bits({2}), 0, 0},                               // cmp r2, #5
      {0x4348, bits({0, 1}), bits({0}), 0},                    // muls r0, r1
      {0xfb012003, bits({1, 2, 3}), bits({0}), 0},             // mla r0, r1, r3, r2
      {0xfba20103, bits({2, 3}), bits({0, 1}), 0},             // umull r0, r1, r2, r3
      {0xfbe20103, bits({0, 1, 2, 3}), bits({0, 1}), 0},       // umlal
      {0xf6ca31cd, bits({1}), bits({1}), 0},                   // movt r1
      {0xf361100b, bits({0, 1}), bits({0}), 0},                // bfi r0, r1
      {0xf3c473c0, bits({4}), bits({3}), 0},                   // ubfx r3, r4
      {0x9902, bits({13}), bits({1}), bits({13})},             // ldr r1, [sp]
      {0x4801, 0, bits({0}), 0},                               // ldr r0, [pc]
      {0xf8510b04, bits({1}), bits({0, 1}), bits({1})},        // ldr r0, [r1], #4
      {0xf8510032, bits({1, 2}), bits({0}), bits({1, 2})},     // ldr r0, [r1, r2, lsl #3]
      {0x5088, bits({0, 1, 2}), 0, bits({1, 2})},              // str r0, [r1, r2]
      {0xe9d02300, bits({0}), bits({2, 3}), bits({0})},        // ldrd r2, r3, [r0]
      {0xe9402302, bits({0, 2, 3}), 0, bits({0})},             // strd r2, r3, [r0, #-8]
      {0xe8410200, bits({0, 1}), bits({2}), bits({1})},        // strex r2, r0, [r1]
      {0xb530, bits({4, 5, 13, 14}), bits({13}), bits({13})},  // push {r4, r5, lr}
      {0xbd30, bits({13}), bits({4, 5, 13, 15}), bits({13})},  // pop {r4, r5, pc}
      {0xf000f800, 0, bits({14, 15}), 0},                      // bl
      {0x4798, bits({3}), bits({14, 15}), 0},                  // blx r3
      {0xb100, bits({0}), bits({15}), 0},                      // cbz r0
      {0xe8d1f002, bits({1, 2}), bits({15}), bits({1, 2})},    // tbb [r1, r2]
      {0xee300a20, 0, 0, 0},                                   // vadd.f32
      {0xed1d3b02, bits({13}), 0, bits({13})},                 // vldr d3, [sp, #-8]
      {0xed2d8b10, bits({13}), bits({13}), bits({13})},        // vpush {d8-d15}
      {0xee070a90, bits({0}), 0, 0},                           // vmov s15, r0
      {0xee170a90, 0, bits({0}), 0},                           // vmov r0, s15
      {0xec510a1f, 0, bits({0, 1}), 0},                        // vmov r0, r1, s30, s31
      {0xeee10a10, bits({0}), 0, 0},                           // vmsr fpscr, r0
      {0xeef10a10, 0, bits({0}), 0},                           // vmrs r0, fpscr
      {0xf3ef8014, 0, bits({0}), 0},                           // mrs r0, control
      {0xf3838c00, bits({3}), 0, 0},                           // msr apsr, r3
      {0xfb21f002, bits({1, 2}), bits({0}), 0},                // smuad r0, r1, r2
  };
  for (const Expected& e : kExpected) {
    const RegisterUse use = register_use(m7(e.word));
    EXPECT_EQ(use.reads, e.reads) << std::hex << e.word;
    EXPECT_EQ(use.writes, e.writes) << std::hex << e.word;
    EXPECT_EQ(use.address, e.address) << std::hex << e.word;
  }
}

TEST(RegisterUse, TrafficInWordsAndBytes) {
  const auto expect = [](std::uint32_t word, unsigned loads, unsigned stores, unsigned bytes) {
    const Traffic t = traffic(m7(word));
    EXPECT_EQ(t.loads, loads) << std::hex << word;
    EXPECT_EQ(t.stores, stores) << std::hex << word;
    EXPECT_EQ(t.bytes_each, bytes) << std::hex << word;
  };
  expect(0x1888, 0, 0, 0);       // adds
  expect(0x9902, 1, 0, 4);       // ldr
  expect(0x7808, 1, 0, 1);       // ldrb
  expect(0x5e88, 1, 0, 2);       // ldrsh
  expect(0xf8110e04, 1, 0, 1);   // ldrbt
  expect(0x8008, 0, 1, 2);       // strh
  expect(0xe8c10f42, 0, 1, 1);   // strexb
  expect(0xe9d02300, 2, 0, 4);   // ldrd
  expect(0xb530, 0, 3, 4);       // push {r4, r5, lr}
  expect(0xbd30, 3, 0, 4);       // pop {r4, r5, pc}
  expect(0xe8d1f012, 1, 0, 2);   // tbh
  expect(0xed9f0a02, 1, 0, 4);   // vldr s0
  expect(0xed1d3b02, 2, 0, 4);   // vldr d3
  expect(0xed2d8b10, 0, 16, 4);  // vpush {d8-d15}
  expect(0xecb00a20, 32, 0, 4);  // vldmia r0!, {s0-s31}
  expect(0xf89df004, 0, 0, 0);   // pld
}

TEST(RegisterUse, BlocksEndWhereControlMayLeave) {
  for (const std::uint32_t word :
       {0xe7feu, 0xd0feu, 0xb100u, 0x4770u, 0xf000f800u, 0xe8d1f002u, 0xbd30u, 0x46f7u, 0x4487u,
        0xf8df0000u | 0xf000u, 0xdf00u, 0xbe00u, 0xde00u, 0xbf30u, 0xbf20u, 0xf3bf8f6fu, 0xb672u,
        0xf3838c00u, 0xffffffffu}) {
    EXPECT_TRUE(ends_block(m7(word))) << std::hex << word;
  }
  for (const std::uint32_t word : {0x1888u, 0xb530u, 0xbc30u, 0x9902u, 0xbf08u, 0xbf00u,
                                   0xf3bf8f5fu, 0xf3ef8014u, 0xf3bf8f2fu, 0x4408u, 0xed2d8b10u}) {
    EXPECT_FALSE(ends_block(m7(word))) << std::hex << word;
  }
}

}  // namespace
}  // namespace sramscope::isa
