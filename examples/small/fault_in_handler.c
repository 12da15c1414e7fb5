// Divides by zero in the handler of PendSV, which interrupts a task on the process stack whose FP
// registers are in use. UsageFault is enabled, and its handler is the usual endless loop.
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define ICSR REGISTER(0xE000ED04)
#define VTOR REGISTER(0xE000ED08)
#define CCR REGISTER(0xE000ED14)
#define SHPR3 REGISTER(0xE000ED20)
#define SHCSR REGISTER(0xE000ED24)

enum { kUsageFault = 6, kPendSv = 14, kVectors = 16 };

__attribute__((aligned(128))) static uint32_t vectors[kVectors];
static uint64_t task_stack[64];
static volatile int divisor;
static volatile int result;
static volatile float angle = 0.5f;

__attribute__((noipa)) static int divide(int n) { return n / divisor; }

static void pend_sv_handler(void) { result = divide(42) + 1; }

static void usage_fault_handler(void) {
  for (;;) {
  }
}

__attribute__((noinline, used)) static void task(void) {
  angle = angle * 3.0f;
  ICSR = 1u << 28;  // PENDSVSET
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  angle = angle * 5.0f;
}

int main(void) {
  const volatile uint32_t* old = (const volatile uint32_t*)VTOR;
  for (int i = 0; i < kVectors; ++i) vectors[i] = old[i];
  vectors[kUsageFault] = (uint32_t)usage_fault_handler;
  vectors[kPendSv] = (uint32_t)pend_sv_handler;
  VTOR = (uint32_t)vectors;
  SHPR3 |= 0xFFu << 16;  // PendSV gives way to UsageFault
  SHCSR |= 1u << 18;     // USGFAULTENA
  CCR |= 1u << 4;        // DIV_0_TRP
  __asm__ volatile(
      "msr psp, %0\n\t"
      "movs r0, #2\n\t"
      "msr control, r0\n\t"
      "isb\n\t"
      "bl task\n\t"
      "movs r0, #0\n\t"
      "msr control, r0\n\t"
      "isb\n\t" ::"r"(task_stack + 64)
      : "r0", "r1", "r2", "r3", "r12", "lr", "cc", "memory");
  return result;
}
