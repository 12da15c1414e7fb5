#include "trace.h"

#include "../startup/semihosting.h"

static char waiting[4096];
static uint32_t waiting_count;
volatile uint32_t resume_at;

static void put(char c) {
  if (waiting_count + 1 < sizeof waiting) waiting[waiting_count++] = c;
}

/// Hosts may refuse semihosting calls of unprivileged code: its lines wait.
static void print_waiting(void) {
  if (read_ipsr() == 0 && (read_control() & 1) != 0) return;
  waiting[waiting_count] = '\0';
  waiting_count = 0;
  semihosting(kSysWrite0, waiting);
}

void trace(const char* text, uint32_t value) {
  while (*text != '\0') put(*text++);
  put(' ');
  put('0');
  put('x');
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[(value >> shift) & 15]);
  put('\n');
  print_waiting();
}

void trace_text(const char* text) {
  while (*text != '\0') put(*text++);
  put('\n');
  print_waiting();
}

uint32_t instruction_size(uint32_t pc) { return *(const volatile uint16_t*)pc >= 0xE800 ? 4 : 2; }

void trace_fault(const Frame* frame, uint32_t exc_return) {
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
#if __ARM_ARCH >= 7
  trace("  cfsr", CFSR);
  trace("  hfsr", HFSR);
  if ((CFSR & 0x80) != 0) trace("  mmfar", MMFAR);
  if ((CFSR & 0x8000) != 0) trace("  bfar", BFAR);
  CFSR = CFSR;
  HFSR = HFSR;
#endif
  trace("  pc", frame->pc);
  trace("  psr", frame->psr & 0x0700fdff);  // no flags
}

__attribute__((weak)) void on_fault(Frame* frame, uint32_t exc_return) {
  trace_fault(frame, exc_return);
  if (resume_at != 0) {
    frame->pc = resume_at & ~1u;
    frame->psr |= 1u << 24;
    resume_at = 0;
  } else {
    frame->pc += instruction_size(frame->pc);
  }
}

__attribute__((naked)) void fault_entry(void) {
  __asm__ volatile(
      "mov r1, lr\n"
      "mov r0, sp\n"
      "lsls r2, r1, #29\n"  // bit 2: the frame is on the process stack
      "bpl 1f\n"
      "mrs r0, psp\n"
      "1: push {r1, lr}\n"
      "bl on_fault\n"
      "pop {r1, pc}\n");
}

static void unexpected(void) {
  trace("unexpected exception", read_ipsr());
  semihosting_exit(1);
}

#define WEAK(name) __attribute__((weak, alias("unexpected"))) void name(void);
#define FAULT(name) __attribute__((weak, alias("fault_entry"))) void name(void);
void reset_handler(void);
extern uint32_t __stack_top[];
WEAK(nmi_handler)
FAULT(hard_fault_handler)
FAULT(mem_manage_handler)
FAULT(bus_fault_handler)
FAULT(usage_fault_handler)
WEAK(svc_handler)
WEAK(pend_sv_handler)
WEAK(systick_handler)
WEAK(irq_handler)

#define FOUR(x) x, x, x, x
__attribute__((used, section(".vectors"))) const Handler vector_table[48] = {
    (Handler)__stack_top, reset_handler,     nmi_handler,       hard_fault_handler,
    mem_manage_handler,   bus_fault_handler, usage_fault_handler, unexpected,
    unexpected,           unexpected,        unexpected,        svc_handler,
    unexpected,           unexpected,        pend_sv_handler,   systick_handler,
    FOUR(irq_handler),    FOUR(irq_handler), FOUR(irq_handler), FOUR(irq_handler),
    FOUR(irq_handler),    FOUR(irq_handler), FOUR(irq_handler), FOUR(irq_handler)};
