// CCR.NONBASETHRDENA: a handler returns to Thread mode although another one is active, and back.
#include "trace.h"

__attribute__((used)) uint32_t serve(Frame* frame, uint32_t exc_return) {
  const uint32_t number = *(const uint8_t*)(frame->pc - 2);
  trace("svc", number);
  trace("  exc_return", exc_return);
  trace("  icsr", ICSR & 0x1ff);
  if (number == 1) {
    frame->psr &= ~0x1ffu;
    return 0xfffffff9;
  }
  frame->psr |= 14;
  return 0xfffffff1;
}
/// The return failed, so that its frame is still there: to the handler that it came from.
__attribute__((used)) uint32_t mend(Frame* frame, uint32_t exc_return) {
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  trace("  cfsr", CFSR);
  CFSR = CFSR;
  frame->psr |= 14;
  return 0xfffffff1;
}

#define RETURNING(name, function)          \
  __attribute__((naked)) void name(void) { \
    __asm__ volatile(                      \
        "mov r1, lr\n"                     \
        "mov r0, sp\n"                     \
        "push {r4, lr}\n"                  \
        "bl " #function                    \
        "\n"                               \
        "pop {r4, lr}\n"                   \
        "bx r0\n");                        \
  }
RETURNING(svc_handler, serve)
RETURNING(usage_fault_handler, mend)

void pend_sv_handler(void) {
  trace("pendsv", read_ipsr());
  __asm__ volatile("svc 1" ::: "memory");
  trace("back in", read_ipsr());
  trace("  active", SHCSR & 0xffff);
  if (read_ipsr() != 0) return;
  __asm__ volatile("svc 2" ::: "memory");
  trace("handler again", read_ipsr());
}

int main(void) {
  SHCSR = 7 << 16;
  set_priority(14, 0xc0);
  trace_text("-- not without the bit");
  ICSR = kPendSvSet;
  barrier();
  trace("active", SHCSR & 0xffff);
  trace_text("-- with it");
  CCR = CCR | 1;
  barrier();
  ICSR = kPendSvSet;
  barrier();
  trace("main", read_ipsr());
  trace("icsr", ICSR);
  return 0;
}
