// Cycles of small sequences on the Cortex-M4 against the published figures: Arm 100166 (TRM), TI
// SWCU185G, jnk0le/random's measurements on STM32F407 ("JN"), and Nordic's delay loop
// (nrfx_coredep.h).

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "isa/insn.h"
#include "sim/timing/timing_model.h"

namespace sramscope::sim {
namespace {

constexpr Addr kBase = 0x1000;

std::vector<isa::Insn> decode(const std::vector<std::uint16_t>& halfwords, Addr address = kBase) {
  std::vector<isa::Insn> insns;
  bool in_it = false;
  for (std::size_t i = 0; i < halfwords.size();) {
    const std::uint16_t next = i + 1 < halfwords.size() ? halfwords[i + 1] : 0;
    insns.push_back(
        isa::decode(halfwords[i], next, address, isa::arch_of(CoreKind::cortex_m4), in_it));
    EXPECT_NE(insns.back().op, isa::Op::Undefined) << std::hex << halfwords[i];
    in_it = isa::facts(insns.back().op).timing == isa::Timing::It;
    i += insns.back().size / 2;
    address += insns.back().size;
  }
  return insns;
}

unsigned total(const std::vector<InsnCost>& costs) {
  unsigned sum = 0;
  for (const InsnCost& cost : costs) sum += cost.total();
  return sum;
}

/// Cycles of a straight run of instructions, until what follows it may begin.
unsigned cycles(const std::vector<std::uint16_t>& halfwords) {
  std::vector<std::uint16_t> with_end = halfwords;
  with_end.push_back(0xbf00);  // nop: a load's second cycle shows in what comes behind it
  return total(make_timing_model(CoreKind::cortex_m4)->cost({}, decode(with_end))) - 1;
}

/// Cycles of the turn of a loop: the block entered by the taken branch at its own end.
unsigned loop_cycles(const std::vector<std::uint16_t>& halfwords, Addr base = kBase) {
  const auto insns = decode(halfwords, base);
  const std::array<PathBlock, 1> before{{{insns, true}}};
  return total(make_timing_model(CoreKind::cortex_m4)->cost(before, insns));
}

constexpr std::uint16_t kLdrR0R4 = 0x6820;    // ldr r0, [r4]
constexpr std::uint16_t kLdrR1R4 = 0x6861;    // ldr r1, [r4, #4]
constexpr std::uint16_t kLdrR2R4 = 0x68a2;    // ldr r2, [r4, #8]
constexpr std::uint16_t kLdrR1R0 = 0x6801;    // ldr r1, [r0]
constexpr std::uint16_t kStrR0R5 = 0x6028;    // str r0, [r5]
constexpr std::uint16_t kStrR3R5 = 0x602b;    // str r3, [r5]
constexpr std::uint16_t kStrR3R5R6 = 0x51ab;  // str r3, [r5, r6]
constexpr std::uint16_t kAddsR4 = 0x3404;     // adds r4, #4
constexpr std::uint16_t kAddsR0 = 0x3001;     // adds r0, #1
constexpr std::uint16_t kNop = 0xbf00;

TEST(TimingM4, DelayLoopTakesThreeCycles) {
  EXPECT_EQ(loop_cycles({0x3801, 0xd8fd}), 3u);  // subs r0, #1; bhi: Nordic
}

TEST(TimingM4, LoadsPipeline) {
  EXPECT_EQ(cycles({kLdrR0R4}), 2u);            // TRM
  EXPECT_EQ(cycles({kLdrR0R4, kLdrR1R4}), 3u);  // TI: N independent loads take N + 1
  EXPECT_EQ(cycles({kLdrR0R4, kLdrR1R4, kLdrR2R4}), 4u);
  EXPECT_EQ(cycles({kLdrR0R4, kLdrR1R0}), 4u);  // TI: the address needs the first result
  EXPECT_EQ(cycles({kAddsR4, kLdrR0R4}), 4u);   // TI: address from the instruction before, 1 + 3
  EXPECT_EQ(cycles({kAddsR4, kNop, kLdrR0R4}), 4u);  // one between them: no wait, 1 + 1 + 2
}

TEST(TimingM4, StoresUseTheWriteBuffer) {
  EXPECT_EQ(cycles({kStrR3R5}), 1u);            // TRM: STR Rx,[Ry,#imm] is always one cycle
  EXPECT_EQ(cycles({kStrR3R5R6}), 2u);          // TRM: register offset
  EXPECT_EQ(cycles({kLdrR0R4, kStrR3R5}), 2u);  // JN
  EXPECT_EQ(cycles({kLdrR0R4, kStrR0R5}), 2u);  // TI: may store the value just loaded
  EXPECT_EQ(cycles({kStrR3R5, kLdrR0R4}), 4u);  // JN; 3 in the TRM
}

TEST(TimingM4, SeveralRegisters) {
  EXPECT_EQ(cycles({0xe9d4, 0x0100}), 3u);  // ldrd r0, r1, [r4]: TRM 1 + N
  EXPECT_EQ(cycles({0xcc0f}), 5u);          // ldmia r4!, {r0-r3}
  EXPECT_EQ(cycles({0xb40f}), 5u);          // push {r0-r3}
}

TEST(TimingM4, BranchesRefillThePipeline) {
  EXPECT_EQ(cycles({0xd0fe}), 1u);               // beq, not taken
  EXPECT_EQ(loop_cycles({0xe7fe}), 2u);          // b
  EXPECT_EQ(loop_cycles({0xb100}), 3u);          // cbz, taken
  EXPECT_EQ(loop_cycles({0x4718}), 3u);          // bx r3
  EXPECT_EQ(loop_cycles({0xf000, 0xf800}), 2u);  // bl
  EXPECT_EQ(loop_cycles({0xbd10}), 6u);          // pop {r4, pc}: 1 + 2 + 3
  EXPECT_EQ(loop_cycles({0xf854, 0xf000}), 5u);  // ldr pc, [r4]: 2 + 3
}

TEST(TimingM4, AWideTargetThatStraddlesTwoWordsNeedsAnotherFetch) {
  const std::vector<std::uint16_t> loop = {0xf101, 0x0101, 0xe7fc};  // add.w r1, r1, #1; b
  EXPECT_EQ(loop_cycles(loop, 0x1002), loop_cycles(loop, 0x1000) + 1);
}

TEST(TimingM4, ItFoldsOntoA16BitInstruction) {
  EXPECT_EQ(cycles({kAddsR0, 0xbf08, 0x3101}), 2u);  // adds; it eq; addeq: TRM
  EXPECT_EQ(cycles({0xf100, 0x0001, 0xbf08, 0x3101}),
            3u);  // after a 32-bit instruction it costs one
}

TEST(TimingM4, DspAndMultipliesTakeOneCycle) {
  EXPECT_EQ(cycles({0xfb20, 0x1002}), 1u);  // smlad r0, r0, r2, r1
  EXPECT_EQ(cycles({0xfb80, 0x0102}), 1u);  // smull r0, r1, r0, r2
  EXPECT_EQ(cycles({0x4350}), 1u);          // muls r0, r2
}

TEST(TimingM4, FloatingPoint) {
  EXPECT_EQ(cycles({0xee30, 0x0a20}), 1u);  // vadd.f32
  // TRM 7.2.3: VMLA takes 3 cycles, VDIV 14; integer instructions run beside them.
  EXPECT_EQ(cycles({0xee00, 0x0a20, 0xee32, 0x2aa2}), 3u + 1);  // vmla.f32 s0; vadd.f32 s4
  EXPECT_EQ(cycles({0xee80, 0x0a20, 0xee32, 0x2aa2}), 14u + 1);
  EXPECT_EQ(cycles({0xee80, 0x0a20, 0x3001, 0x3001}), 3u);  // vdiv.f32; adds; adds
  // A result takes one cycle more if the next instruction uses it; a MAC adds it at once (GCC).
  EXPECT_EQ(cycles({0xee30, 0x0a20, 0xee30, 0x0a00}), 3u);  // vadd s0; vadd s0, s0, s0
  EXPECT_EQ(cycles({0xee30, 0x0a20, 0xee01, 0x0a22}), 2u);  // vadd s0; vmla s0, s2, s5
  EXPECT_EQ(cycles({0xee01, 0x0a22, 0xee01, 0x0a22, 0xee32, 0x2aa2}), 7u);  // vmla s0 chain: 3 each
  EXPECT_EQ(cycles({0xed90, 0x0a00}), 2u);                                  // vldr s0
  EXPECT_EQ(cycles({0xed90, 0x0b00}), 3u);                                  // vldr d0
}

TEST(TimingM4, DividesEndEarly) {
  const auto model = make_timing_model(CoreKind::cortex_m4);
  // TRM: 2 to 12 cycles, two of them static.
  EXPECT_EQ(model->divide_cycles(5, 0, false), 0u);
  EXPECT_EQ(model->divide_cycles(3, 7, false), 0u);
  EXPECT_EQ(model->divide_cycles(0xffffffff, 1, false), 10u);
  EXPECT_LE(model->divide_cycles(100, 10, true), 10u);
  EXPECT_EQ(model->divide_cycles(static_cast<std::uint32_t>(-100), 10, true),
            model->divide_cycles(100, 10, true));
}

}  // namespace
}  // namespace sramscope::sim
