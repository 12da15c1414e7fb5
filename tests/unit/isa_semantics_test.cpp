// Corner cases of the integer semantics, from the manual. Random operands are compared with Unicorn
// in tests/differential/.

#include <gtest/gtest.h>

#include "tests/support/fake_core_execute.h"

namespace sramscope::testing {
namespace {

constexpr Addr kRam = FakeCore::kRamBase;

class Semantics : public ::testing::Test {
 protected:
  void SetUp() override {
    for (unsigned i = 0; i < 15; ++i) core.state.r[i] = 0x11110000 + i;
    core.state.r[13] = kRam + 0x800;
    for (Addr i = 0; i < 0x100; ++i) core.store<std::uint32_t>(kRam + 4 * i, 0xaa000000 + i);
  }
  std::uint32_t word(Addr offset) { return core.load<std::uint32_t>(kRam + offset); }
  void faults(std::uint32_t insn, GuestFault::Kind kind) {
    try {
      execute_word(core, insn);
      ADD_FAILURE() << "no fault";
    } catch (const GuestFault& fault) {
      EXPECT_EQ(static_cast<int>(fault.kind), static_cast<int>(kind));
    }
  }
  FakeCore core;
};

// ---- several registers --------------------------------------------------------------------------

TEST_F(Semantics, LdmLoadsTheLowestRegisterFirstAndWritesBack) {
  core.state.r[0] = kRam;
  execute_word(core, 0xc816);  // ldm r0!, {r1, r2, r4}
  EXPECT_EQ(core.r(1), 0xaa000000u);
  EXPECT_EQ(core.r(2), 0xaa000001u);
  EXPECT_EQ(core.r(4), 0xaa000002u);
  EXPECT_EQ(core.r(0), kRam + 12);
}

TEST_F(Semantics, LdmWithTheBaseInTheListKeepsTheLoadedBase) {
  core.state.r[1] = kRam;
  execute_word(core, 0xc907);  // ldm r1, {r0, r1, r2}
  EXPECT_EQ(core.r(0), 0xaa000000u);
  EXPECT_EQ(core.r(1), 0xaa000001u);
  EXPECT_EQ(core.r(2), 0xaa000002u);
}

TEST_F(Semantics, LdmThatFaultsLeavesTheBaseEvenWhenItIsInTheList) {
  const Addr last = kRam + 0x1000 - 8;
  core.state.r[1] = last;
  faults(0xc90f, GuestFault::Kind::access);  // ldm r1, {r0-r3}: the third is outside
  EXPECT_EQ(core.r(1), last);
  core.state.r[7] = last;
  faults(0xcf0f, GuestFault::Kind::access);  // ldm r7!, {r0-r3}
  EXPECT_EQ(core.r(7), last);
}

TEST_F(Semantics, StmStoresTheOldBaseAndWritesBack) {
  core.state.r[0] = kRam + 0x40;
  execute_word(core, 0xc003);  // stm r0!, {r0, r1}
  EXPECT_EQ(word(0x40), kRam + 0x40);
  EXPECT_EQ(word(0x44), 0x11110001u);
  EXPECT_EQ(core.r(0), kRam + 0x48);
}

TEST_F(Semantics, PushAndPopMirrorEachOther) {
  execute_word(core, 0xb530);  // push {r4, r5, lr}
  EXPECT_EQ(core.r(13), kRam + 0x800 - 12);
  EXPECT_EQ(word(0x7f4), 0x11110004u);
  EXPECT_EQ(word(0x7fc), 0x1111000eu);
  core.store<std::uint32_t>(kRam + 0x7fc, 0x0800'0101);
  core.state.r[4] = core.state.r[5] = 0;
  execute_word(core, 0xbd30);  // pop {r4, r5, pc}
  EXPECT_EQ(core.r(4), 0x11110004u);
  EXPECT_EQ(core.r(5), 0x11110005u);
  EXPECT_EQ(core.r(13), kRam + 0x800);
  EXPECT_EQ(core.pc, 0x0800'0100u);
  EXPECT_TRUE(core.exchanged && core.thumb);
}

TEST_F(Semantics, DecrementBeforeEndsBelowTheBase) {
  core.state.r[0] = kRam + 0x40;
  execute_word(core, 0xe920001e);  // stmdb r0!, {r1-r4}
  EXPECT_EQ(core.r(0), kRam + 0x30);
  EXPECT_EQ(word(0x30), 0x11110001u);
  EXPECT_EQ(word(0x3c), 0x11110004u);
  core.state.r[0] = kRam + 0x40;
  execute_word(core, 0xe9100060);  // ldmdb r0, {r5, r6}
  EXPECT_EQ(core.r(5), 0x11110003u);
  EXPECT_EQ(core.r(6), 0x11110004u);
  EXPECT_EQ(core.r(0), kRam + 0x40);
}

TEST_F(Semantics, MultipleAndDualTransfersMustBeAligned) {
  core.state.r[1] = kRam + 2;
  faults(0xc903, GuestFault::Kind::unaligned);      // ldm r1, {r0, r1}
  faults(0xe8a1000c, GuestFault::Kind::unaligned);  // stm r1!, {r2, r3}
  faults(0xe9d12300, GuestFault::Kind::unaligned);  // ldrd r2, r3, [r1]
  EXPECT_EQ(core.r(1), kRam + 2);
  execute_word(core, 0x6808);  // ldr r0, [r1]: any alignment
  EXPECT_EQ(core.r(0), 0x0001aa00u);
}

// ---- single and dual ----------------------------------------------------------------------------

TEST_F(Semantics, AFaultingAccessDoesNotWriteTheBaseBack) {
  core.state.r[1] = 0;
  faults(0xf8510b04, GuestFault::Kind::access);  // ldr r0, [r1], #4
  faults(0xf8010d04, GuestFault::Kind::access);  // strb r0, [r1, #-4]!
  faults(0xe8f10201, GuestFault::Kind::access);  // ldrd r0, r2, [r1], #4
  faults(0xe8e10201, GuestFault::Kind::access);  // strd
  EXPECT_EQ(core.r(1), 0u);
}

TEST_F(Semantics, IndexingModes) {
  core.state.r[1] = kRam + 8;
  execute_word(core, 0xf8510c04);  // ldr r0, [r1, #-4]
  EXPECT_EQ(core.r(0), 0xaa000001u);
  EXPECT_EQ(core.r(1), kRam + 8);
  execute_word(core, 0xf8510f04);  // ldr r0, [r1, #4]!
  EXPECT_EQ(core.r(0), 0xaa000003u);
  EXPECT_EQ(core.r(1), kRam + 12);
  execute_word(core, 0xf8510908);  // ldr r0, [r1], #-8
  EXPECT_EQ(core.r(0), 0xaa000003u);
  EXPECT_EQ(core.r(1), kRam + 4);
  core.state.r[2] = 3;
  execute_word(core, 0xf8510022);  // ldr r0, [r1, r2, lsl #2]
  EXPECT_EQ(core.r(0), 0xaa000004u);
}

TEST_F(Semantics, SignExtension) {
  core.store<std::uint32_t>(kRam, 0x000080ff);
  core.state.r[1] = kRam;
  core.state.r[2] = 0;
  execute_word(core, 0x5688);  // ldrsb r0, [r1, r2]
  EXPECT_EQ(core.r(0), 0xffffffffu);
  execute_word(core, 0x5e88);  // ldrsh r0, [r1, r2]
  EXPECT_EQ(core.r(0), 0xffff80ffu);
  execute_word(core, 0x8808);  // ldrh r0, [r1]
  EXPECT_EQ(core.r(0), 0x80ffu);
}

TEST_F(Semantics, LoadDualMayOverwriteItsBase) {
  core.state.r[0] = kRam;
  execute_word(core, 0xe9d00100);  // ldrd r0, r1, [r0]
  EXPECT_EQ(core.r(0), 0xaa000000u);
  EXPECT_EQ(core.r(1), 0xaa000001u);
}

TEST_F(Semantics, ExclusivesStoreOnlyWhatWasMarked) {
  core.state.r[1] = kRam;
  execute_word(core, 0xe8410200);  // strex r2, r0, [r1] without a mark
  EXPECT_EQ(core.r(2), 1u);
  EXPECT_EQ(word(0), 0xaa000000u);
  execute_word(core, 0xe8513f00);  // ldrex r3, [r1]
  execute_word(core, 0xe8410200);
  EXPECT_EQ(core.r(2), 0u);
  EXPECT_EQ(word(0), core.r(0));
  execute_word(core, 0xe8d13f4f);  // ldrexb r3, [r1]
  EXPECT_EQ(core.r(3), core.r(0) & 0xff);
  execute_word(core, 0xf3bf8f2f);  // clrex
  execute_word(core, 0xe8c10f42);  // strexb r2, r0, [r1]
  EXPECT_EQ(core.r(2), 1u);
}

// ---- arithmetic ---------------------------------------------------------------------------------

TEST_F(Semantics, ShiftsByRegisterUseTheBottomByteAndKeepTheCarryAtZero) {
  core.state.flags.carry = 1;
  core.state.r[0] = 0x80000001;
  core.state.r[1] = 0x100;
  execute_word(core, 0x4088);  // lsls r0, r1
  EXPECT_EQ(core.r(0), 0x80000001u);
  EXPECT_TRUE(core.state.flags.c());
  core.state.r[1] = 33;
  execute_word(core, 0x4088);
  EXPECT_EQ(core.r(0), 0u);
  EXPECT_FALSE(core.state.flags.c());
  EXPECT_TRUE(core.state.flags.z());
}

TEST_F(Semantics, LogicalImmediatesTakeTheirCarryFromTheRotation) {
  core.state.flags.carry = 0;
  core.state.r[0] = 0xffffffff;
  execute_word(core, 0xf0104f00);  // tst r0, #0x80000000
  EXPECT_TRUE(core.state.flags.c());
  EXPECT_TRUE(core.state.flags.n());
  execute_word(core, 0xf01000ff);  // ands r0, r0, #0xff: no rotation
  EXPECT_TRUE(core.state.flags.c());
  EXPECT_EQ(core.r(0), 0xffu);
}

TEST_F(Semantics, SubtractionCarryMeansNoBorrow) {
  core.state.r[0] = 5;
  execute_word(core, 0x2805);  // cmp r0, #5
  EXPECT_TRUE(core.state.flags.z() && core.state.flags.c());
  execute_word(core, 0x2806);  // cmp r0, #6
  EXPECT_TRUE(core.state.flags.n() && !core.state.flags.c());
  core.state.flags.carry = 0;
  execute_word(core, 0xf1600001);  // sbc r0, r0, #1
  EXPECT_EQ(core.r(0), 3u);
  EXPECT_FALSE(core.state.flags.c());
}

TEST_F(Semantics, Division) {
  const auto divide = [this](std::uint32_t insn, std::uint32_t n, std::uint32_t m) {
    core.state.r[1] = n;
    core.state.r[2] = m;
    execute_word(core, insn);
    return core.r(0);
  };
  constexpr std::uint32_t sdiv = 0xfb91f0f2;
  constexpr std::uint32_t udiv = 0xfbb1f0f2;
  EXPECT_EQ(divide(sdiv, 0x80000000, 0xffffffff), 0x80000000u);
  EXPECT_EQ(divide(sdiv, static_cast<std::uint32_t>(-7), 2), static_cast<std::uint32_t>(-3));
  EXPECT_EQ(divide(udiv, 0xfffffff9, 2), 0x7ffffffcu);
  EXPECT_EQ(divide(sdiv, 7, 0), 0u);
  core.trap_divide_by_zero = true;
  core.state.r[0] = 77;
  faults(udiv, GuestFault::Kind::divide_by_zero);
  EXPECT_EQ(core.r(0), 77u);
}

TEST_F(Semantics, BitFields) {
  core.state.r[0] = 0xffffffff;
  core.state.r[1] = 0x000000a5;
  execute_word(core, 0xf361100b);  // bfi r0, r1, #4, #8
  EXPECT_EQ(core.r(0), 0xfffffa5fu);
  execute_word(core, 0xf36f1007);  // bfc r0, #4, #4
  EXPECT_EQ(core.r(0), 0xfffffa0fu);
  core.state.r[4] = 0x80000040;
  execute_word(core, 0xf3c473c0);  // ubfx r3, r4, #31, #1
  EXPECT_EQ(core.r(3), 1u);
  execute_word(core, 0xf34473c0);  // sbfx r3, r4, #31, #1
  EXPECT_EQ(core.r(3), 0xffffffffu);
  execute_word(core, 0xf344001f);  // sbfx r0, r4, #0, #32
  EXPECT_EQ(core.r(0), 0x80000040u);
}

TEST_F(Semantics, SaturationSetsTheStickyFlagOnly) {
  core.state.r[1] = 0x40000000;
  execute_word(core, 0xf32100c4);  // ssat r0, #5, r1, asr #3
  EXPECT_EQ(core.r(0), 15u);
  EXPECT_EQ(core.state.q, 1u);
  core.state.r[1] = 3;
  execute_word(core, 0xf301001f);  // ssat r0, #32, r1
  EXPECT_EQ(core.r(0), 3u);
  EXPECT_EQ(core.state.q, 1u);
}

TEST_F(Semantics, LongProducts) {
  core.state.r[2] = 0xffffffff;
  core.state.r[3] = 0xffffffff;
  execute_word(core, 0xfba20103);  // umull r0, r1, r2, r3
  EXPECT_EQ(core.r(0), 1u);
  EXPECT_EQ(core.r(1), 0xfffffffeu);
  execute_word(core, 0xfbc20103);  // smlal r0, r1, r2, r3: + 1
  EXPECT_EQ(core.r(0), 2u);
  EXPECT_EQ(core.r(1), 0xfffffffeu);
}

// ---- branches and traps -------------------------------------------------------------------------

TEST_F(Semantics, HighRegistersReadPcAheadAndBranchWhenWritten) {
  execute_word(core, 0x4678, 0x200);  // mov r0, pc
  EXPECT_EQ(core.r(0), 0x204u);
  core.state.r[0] = 0x10;
  execute_word(core, 0x4487, 0x200);  // add pc, r0
  EXPECT_EQ(core.pc, 0x214u);
  EXPECT_FALSE(core.exchanged);
  execute_word(core, 0x4685, 0x200);  // mov sp, r0
  EXPECT_EQ(core.r(13), 0x10u);
}

TEST_F(Semantics, CallsLeaveTheReturnAddressWithTheThumbBit) {
  execute_word(core, 0xf000f800, 0x200);  // bl .+4
  EXPECT_EQ(core.r(14), 0x205u);
  EXPECT_EQ(core.pc, 0x204u);
  core.state.r[14] = 0x301;
  execute_word(core, 0x47f0, 0x200);  // blx lr
  EXPECT_EQ(core.r(14), 0x203u);
  EXPECT_EQ(core.pc, 0x300u);
}

TEST_F(Semantics, ConditionalBranches) {
  core.state.flags.set_nz(0);
  execute_word(core, 0xd1fe);  // bne .
  EXPECT_FALSE(core.pc.has_value());
  execute_word(core, 0xd0fe, 0x200);  // beq .
  EXPECT_EQ(core.pc, 0x200u);
  core.pc.reset();
  core.state.r[0] = 0;
  execute_word(core, 0xb900);  // cbnz r0
  EXPECT_FALSE(core.pc.has_value());
  execute_word(core, 0xb100, 0x200);  // cbz r0, .+4
  EXPECT_EQ(core.pc, 0x204u);
}

TEST_F(Semantics, TableBranchesCountHalfwords) {
  core.store<std::uint8_t>(kRam + 3, 200);
  core.state.r[1] = kRam;
  core.state.r[2] = 3;
  execute_word(core, 0xe8d1f002, 0x200);  // tbb [r1, r2]
  EXPECT_EQ(core.pc, 0x204u + 400);
  core.store<std::uint16_t>(kRam + 6, 0x1234);
  execute_word(core, 0xe8d1f012, 0x200);  // tbh [r1, r2, lsl #1]
  EXPECT_EQ(core.pc, 0x204u + 2 * 0x1234);
  core.state.r[0] = kRam - 0x204;
  execute_word(core, 0xe8dff000, 0x200);  // tbb [pc, r0]
  EXPECT_EQ(core.pc, 0x204u);
}

TEST_F(Semantics, TrapsReachTheCore) {
  faults(0xdf11, GuestFault::Kind::supervisor_call);
  faults(0xbeab, GuestFault::Kind::breakpoint);
  faults(0xde00, GuestFault::Kind::undefined);
  faults(0xf7f0a000, GuestFault::Kind::undefined);
  faults(0xffffffff, GuestFault::Kind::undefined);
}

TEST_F(Semantics, CoprocessorsAreAbsent) {
  faults(0xee010f10, GuestFault::Kind::no_coprocessor);  // mcr p15
  faults(0xed910102, GuestFault::Kind::no_coprocessor);  // ldc p1, c0, [r1, #8]
}

TEST_F(Semantics, OnlyBranchesWithoutLinkReturnFromExceptions) {
  core.state.r[3] = 0xfffffff9;
  execute_word(core, 0x4798);  // blx r3
  EXPECT_FALSE(core.exchanged);
  EXPECT_EQ(core.pc, 0xfffffff8u);
  execute_word(core, 0x4718);  // bx r3
  EXPECT_TRUE(core.exchanged);
}

TEST_F(Semantics, WritebackToSpObeysTheStackLimit) {
  core.stack_limit = core.r(13) - 8;
  const FakeCore before = core;
  for (const std::uint32_t word : {
           0xb507u,      // push {r0-r2, lr}
           0xe92d0007u,  // push.w {r0-r2}
           0xf84d0d0cu,  // str r0, [sp, #-12]!
           0xf85d090cu,  // ldr r0, [sp], #-12
           0xe96d0103u,  // strd r0, r1, [sp, #-12]!
           0xed2d0a03u,  // vpush {s0-s2}
           0xe93d0007u,  // ldmdb sp!, {r0-r2}
           0xb083u,      // sub sp, #12
           0xf1bd0d0cu,  // subs.w sp, sp, #12
           0xf2ad0d0cu,  // subw sp, sp, #12
           0x4685u,      // mov sp, r0
       }) {
    faults(word, GuestFault::Kind::stack_limit);
    EXPECT_EQ(core.state.r, before.state.r) << std::hex << word;
    EXPECT_EQ(core.ram, before.ram) << std::hex << word;
  }
  execute_word(core, 0xb403);  // push {r0, r1} ends at the limit
  EXPECT_EQ(core.r(13), core.stack_limit);
}

TEST_F(Semantics, SecureStateOfArmv8M) {
  const auto run = [this](std::uint32_t word) {
    const auto hw1 = static_cast<std::uint16_t>(word > 0xffff ? word >> 16 : word);
    execute(core, isa::decode(hw1, static_cast<std::uint16_t>(word), 0x100,
                              isa::arch_of(CoreKind::cortex_m33), false));
  };
  core.state.r[1] = 0x20000100;
  run(0xe841f0c0);  // ttat r0, r1: the fake core answers with what it was asked
  EXPECT_EQ(core.r(0), 0x20000103u);
  run(0xe97fe97f);  // sg
  core.state.r[3] = 0x201;
  run(0x479c);  // blxns r3
  EXPECT_EQ(core.pc, 0x200u);
  EXPECT_EQ(core.r(14), 0x103u);
  EXPECT_TRUE(core.thumb);
  core.state.r[3] = 0x200;
  run(0x471c);  // bxns r3: there is no Non-secure state to go to
  EXPECT_FALSE(core.thumb);
  core.state.r[4] = kRam + 0x40;
  core.state.fpscr = 0xf0000000;
  for (unsigned i = 0; i < 32; ++i) core.state.s[i] = i;
  run(0xec240a00);  // vlstm r4
  EXPECT_EQ(word(0x40 + 4 * 15), 15u);
  EXPECT_EQ(word(0x40 + 4 * 16), 0xf0000000u);
  const auto saved = core.state;
  core.state.s.fill(7);
  run(0xec340a00);  // vlldm r4
  EXPECT_EQ(core.state.s[15], saved.s[15]);
  EXPECT_EQ(core.state.s[16], 7u) << "S16-S31 are the callee's to preserve";
  EXPECT_EQ(core.state.fpscr, saved.fpscr);
}

TEST_F(Semantics, SpecialRegisters) {
  core.state.r[3] = 0xf0000000;
  execute_word(core, 0xf3838c00);  // msr apsr_nzcvqg, r3
  EXPECT_EQ(core.special[0], 0xf0000000u);
  EXPECT_EQ(core.special_mask, 3u);
  core.special[20] = 2;
  execute_word(core, 0xf3ef8014);  // mrs r0, control
  EXPECT_EQ(core.r(0), 2u);
}

}  // namespace
}  // namespace sramscope::testing
