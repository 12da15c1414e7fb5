// What is pending when a handler ends is taken at once, in order of priority; PendSV comes last of all; NMI beats everything.
#include "trace.h"

void irq_handler(void) {
  const uint32_t exc_return = exc_return_in_lr();
  const uint32_t irq = read_ipsr() - 16;
  trace("irq", irq);
  trace("  exc_return", exc_return);
  if (irq == 1) {
    NVIC_ISPR = 1 << 2 | 1 << 3 | 1 << 5 | 1 << 9;
    ICSR = kPendSvSet;
    ICSR = kPendStSet;
    barrier();
    trace("  icsr", ICSR);
  }
  if (irq == 3) {
    ICSR = 1u << 31;
    barrier();
  }
  trace("irq ends", irq);
}

void pend_sv_handler(void) {
  const uint32_t exc_return = exc_return_in_lr();
  trace("pendsv", exc_return);
  trace("  icsr", ICSR);
}
void systick_handler(void) { trace("systick", exc_return_in_lr()); }
void nmi_handler(void) { trace("nmi", exc_return_in_lr()); }

int main(void) {
  NVIC_ISER = 0xffff;
  set_priority(14, 0xc0);
  set_priority(15, 0x80);
  set_irq_priority(5, 0x40);
  set_irq_priority(9, 0xc0);
  trace("shpr3", SHPR3);
  NVIC_ISPR = 1 << 1;
  barrier();
  trace_text("-- a cleared PendSV and SysTick are not taken");
  write_primask(1);
  ICSR = kPendSvSet;
  ICSR = kPendStSet;
  trace("icsr", ICSR);
  ICSR = 1u << 27;
  ICSR = kPendStClr;
  trace("icsr", ICSR);
  write_primask(0);
  barrier();
  trace_text("-- nothing masks NMI");
  write_primask(1);
  ICSR = 1u << 31;
  barrier();
  write_primask(0);
  return 0;
}
