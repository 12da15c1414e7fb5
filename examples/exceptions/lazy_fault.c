// FP registers whose saving was put off, and then fails: what faults is the first FP instruction of
// the handler, but the rights and priorities that count are those of the code whose registers they
// are (FPCCR).
#include "trace.h"

static uint32_t process_stack[512] __attribute__((aligned(2048)));
static volatile unsigned rights_in_handler;

enum { kAll, kReadOnly, kPrivileged };

#if __ARM_ARCH >= 8
static void set_region(uint32_t number, uint32_t first, uint32_t last, unsigned rights) {
  static const uint8_t attributes[] = {1 << 1, 3 << 1, 0 << 1};
  MPU_RNR = number;
  MPU_RBAR = first | attributes[rights];
  REGISTER(0xE000EDA0) = (last & ~31u) | 1;
}
static void stack_is_for(unsigned rights) {
  set_region(7, (uint32_t)process_stack, (uint32_t)process_stack + 2047, rights);
  barrier();
}
static void everything_else_is_for_all(void) {
  set_region(0, 0, (uint32_t)process_stack - 1, kAll);
  set_region(1, (uint32_t)process_stack + 2048, 0xffffffff, kAll);
}
#else
static void set_region(uint32_t number, uint32_t first, unsigned log2, unsigned rights) {
  static const uint8_t attributes[] = {3, 6, 1};
  MPU_RNR = number;
  MPU_RBAR = first;
  MPU_RASR = (uint32_t)attributes[rights] << 24 | (log2 - 1) << 1 | 1;
}
static void stack_is_for(unsigned rights) {
  set_region(7, (uint32_t)process_stack, 11, rights);
  barrier();
}
static void everything_else_is_for_all(void) { set_region(0, 0, 32, kAll); }
#endif

static uint32_t fp_status(void) { return FPCCR & 0xc000013b & ~4u; }

void on_fault(Frame* frame, uint32_t exc_return) {
  (void)frame;
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  trace("  cfsr", CFSR);
  trace("  hfsr", HFSR);
  trace("  fpccr", fp_status());
  CFSR = CFSR;
  HFSR = HFSR;
  stack_is_for(kAll);  // the instruction is executed again
}

void svc_handler(void) {
  trace("svc", fp_status());
  stack_is_for(rights_in_handler);
  __asm__ volatile("vmov.f32 s0, #2.0" ::: "s0");
  trace("svc goes on", fp_status());
  stack_is_for(kAll);
  write_control(read_control() & ~1u);
}

static void call(const char* what, uint32_t control) {
  trace_text(what);
  write_control(control);
  uint32_t value;
  __asm__ volatile(
      "vmov.f32 s0, #1.0\n"
      "svc 0\n"
      "vmov %0, s0\n"
      : "=r"(value)
      :
      : "s0", "memory");
  write_control(0);
  trace("s0", value);
}

int main(void) {
  write_psp((uint32_t)(process_stack + 512));
  everything_else_is_for_all();
  stack_is_for(kAll);
  MPU_CTRL = 5;
  barrier();
  rights_in_handler = kReadOnly;
  SHCSR = 7 << 16;
  set_priority(4, 0x40);
  set_priority(11, 0x80);
  call("-- the fault pre-empts the handler", 2);
  SHCSR = 0;
  call("-- HardFault in its place", 2);
  SHCSR = 7 << 16;
  set_priority(4, 0xc0);
  call("-- the fault has to wait until the handler ends", 2);
  set_priority(4, 0x40);
  rights_in_handler = kPrivileged;
  call("-- the handler may write, the code may not", 3);
  call("-- both may", 2);
  return 0;
}
