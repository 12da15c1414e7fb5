// A small kernel in the manner of FreeRTOS: SVC starts the first task, SysTick pends PendSV, PendSV switches the context with
// the FP registers of those tasks that use them. Every task checks that its registers survive.
#include "trace.h"

enum { kTasks = 3, kWords = 256, kRounds = 20 };

static uint32_t stacks[kTasks][kWords] __attribute__((aligned(8)));
static uint32_t* stack_top[kTasks];
__attribute__((used)) static volatile uint32_t current;
static volatile uint32_t rounds[kTasks];
static volatile uint32_t errors, switches, ticks;

__attribute__((used)) static uint32_t* switch_task(uint32_t* top) {
  stack_top[current] = top;
  current = (current + 1) % kTasks;
  ++switches;
  return stack_top[current];
}
__attribute__((used)) static uint32_t* first_task(void) { return stack_top[current]; }

#define SAVE "stmdb r0!, {r4-r11, lr}\n"
#define RESTORE "ldmia r0!, {r4-r11, lr}\n"
#if defined(__ARM_FP)
#define SAVE_FP "tst lr, #0x10\n\tit eq\n\tvstmdbeq r0!, {s16-s31}\n"
#define RESTORE_FP "tst lr, #0x10\n\tit eq\n\tvldmiaeq r0!, {s16-s31}\n"
#else
#define SAVE_FP
#define RESTORE_FP
#endif

__attribute__((naked)) void pend_sv_handler(void) {
  __asm__ volatile(
      "mrs r0, psp\n"
      "isb\n" SAVE_FP SAVE
      "mov r4, #0x40\n"
      "msr basepri, r4\n"
      "dsb\n"
      "isb\n"
      "bl switch_task\n"
      "mov r4, #0\n"
      "msr basepri, r4\n" RESTORE RESTORE_FP
      "msr psp, r0\n"
      "isb\n"
      "bx lr\n");
}

__attribute__((naked)) void svc_handler(void) {
  __asm__ volatile(
      "bl first_task\n" RESTORE
      "msr psp, r0\n"
      "isb\n"
      "mov r0, #0\n"
      "msr basepri, r0\n"
      "bx lr\n");
}

void systick_handler(void) {
  ++ticks;
  ICSR = kPendSvSet;
}

static void yield(void) {
  ICSR = kPendSvSet;
  barrier();
}

/// Fills registers with values of its own, gives way in the middle, and looks at them again.
static void use_core_registers(uint32_t seed) {
  uint32_t sum;
  __asm__ volatile(
      "mov r4, %1\n"
      "add r5, r4, #1\n"
      "add r6, r4, #2\n"
      "add r8, r4, #4\n"
      "add r9, r4, #5\n"
      "add r10, r4, #6\n"
      "cmp r4, r4\n"
      "str %3, [%2]\n"
      "dsb\n"
      "isb\n"
      "ittt eq\n"
      "addeq %0, r4, r5\n"
      "addeq %0, %0, r6\n"
      "addeq %0, %0, r8\n"
      "add %0, %0, r9\n"
      "add %0, %0, r10\n"
      : "=&r"(sum)
      : "r"(seed), "r"(&ICSR), "r"(kPendSvSet)
      : "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory");
  if (sum != 6 * seed + 18) ++errors;
}

#if defined(__ARM_FP)
static void use_fp_registers(uint32_t seed) {
  uint32_t low, high, status;
  __asm__ volatile(
      "vmov s3, %3\n"
      "vmov s29, %3\n"
      "vmsr fpscr, %6\n"
      "str %5, [%4]\n"
      "dsb\n"
      "isb\n"
      "vmov %0, s3\n"
      "vmov %1, s29\n"
      "vmrs %2, fpscr\n"
      : "=&r"(low), "=&r"(high), "=&r"(status)
      : "r"(seed), "r"(&ICSR), "r"(kPendSvSet), "r"(seed << 28)
      : "s3", "s29", "cc", "memory");
  if (low != seed || high != seed || status != seed << 28) ++errors;
}
#endif

static void task(uint32_t number) {
  for (uint32_t i = 0; i < kRounds; ++i) {
    use_core_registers(1000 * number + i);
#if defined(__ARM_FP)
    if (number != 1) use_fp_registers(100 * number + i);
#endif
    ++rounds[number];
  }
  for (;;) yield();
}

static void last_task(uint32_t number) {
  (void)number;
  while (rounds[0] < kRounds || rounds[1] < kRounds) {
    const uint32_t before = ticks;
    while (ticks == before) __asm__ volatile("wfi");
#if defined(__ARM_FP)
    use_fp_registers(7 + number);
#endif
  }
  SYST_CSR = 0;
  trace("rounds of task 0", rounds[0]);
  trace("rounds of task 1", rounds[1]);
  trace("errors", errors);
  trace("switched", switches >= 2 * kRounds);
  trace("control", read_control() & 3);
  extern void finish(void);
  finish();
}

static void create(uint32_t number, void (*entry)(uint32_t)) {
  uint32_t* top = stacks[number] + kWords;
  *--top = 1u << 24;
  *--top = (uint32_t)entry;
  *--top = 0;                  // LR: tasks do not return
  top -= 5;                    // R12, R3..R1, R0
  top[0] = number;
  *--top = 0xfffffffd;         // EXC_RETURN: thread, PSP, no FP context
  top -= 8;                    // R11..R4
  stack_top[number] = top;
}

#include "../startup/semihosting.h"
void finish(void) { semihosting_exit(errors != 0); }

int main(void) {
  create(0, task);
  create(1, task);
  create(2, last_task);
  set_priority(14, 0xff);
  set_priority(15, 0xff);
  SYST_RVR = 2000;
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm__ volatile("cpsie i\n\tsvc 0");
  return 1;
}
