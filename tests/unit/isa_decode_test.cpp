// Operands as the forms leave them, legal uses of SP and PC, and what each architecture lacks.
// Validity and mnemonics of the whole encoding space are checked in
// tests/differential/decode_sweep_test.cpp.

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "isa/insn.h"

namespace sramscope::isa {
namespace {

constexpr Addr kAddress = 0x08000102;  // not a multiple of four: Align(PC, 4) matters

Insn decode_on(CoreKind core, std::uint32_t word, bool in_it = false) {
  const bool wide = word > 0xffff;
  const auto hw1 = static_cast<std::uint16_t>(wide ? word >> 16 : word);
  return decode(hw1, static_cast<std::uint16_t>(wide ? word : 0), kAddress, arch_of(core), in_it);
}
Insn m4(std::uint32_t word, bool in_it = false) {
  return decode_on(CoreKind::cortex_m4, word, in_it);
}

TEST(Decode, LegalUsesOfSpAndPc) {
  // Assembled by GNU as; the mnemonic is in the row's name.
  const std::pair<std::uint32_t, Op> kWords[] = {
      {0xb040, Op::ADD_SP_imm_T2},    // add sp, sp, #256
      {0xf50d7d80, Op::ADD_imm_T3},   // add.w sp, sp, #256
      {0xf20d1d01, Op::ADD_imm_T4},   // addw sp, sp, #257
      {0xf5ad6d80, Op::SUB_imm_T3},   // sub.w sp, sp, #1024
      {0xf2ad0d05, Op::SUB_imm_T4},   // subw sp, sp, #5
      {0xf11d0008, Op::ADD_imm_T3},   // adds.w r0, sp, #8
      {0x4485, Op::ADD_reg_T2},       // add sp, r0
      {0x4487, Op::ADD_reg_T2},       // add pc, r0
      {0xeb0d0d80, Op::ADD_reg_T3},   // add.w sp, sp, r0, lsl #2
      {0xebad10c1, Op::SUB_reg_T2},   // sub.w r0, sp, r1, lsl #7
      {0xf5bd7f80, Op::CMP_imm_T2},   // cmp.w sp, #256
      {0xf11d0f01, Op::CMN_imm_T1},   // cmn.w sp, #1
      {0x4585, Op::CMP_reg_T2},       // cmp sp, r0
      {0xebbd0f40, Op::CMP_reg_T3},   // cmp.w sp, r0, lsl #1
      {0x46bd, Op::MOV_reg_T1},       // mov sp, r7
      {0xea4f0d00, Op::MOV_reg_T3},   // mov.w sp, r0
      {0xea4f000d, Op::MOV_reg_T3},   // mov.w r0, sp
      {0x46f7, Op::MOV_reg_T1},       // mov pc, lr
      {0x4678, Op::MOV_reg_T1},       // mov r0, pc
      {0xf8d0d004, Op::LDR_imm_T3},   // ldr.w sp, [r0, #4]
      {0xf850db04, Op::LDR_imm_T4},   // ldr.w sp, [r0], #4
      {0xf850f021, Op::LDR_reg_T2},   // ldr.w pc, [r0, r1, lsl #2]
      {0xf85dfb04, Op::LDR_imm_T4},   // ldr.w pc, [sp], #4
      {0xf8dff004, Op::LDR_lit_T2},   // ldr.w pc, [pc, #4]
      {0xf8c0d008, Op::STR_imm_T3},   // str.w sp, [r0, #8]
      {0xf840dd04, Op::STR_imm_T4},   // str.w sp, [r0, #-4]!
      {0xf84d0d04, Op::STR_imm_T4},   // str.w r0, [sp, #-4]!
      {0xf89d0001, Op::LDRB_imm_T2},  // ldrb.w r0, [sp, #1]
      {0xf82d1002, Op::STRH_reg_T2},  // strh.w r1, [sp, r2]
      {0xe8fd0102, Op::LDRD_imm_T1},  // ldrd r0, r1, [sp], #8
      {0xe96d0102, Op::STRD_imm_T1},  // strd r0, r1, [sp, #-8]!
      {0xe9df0102, Op::LDRD_lit_T1},  // ldrd r0, r1, [pc, #8]
      {0xe85d0f00, Op::LDREX_T1},     // ldrex r0, [sp]
      {0xe84d1001, Op::STREX_T1},     // strex r0, r1, [sp, #4]
      {0xe8dff000, Op::TBB_T1},       // tbb [pc, r0]
      {0xe8dff010, Op::TBH_T1},       // tbh [pc, r0, lsl #1]
      {0xe92d4ff0, Op::PUSH_T2},      // push.w {r4-r11, lr}
      {0xe8bd8ff0, Op::POP_T2},       // pop.w {r4-r11, pc}
      {0xe89d0003, Op::LDM_T2},       // ldmia sp, {r0, r1}
      {0xe9118004, Op::LDMDB_T1},     // ldmdb r1, {r2, pc}
      {0xf89df004, Op::PLD_imm_T1},   // pld [sp, #4]
      {0xf89ff008, Op::PLD_lit_T1},   // pld [pc, #8]
      {0xed9f0a02, Op::VLDR_lit_S},   // vldr s0, [pc, #8]
      {0xed1d3b02, Op::VLDR_D},       // vldr d3, [sp, #-8]
      {0xed2d8b10, Op::VPUSH_D},      // vpush {d8-d15}
  };
  for (const auto& [word, op] : kWords) {
    EXPECT_EQ(facts(m4(word).op).name, facts(op).name) << std::hex << word;
  }
}

TEST(Decode, UnpredictableWordsAreUndefined) {
  for (const std::uint32_t word :
       {0x44ffu,     0x47f8u,     0x4778u,
        0x4701u,                                // add pc, pc; blx pc; bx pc; bx with low bits
        0xf10f0d04u, 0xeb0d4d50u, 0xf04f0d01u,  // add sp, pc; add sp, sp, lsr; mov sp, #1
        0xf8400d08u, 0xe9600102u, 0xe8b00003u,  // writeback to a transferred register
        0xfb800006u, 0xe8400000u, 0xfab0f585u,  // rdlo = rdhi; strex status = base; clz n != m
        0xe8900001u, 0xe890c001u, 0xe8a0a001u,
        0xb400u,  // lists
        0xf36f6515u, 0xf1401200u, 0xbff8u,
        0xb660u}) {  // bit field, zero pattern, IT nv, CPS of nothing
    EXPECT_EQ(m4(word).op, Op::Undefined) << std::hex << word;
    EXPECT_EQ(m4(word).size, word > 0xffff ? 4 : 2);
    EXPECT_EQ(m4(word).imm, word) << "the fault report shows the encoding";
  }
}

TEST(Decode, FlagsOutsideItBlocksOnly) {
  EXPECT_TRUE(m4(0x1c48).sets_flags);            // adds r0, r1, #1
  EXPECT_FALSE(m4(0x1c48, true).sets_flags);     // addeq r0, r1, #1
  EXPECT_TRUE(m4(0x2801, true).sets_flags);      // cmpeq r0, #1
  EXPECT_FALSE(m4(0x4408).sets_flags);           // add r0, r1
  EXPECT_FALSE(m4(0xb2c8).sets_flags);           // uxtb r0, r1
  EXPECT_TRUE(m4(0xf1110001, true).sets_flags);  // addseq.w r0, r1, #1
}

TEST(Decode, BranchesAreUnpredictableInsideItBlocks) {
  for (const std::uint32_t word : {0xd0feu, 0xf0008000u, 0xb100u, 0xbf08u, 0xb672u}) {
    EXPECT_NE(m4(word).op, Op::Undefined) << std::hex << word;
    EXPECT_EQ(m4(word, true).op, Op::Undefined) << std::hex << word;
  }
  EXPECT_EQ(m4(0xe7fe, true).op, Op::B_T2);
}

TEST(Decode, BranchTargetsAreAbsolute) {
  EXPECT_EQ(m4(0xe7fe).imm, kAddress);                      // b .
  EXPECT_EQ(m4(0xd07f).imm, kAddress + 4 + 254);            // beq, farthest forward
  EXPECT_EQ(m4(0xd080).imm, kAddress + 4 - 256);            // beq, farthest back
  EXPECT_EQ(m4(0xb1f8).imm, kAddress + 4 + 62);             // cbz, 5 bits
  EXPECT_EQ(m4(0xb3f8).imm, kAddress + 4 + 126);            // cbz, farthest
  EXPECT_EQ(m4(0xf7ffbffe).imm, kAddress);                  // b.w .
  EXPECT_EQ(m4(0xf3ff97ff).imm, kAddress + 4 + 0xfffffe);   // b.w, farthest forward
  EXPECT_EQ(m4(0xf400d000).imm, kAddress + 4 - 0x1000000);  // bl, farthest back
  EXPECT_EQ(m4(0xf43fafff).imm, kAddress + 4 - 2);          // beq.w
  EXPECT_EQ(m4(0xf03faffe + 0x400'0000).imm, m4(0xf43faffe).imm);
  EXPECT_EQ(m4(0xf0008000 | 63u << 16 | 0x2fff).imm,
            kAddress + 4 + 0xffffe);  // farthest: J1 = J2 = 1
}

TEST(Decode, LiteralsAreAbsoluteAndAligned) {
  const Addr pc = (kAddress + 4) & ~3u;
  EXPECT_EQ(m4(0x4801).imm, pc + 4);      // ldr r0, [pc, #4]
  EXPECT_EQ(m4(0xa001).imm, pc + 4);      // adr r0
  EXPECT_EQ(m4(0xf85f0004).imm, pc - 4);  // ldr.w r0, [pc, #-4]
  EXPECT_EQ(m4(0xe95f0102).imm, pc - 8);  // ldrd r0, r1, [pc, #-8]
  EXPECT_EQ(m4(0xf20f0004).imm, pc + 4);  // adr.w
  EXPECT_EQ(m4(0xf2af0004).imm, pc - 4);  // adr.w, backwards
  EXPECT_EQ(m4(0xed1f0a01).imm, pc - 4);  // vldr s0, [pc, #-4]
  EXPECT_EQ(m4(0x4801).n, kNoReg);
}

TEST(Decode, ScaledAndImpliedOperands) {
  const Insn load = m4(0x9902);  // ldr r1, [sp, #8]
  EXPECT_EQ(load.n, 13);
  EXPECT_EQ(load.imm, 8u);
  EXPECT_EQ(m4(0x887f).imm, 2u);        // ldrh r7, [r7, #2]
  EXPECT_EQ(m4(0xb0ff).imm, 508u);      // sub sp, #508
  const Insn indexed = m4(0xf8510904);  // ldr r0, [r1], #-4
  EXPECT_FALSE(indexed.index);
  EXPECT_FALSE(indexed.add);
  EXPECT_TRUE(indexed.writeback);
  const Insn shifted = m4(0xf8510032);  // ldr r0, [r1, r2, lsl #3]
  EXPECT_EQ(shifted.m, 2);
  EXPECT_EQ(shifted.shift_n, 3);
  EXPECT_EQ(shifted.imm, 0u);
  const Insn pli = m4(0xf910fc04);  // pli [r0, #-4]
  EXPECT_EQ(pli.imm, 4u);
  EXPECT_FALSE(pli.add);
}

TEST(Decode, RegisterLists) {
  EXPECT_EQ(m4(0xb510).imm, 0x4010u);  // push {r4, lr}
  EXPECT_EQ(m4(0xbd10).imm, 0x8010u);  // pop {r4, pc}
  EXPECT_EQ(m4(0xbd10).n, 13);
  EXPECT_TRUE(m4(0xbd10).writeback);
  EXPECT_TRUE(m4(0xc802).writeback);   // ldm r0!, {r1}
  EXPECT_FALSE(m4(0xc803).writeback);  // ldm r0, {r0, r1}
  EXPECT_EQ(m4(0xe8bd8ff0).imm, 0x8ff0u);
}

TEST(Decode, ImmediateOperands) {
  const Insn rotated = m4(0xf0104f00);  // ands pc is tst: r0, #0x80000000
  EXPECT_EQ(rotated.op, Op::TST_imm_T1);
  EXPECT_EQ(rotated.imm, 0x80000000u);
  EXPECT_TRUE(rotated.imm_sets_carry);
  EXPECT_TRUE(rotated.imm_carry);
  EXPECT_FALSE(m4(0xf01030ff).imm_sets_carry);  // ands r0, r0, #0xffffffff
  EXPECT_EQ(m4(0xf64a31cd).imm, 0xabcdu);       // movw r1, #0xabcd
  EXPECT_EQ(m4(0xf6ca31cd).imm, 0xabcdu);       // movt r1, #0xabcd
  EXPECT_EQ(m4(0xf7f1a234).imm, 0x1234u);       // udf.w #0x1234
  EXPECT_EQ(m4(0xf3af80f3).imm, 0xf3u);         // dbg #3
  EXPECT_EQ(m4(0xf3838c00).imm, 0x300u);        // msr apsr_nzcvqg, r3
  EXPECT_EQ(m4(0xf3ef8014).imm, 20u);           // mrs r0, control
}

TEST(Decode, ShiftsBitFieldsAndSaturation) {
  EXPECT_EQ(m4(0x1008).shift_n, 32);  // asrs r0, r1, #32
  EXPECT_EQ(m4(0xea4f0031).op, Op::RRX_T1);
  EXPECT_EQ(m4(0xea4f0031).shift_type, 4);
  EXPECT_EQ(m4(0xea6f0021).shift_n, 32);    // mvn.w r0, r1, asr #32
  EXPECT_EQ(m4(0xea400031).shift_type, 4);  // orr.w r0, r0, r1, rrx
  const Insn insert = m4(0xf361100b);       // bfi r0, r1, #4, #8
  EXPECT_EQ(insert.shift_n, 4);
  EXPECT_EQ(insert.imm, 0xffu);
  EXPECT_EQ(m4(0xf36f021f).imm, 0xffffffffu);  // bfc r2, #0, #32
  EXPECT_EQ(m4(0xf3c473c0).shift_n, 31);       // ubfx r3, r4, #31, #1
  EXPECT_EQ(m4(0xf3c473c0).imm, 1u);
  const Insn ssat = m4(0xf32100c4);  // ssat r0, #5, r1, asr #3
  EXPECT_EQ(ssat.imm, 5u);
  EXPECT_EQ(ssat.shift_type, 2);
  EXPECT_EQ(ssat.shift_n, 3);
  EXPECT_EQ(m4(0xf301001f).imm, 32u);         // ssat r0, #32, r1
  EXPECT_EQ(m4(0xfa0ff190).op, Op::SXTH_T2);  // sxth.w r1, r0, ror #8
  EXPECT_EQ(m4(0xfa0ff190).shift_n, 8);
}

TEST(Decode, WhatACoreLacksIsUndefined) {
  const auto has = [](CoreKind core, std::uint32_t word) {
    return decode_on(core, word).op != Op::Undefined;
  };
  using enum CoreKind;
  for (const std::uint32_t word : {0xb100u, 0xbf08u, 0xf04f0001u, 0xf0008000u, 0xe8501f00u}) {
    EXPECT_FALSE(has(cortex_m0, word)) << std::hex << word;  // cbz, it, mov.w, beq.w, ldrex
    EXPECT_TRUE(has(cortex_m3, word)) << std::hex << word;
  }
  for (const std::uint32_t word :
       {0xf000f800u, 0xf3808808u, 0xf3ef8014u, 0xf3bf8f5fu, 0xf7f0a000u}) {
    EXPECT_TRUE(has(cortex_m0, word)) << std::hex << word;  // bl, msr, mrs, dmb, udf.w
  }
  EXPECT_FALSE(has(cortex_m0, 0xf3808811));  // msr basepri
  EXPECT_FALSE(has(cortex_m0, 0xb661));      // cpsie f
  EXPECT_FALSE(has(cortex_m3, 0xfb20f001));  // smuad
  EXPECT_FALSE(has(cortex_m3, 0xf3210000));  // ssat16: not SSAT with ASR #0
  EXPECT_FALSE(has(cortex_m3, 0xf3828400));  // msr apsr_g
  EXPECT_TRUE(has(cortex_m4, 0xf3828400));
  EXPECT_EQ(decode_on(cortex_m3, 0xee000a00).op, Op::CDP_T1);  // vmla.f32: there is no FPU
  EXPECT_FALSE(has(cortex_m4, 0xee300b00));                    // vadd.f64
  EXPECT_TRUE(has(cortex_m7, 0xee300b00));
  EXPECT_TRUE(has(cortex_m23, 0xb100) && has(cortex_m23, 0xf2400001) &&
              has(cortex_m23, 0xfb90f0f1));
  EXPECT_FALSE(has(cortex_m23, 0xbf08));     // it
  EXPECT_TRUE(has(cortex_m33, 0xe8d10faf));  // lda r0, [r1]
  EXPECT_FALSE(has(cortex_m7, 0xe8d10faf));
}

TEST(Decode, BaselineTookOverAFewWideEncodings) {
  using enum CoreKind;
  // b.w, movw, movt, sdiv, udiv, ldrex, strexb, clrex, cbz, lda, stlex
  for (const std::uint32_t word :
       {0xf000b800u, 0xf2400001u, 0xf2c00001u, 0xfb90f0f1u, 0xfbb0f0f1u, 0xe8501f00u, 0xe8c01f42u,
        0xf3bf8f2fu, 0xb100u, 0xe8d10fafu, 0xe8c01fe2u}) {
    EXPECT_EQ(decode_on(cortex_m0plus, word).op, Op::Undefined) << std::hex << word;
    EXPECT_NE(decode_on(cortex_m23, word).op, Op::Undefined) << std::hex << word;
  }
  // it, add.w, beq.w, ldr.w, nop.w, tbb, umull, msr basepri, cpsie f, ldc
  for (const std::uint32_t word : {0xbf08u, 0xf1000001u, 0xf0008000u, 0xf8d00000u, 0xf3af8000u,
                                   0xe8d0f001u, 0xfba01203u, 0xf3808811u, 0xb661u, 0xed900100u}) {
    EXPECT_EQ(decode_on(cortex_m23, word).op, Op::Undefined) << std::hex << word;
    EXPECT_NE(decode_on(cortex_m33, word).op, Op::Undefined) << std::hex << word;
  }
}

TEST(Decode, SecurityExtension) {
  using enum CoreKind;
  static constexpr struct {
    std::uint32_t word;
    Op op;
  } kWords[] = {
      {0xe97fe97f, Op::SG_T1},   {0x4704, Op::BXNS_T1},    {0x4784, Op::BLXNS_T1},
      {0xe841f000, Op::TT_T1},   {0xe841f040, Op::TTT_T1}, {0xe841f080, Op::TTA_T1},
      {0xe841f0c0, Op::TTAT_T1}, {0xf3ef8088, Op::MRS_T1}, {0xf3808898, Op::MSR_T1},
      {0xf3ef800a, Op::MRS_T1},
  };
  for (const auto& [word, op] : kWords) {
    for (const CoreKind core : {cortex_m23, cortex_m33}) {
      EXPECT_EQ(decode_on(core, word).op, op) << std::hex << word;
    }
    EXPECT_EQ(decode_on(cortex_m7, word).op, Op::Undefined) << std::hex << word;
  }
  EXPECT_EQ(decode_on(cortex_m33, 0xec300a00).op, Op::VLLDM_T1);
  EXPECT_EQ(decode_on(cortex_m33, 0xec200a00).op, Op::VLSTM_T1);
  EXPECT_EQ(decode_on(cortex_m33, 0xf380888a).op, Op::MSR_T1) << "MSPLIM_NS";
  EXPECT_EQ(decode_on(cortex_m23, 0xf380888a).op, Op::Undefined) << "is Mainline's";
  for (const std::uint32_t word : {0x476cu, 0x47fcu, 0xe84ff000u, 0xe841fd00u, 0xe841f001u}) {
    EXPECT_EQ(decode_on(cortex_m33, word).op, Op::Undefined) << std::hex << word;
  }
}

TEST(Decode, CoprocessorsOtherThanTheFpu) {
  using enum CoreKind;
  static constexpr struct {
    std::uint32_t word;
    Op op;
  } kWords[] = {
      {0xee010f10, Op::MCR_T1},  // mcr p15, 0, r0, c1, c0, 0
      {0xfe110310, Op::MRC_T2},  // mrc2 p3
      {0xee120345, Op::CDP_T1}, {0xec410012, Op::MCRR_T1}, {0xec510112, Op::MRRC_T1},
      {0xed910102, Op::LDC_T1}, {0xfc810102, Op::STC_T2},
  };
  for (const auto& [word, op] : kWords) {
    EXPECT_EQ(decode_on(cortex_m0, word).op, Op::Undefined) << std::hex << word;
    for (const CoreKind core : {cortex_m3, cortex_m4, cortex_m7, cortex_m33}) {
      EXPECT_EQ(decode_on(core, word).op, op) << std::hex << word;
    }
    EXPECT_EQ(decode_on(cortex_m3, word).imm, word >> 8 & 15);
  }
  EXPECT_EQ(m4(0xec010102).op, Op::Undefined) << "neither indexed, nor up, nor written back";
  EXPECT_EQ(decode_on(cortex_m3, 0xee300a20).op, Op::CDP_T1) << "vadd.f32 on a core without FPU";
  EXPECT_EQ(m4(0xee300b20).op, Op::Undefined) << "vadd.f64 on an FPU without doubles";
}

}  // namespace
}  // namespace sramscope::isa
