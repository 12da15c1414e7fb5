/* Short loops whose cycles have been published for silicon. Each kernel takes the number of turns in r0 and runs its body that often:
 * `body; subs r0, #1; bne`. published.json says what one turn takes on which core, and who measured it.
 */
  .syntax unified
  .thumb
  .data
  .balign 16
buffer:
  .word 0, 0, buffer, 0, 0, 0, 0, 0

  .text
  .macro kernel name
  .balign 16
  .thumb_func
  .type \name, %function
  .global \name
\name:
  mov r12, lr
  ldr r1, =buffer
  movs r2, #0
  movs r3, #1
  movs r4, #0
  movs r5, #0
  movs r6, #2
  movs r7, #3
  b 1f
  .ltorg
  .balign 16
1:
  .endm
  .macro repeat
  subs r0, #1
  bne 1b
  mov lr, r12
  bx lr
  .endm

kernel delay_loop
  repeat

kernel load_nop
  ldr r2, [r1]
  nop
  repeat

kernel store_nop
  str r3, [r1]
  nop
  repeat

kernel store_register_nop
  str r3, [r1, r5]
  nop
  repeat

kernel loads_three_nop
  ldr r2, [r1]
  ldr r3, [r1, #4]
  ldr r4, [r1, #12]
  nop
  repeat

kernel load_multiple_four
  mov r7, r1
  nop
  ldmia r7!, {r2, r3, r4, r5}
  repeat

kernel push_pop_four
  push {r2, r3, r4, r5}
  nop
  pop {r2, r3, r4, r5}
  repeat

kernel multiply
  muls r3, r6, r3
  nop
  repeat

kernel branch
  b 2f
  nop
  .balign 4
2:
  nop
  repeat

kernel branch_not_taken
  cmp r3, #99
  beq 2f
  nop
  nop
2:
  repeat

kernel call_and_return
  b 3f
  .balign 4
2:
  bx lr
  .balign 4
3:
  bl 2b
  nop
  repeat

kernel call_push_pop_return
  b 3f
  .balign 4
2:
  push {r4, lr}
  nop
  pop {r4, pc}
  .balign 4
3:
  bl 2b
  nop
  repeat

kernel read_special
  mrs r2, primask
  nop
  repeat

#if __ARM_ARCH_ISA_THUMB == 2
kernel load_load_dependent
  ldr r4, [r1, #8]
  ldr r2, [r4]
  nop
  repeat

kernel load_store
  ldr r2, [r1]
  str r3, [r1, #4]
  nop
  repeat

kernel store_load
  str r3, [r1]
  ldr r2, [r1, #4]
  nop
  repeat

kernel address_from_alu
  adds r4, r1, #4
  ldr r2, [r4]
  nop
  repeat

kernel load_dual
  ldrd r2, r3, [r1]
  nop
  repeat

kernel compare_branch_taken
  cbz r5, 2f
  nop
  .balign 4
2:
  nop
  repeat

kernel load_to_pc
  adr r4, 2f + 1
  str r4, [r1]
  nop
  nop
  ldr pc, [r1]
  .balign 4
2:
  nop
  repeat

kernel it_after_narrow
  adds r2, #1
  it eq
  addeq r3, #1
  nop
  repeat

kernel it_after_wide
  adds.w r2, r2, #1
  it eq
  addeq r3, #1
  nop
  repeat

kernel wide_target_aligned
  b 2f
  .balign 4
2:
  add.w r2, r2, #1
  nop
  repeat

kernel wide_target_straddling
  b 2f
  .balign 4
  nop
2:
  add.w r2, r2, #1
  repeat

kernel multiply_accumulate
  mla r2, r3, r6, r2
  nop
  repeat

kernel divide_by_larger
  udiv r2, r3, r6
  nop
  repeat

kernel unaligned_word_load
  ldr r2, [r1, #2]
  nop
  repeat
#endif

#ifdef __ARM_FEATURE_DSP
kernel dsp_multiply_accumulate
  smlad r2, r3, r6, r2
  smull r4, r5, r3, r6
  repeat
#endif

#ifdef __ARM_FP
kernel float_add_twice
  vadd.f32 s0, s1, s2
  vadd.f32 s3, s4, s5
  repeat

kernel float_add_chain
  vadd.f32 s0, s0, s1
  vadd.f32 s0, s0, s1
  vadd.f32 s0, s0, s1
  vadd.f32 s0, s0, s1
  repeat

kernel float_mac_chain
  vmla.f32 s0, s1, s2
  vmla.f32 s0, s1, s2
  vmla.f32 s0, s1, s2
  vmla.f32 s0, s1, s2
  repeat

kernel float_divide_beside_integer
  vdiv.f32 s0, s1, s2
  adds r2, #1
  adds r2, #1
  adds r2, #1
  adds r2, #1
  repeat
#endif

#if __ARM_ARCH_ISA_THUMB == 2
kernel twenty_instructions
  adds r2, #1
  adds r3, #1
  adds r4, #1
  adds r5, #1
  adds r6, #1
  adds r7, #1
  adds r2, #1
  adds r3, #1
  adds r4, #1
  adds r5, #1
  adds r6, #1
  adds r7, #1
  adds r2, #1
  adds r3, #1
  adds r4, #1
  adds r5, #1
  adds r6, #1
  adds r7, #1
  repeat

kernel mla_chain_eight
  .rept 8
  mla r2, r3, r6, r2
  .endr
  repeat

kernel multiply_chain_eight
  .rept 8
  mul r2, r2, r6
  .endr
  repeat

kernel load_pairs_other_banks
  .rept 4
  ldr r2, [r1]
  ldr r3, [r1, #4]
  .endr
  repeat

kernel load_pairs_one_bank
  .rept 4
  ldr r2, [r1]
  ldr r3, [r1, #16]
  .endr
  repeat

kernel mac_with_store
  .rept 4
  mla r2, r3, r6, r2
  str r3, [r1]
  .endr
  repeat

kernel movw_movt
  .rept 4
  movw r2, #0x1234
  movt r2, #0x5678
  .endr
  repeat

kernel base_chase_four
  .rept 4
  ldr r1, [r1, #8]
  .endr
  repeat

kernel load_use_four
  .rept 4
  ldr r2, [r1]
  adds r3, r2, #1
  .endr
  repeat

kernel nop_beside_alu
  .rept 4
  adds r2, #1
  nop
  .endr
  repeat

kernel alu_beside_alu
  .rept 4
  adds r2, #1
  adds r3, #1
  .endr
  repeat

kernel shifted_operand_chain
  .rept 4
  add.w r2, r3, r2, lsl #1
  .endr
  repeat

kernel branch_taken_behind_move
2:
  subs r0, #1
  mov r2, r3
  bne 2b
  mov lr, r12
  bx lr
#endif
