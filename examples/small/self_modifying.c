// Writes Thumb code to RAM, runs it, changes it in place and runs it again: what a boot loader or a
// JIT does, and what a simulator that caches decoded blocks has to notice.
#include <stdint.h>
#include <stdio.h>

typedef int (*Function)(int);

static volatile uint16_t code[16] __attribute__((aligned(8)));

static void synchronise(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

static int call(int argument) { return ((Function)((uintptr_t)code | 1))(argument); }

/// Changes an instruction of the very block that is running.
static int modify_itself(void) {
  static const uint16_t kProgram[] = {
      0x4904,          // ldr  r1, [pc, #16]  the new instruction, at index 10
      0x467a,          // mov  r2, pc
      0x8111,          // strh r1, [r2, #8]   to index 7
      0xf3bf, 0x8f4f,  // dsb
      0xf3bf, 0x8f6f,  // isb
      0x2001,          // movs r0, #1         becomes movs r0, #2
      0x4770,          // bx   lr
      0xbf00,          // nop
      0x2002, 0x0000,  // the literal: movs r0, #2
  };
  for (unsigned i = 0; i < sizeof kProgram / sizeof kProgram[0]; ++i) code[i] = kProgram[i];
  synchronise();
  return call(0);
}

int main(void) {
  code[0] = 0x3005;  // adds r0, #5
  code[1] = 0x4770;  // bx lr
  synchronise();
  printf("adds r0, #5: %d\n", call(10));
  code[0] = 0x3805;  // subs r0, #5
  synchronise();
  printf("subs r0, #5: %d\n", call(10));
  int sum = 0;
  for (int i = 0; i < 200; ++i) {
    code[0] = (uint16_t)(0x2000 | i);  // movs r0, #i
    synchronise();
    sum += call(0);
  }
  printf("200 versions: %d\n", sum);
  const int modified = modify_itself();
  printf("modifies itself: %d\n", modified);
  return sum == 19900 && modified == 2 ? 0 : 1;
}
