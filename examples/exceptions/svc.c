// SVC with an argument, a result through the stacked frame, SVC on the process stack, and PendSV pended by SVC.
#include "trace.h"

static uint32_t process_stack[256] __attribute__((aligned(8)));

/// The number is in the instruction before the return address; the sum of r0..r3 and the number goes back in r0.
__attribute__((used)) void serve(Frame* frame, uint32_t exc_return) {
  const uint32_t number = *(const uint8_t*)(frame->pc - 2);
  trace("svc", number);
  trace("  exc_return", exc_return);
  trace("  ipsr", read_ipsr());
  trace("  control", read_control());
  trace("  frame psr", frame->psr);
  trace("  frame at", (uint32_t)frame);
  trace("  lr", frame->lr & 1);
  if (number == 3) {
    ICSR = kPendSvSet;
    barrier();
    trace("  icsr", ICSR);
  }
  frame->r0 += frame->r1 + frame->r2 + frame->r3 + frame->r12 + number;
}

__attribute__((naked)) void svc_handler(void) {
  __asm__ volatile(
      "mov r1, lr\n"
      "mov r0, sp\n"
      "lsls r2, r1, #29\n"
      "bpl 1f\n"
      "mrs r0, psp\n"
      "1: push {r1, lr}\n"
      "bl serve\n"
      "pop {r1, pc}\n");
}

void pend_sv_handler(void) {
  trace("pendsv", exc_return_in_lr());
  trace("  icsr", ICSR);
}

#define SVC(number, a, b, c, d)                                                                                         \
  ({                                                                                                                    \
    register uint32_t r0 __asm__("r0") = (a);                                                                           \
    register uint32_t r1 __asm__("r1") = (b);                                                                           \
    register uint32_t r2 __asm__("r2") = (c);                                                                           \
    register uint32_t r3 __asm__("r3") = (d);                                                                           \
    __asm__ volatile("movs r4, #9\n\tmov r12, r4\n\tcmp r1, r2\n\tsvc %4"                                              \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                                                            \
                     : "i"(number)                                                                                      \
                     : "r4", "r12", "cc", "memory");                                                                    \
    r0;                                                                                                                 \
  })

int main(void) {
  trace("result", SVC(1, 10, 20, 30, 40));
  trace("result", SVC(255, 1, 1, 1, 1));
  set_priority(14, 0xff);
  trace("result", SVC(3, 0, 0, 0, 0));
  write_psp((uint32_t)(process_stack + 256));
  write_control(2);
  trace("result", SVC(2, 100, 200, 300, 400));
  trace("result", SVC(3, 1, 0, 0, 0));
  trace("control", read_control());
  write_control(0);
  trace("psp moved by", (uint32_t)(process_stack + 256) - read_psp());
  return 0;
}
