// One fault after the other: which exception, which status bits, which address, which stacked PC. Then the same where the
// configurable handlers are off or masked.
#include "trace.h"

static uint32_t words[16] __attribute__((aligned(16)));
static uint64_t* const kUnaligned = (uint64_t*)((uint32_t)words + 2);

static void undefined(void) { __asm__ volatile("udf #1"); }
static void undefined_wide(void) { __asm__ volatile("udf.w #1"); }
static void coprocessor_mcr(void) { __asm__ volatile("mcr p1, 0, r0, c0, c0, 0"); }
static void coprocessor_cdp(void) { __asm__ volatile("cdp p7, 1, c2, c3, c4, 5"); }
static void coprocessor_mrrc(void) { __asm__ volatile("mrrc p5, 1, r0, r1, c2"); }
static void coprocessor_ldc(void) { __asm__ volatile("mov r0, %0\n\tldc p3, c4, [r0]" ::"r"(words) : "r0"); }
#if defined(__ARM_FP)
static void fpu_off(void) {
  CPACR = 0;
  barrier();
  resume_at = 0;
  __asm__ volatile("vmov s0, r0" ::: "s0");
  CPACR = 0xf << 20;
  barrier();
}
#endif
static void unaligned_ldm(void) { __asm__ volatile("mov r0, %0\n\tldmia r0, {r1, r2}" ::"r"(kUnaligned) : "r0", "r1", "r2"); }
static void unaligned_stm(void) { __asm__ volatile("mov r0, %0\n\tstmia r0!, {r1, r2}" ::"r"(kUnaligned) : "r0"); }
static void unaligned_ldrd(void) { __asm__ volatile("mov r0, %0\n\tldrd r1, r2, [r0]" ::"r"(kUnaligned) : "r0", "r1", "r2"); }
static void unaligned_strd(void) { __asm__ volatile("mov r0, %0\n\tstrd r1, r2, [r0]" ::"r"(kUnaligned) : "r0"); }
static void unaligned_ldrex(void) { __asm__ volatile("mov r0, %0\n\tldrex r1, [r0]" ::"r"(kUnaligned) : "r0", "r1"); }
#if defined(WHICH)
static void unaligned_strexh(void) {
  __asm__ volatile("adds r0, %0, #1\n\tstrexh r1, r2, [r0]" ::"r"(kUnaligned) : "r0", "r1");
}
static void ldm_runs_out(void) {
  __asm__ volatile("ldr r0, =0x203ffff8\n\tldmia r0, {r1, r2, r3, r4}" ::: "r0", "r1", "r2", "r3", "r4");
}
#endif
static void unaligned_word_trapped(void) {
  CCR = CCR | 8;
  __asm__ volatile("mov r0, %0\n\tmovs r1, #5\n\tldr r1, [r0]" ::"r"(kUnaligned) : "r0", "r1");
  CCR = CCR & ~8u;
}
static void unaligned_half_trapped(void) {
  CCR = CCR | 8;
  __asm__ volatile("adds r0, %0, #1\n\tstrh r1, [r0]" ::"r"(kUnaligned) : "r0", "r1");
  CCR = CCR & ~8u;
}
static void unaligned_word(void) { __asm__ volatile("mov r0, %0\n\tldr r1, [r0]" ::"r"(kUnaligned) : "r0", "r1"); }
static void divide_untrapped(void) {
  uint32_t result;
  __asm__ volatile("movs r1, #7\n\tmovs r2, #0\n\tudiv %0, r1, r2" : "=r"(result)::"r1", "r2");
  trace("  7 / 0", result);
}
static void divide_trapped(void) {
  CCR = CCR | 0x10;
  __asm__ volatile("movs r0, #7\n\tmovs r1, #0\n\tsdiv r0, r0, r1" ::: "r0", "r1");
  CCR = CCR & ~0x10u;
}

/// Calls `target`; the handler goes on behind the call.
__attribute__((naked, noinline)) static void jump(uint32_t target) {
  (void)target;
  __asm__ volatile(
      "push {r4, lr}\n"
      "ldr r1, =resume_at\n"
      "adr r2, 1f\n"
      "str r2, [r1]\n"
      "blx r0\n"
      ".p2align 2\n"
      "1: pop {r4, pc}\n");
}
static void arm_state(void) { jump((uint32_t)&undefined & ~1u); }
static void arm_state_null(void) { jump(0); }
#if defined(WHICH)
static void fetch_bus(void) { jump(0x18000001); }
#endif
static void fetch_xn_peripheral(void) { jump(0x40000001); }
static void fetch_xn_system(void) { jump(0xe0000001); }
static void exc_return_in_thread(void) { jump(0xfffffff9); }
static void pop_without_thumb(void) {
  __asm__ volatile(
      "ldr r1, =resume_at\n"
      "adr r2, 1f\n"
      "str r2, [r1]\n"
      "movs r0, #0\n"
      "adds r0, #128\n"
      "push {r0}\n"
      "pop {pc}\n"
      ".p2align 2\n"
      "1: nop\n" ::
          : "r0", "r1", "r2", "memory");
}
static void read_nothing(void) { __asm__ volatile("ldr r0, =0x3f000010\n\tldr r1, [r0, #4]" ::: "r0", "r1"); }
static void read_byte(void) { __asm__ volatile("ldr r0, =0x3f000013\n\tldrb r1, [r0]" ::: "r0", "r1"); }
static void write_nothing(void) { __asm__ volatile("ldr r0, =0x3f000010\n\tstr r1, [r0], #4" ::: "r0", "r1"); }

static const struct {
  const char* name;
  void (*run)(void);
} cases[] = {
    {"undefined", undefined},
    {"undefined wide", undefined_wide},
    {"mcr p1", coprocessor_mcr},
    {"cdp p7", coprocessor_cdp},
    {"mrrc p5", coprocessor_mrrc},
    {"ldc p3", coprocessor_ldc},
#if defined(__ARM_FP)
    {"fpu off", fpu_off},
#endif
    {"unaligned ldm", unaligned_ldm},
    {"unaligned stm", unaligned_stm},
    {"unaligned ldrd", unaligned_ldrd},
    {"unaligned strd", unaligned_strd},
    {"unaligned ldrex", unaligned_ldrex},
#if defined(WHICH)  // some emulators look at the monitor first
    {"unaligned strexh", unaligned_strexh},
#endif
    {"unaligned word, trapped", unaligned_word_trapped},
    {"unaligned halfword, trapped", unaligned_half_trapped},
    {"unaligned word", unaligned_word},
    {"divide by zero", divide_untrapped},
    {"divide by zero, trapped", divide_trapped},
    {"blx without thumb bit", arm_state},
    {"blx to 0", arm_state_null},
    {"pop without thumb bit", pop_without_thumb},
#if defined(WHICH)  // an emulator may give up here
    {"fetch from nothing", fetch_bus},
#endif
    {"fetch from peripheral region", fetch_xn_peripheral},
    {"fetch from system region", fetch_xn_system},
    {"EXC_RETURN in thread mode", exc_return_in_thread},
    {"read from nothing", read_nothing},
    {"read byte from nothing", read_byte},
    {"write to nothing", write_nothing},
#if defined(WHICH)  // there may be an alias of the RAM
    {"ldm over the end", ldm_runs_out},
#endif
};

static void run_all(const char* how) {
  trace_text(how);
  for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    trace_text(cases[i].name);
    cases[i].run();
  }
}

void svc_handler(void) {
  trace_text("in a handler");
  undefined();
  read_nothing();
}

int main(void) {
  SHCSR = 7 << 16;
  trace("shcsr", SHCSR);
  run_all("== handlers on");
  set_priority(5, 0x40);
  set_priority(6, 0x80);
  set_priority(11, 0x60);
  trace_text("== usage fault (0x80) in svc (0x60) escalates, bus fault (0x40) does not");
  __asm__ volatile("svc 0");
  trace_text("== basepri 0x80 keeps the usage fault (0x80) out");
  write_basepri(0x80);
  undefined();
  read_nothing();
  write_basepri(0);
  trace_text("== primask");
  write_primask(1);
  undefined();
  __asm__ volatile("svc 0");
  write_primask(0);
  SHCSR = 0;
  run_all("== handlers off");
  return 0;
}
