// Interrupts pended by software: who preempts whom, in which order equals are taken, and what each mask keeps out.
#include "trace.h"

static volatile uint32_t pend_inside[32];
static volatile uint32_t depth;

static void pend(uint32_t bits) {
  NVIC_ISPR = bits;
  barrier();
}

void irq_handler(void) {
  const uint32_t exc_return = exc_return_in_lr();
  const uint32_t irq = read_ipsr() - 16;
  ++depth;
  trace("enter irq", irq);
  trace("  exc_return", exc_return);
  trace("  depth", depth);
  trace("  active", NVIC_IABR);
  trace("  pending", NVIC_ISPR);
  trace("  icsr", ICSR);
  if (pend_inside[irq] != 0) {
    const uint32_t bits = pend_inside[irq];
    pend_inside[irq] = 0;
    pend(bits);
  }
  trace("leave irq", irq);
  --depth;
}

static void order_of_equals(void) {
  trace_text("-- equal priority: lowest number first");
  write_primask(1);
  pend(0x7c);
  trace("pending", NVIC_ISPR);
  trace("icsr", ICSR);
  write_primask(0);
  barrier();
}

static void nesting(void) {
  trace_text("-- nesting: 2 (0xc0) < 3 (0x80) < 4 (0x40)");
  set_irq_priority(2, 0xc0);
  set_irq_priority(3, 0x80);
  set_irq_priority(4, 0x40);
  pend_inside[2] = 1 << 3;
  pend_inside[3] = 1 << 4 | 1 << 2;
  pend(1 << 2);
}

#if __ARM_ARCH >= 7
static void masks(void) {
  trace_text("-- basepri 0x80 keeps 0x80 and 0xc0 out");
  write_basepri(0x80);
  pend(1 << 2 | 1 << 3 | 1 << 4);
  trace("pending", NVIC_ISPR);
  trace_text("-- basepri_max only raises the mask");
  write_basepri_max(0xc0);
  trace("basepri", read_basepri());
  write_basepri_max(0x40);
  trace("basepri", read_basepri());
  write_basepri_max(0);
  trace("basepri", read_basepri());
  trace_text("-- basepri 0xc0 lets 0x80 in");
  write_basepri(0xc0);
  barrier();
  trace_text("-- basepri 0 lets everything in");
  write_basepri(0);
  barrier();
  trace_text("-- faultmask keeps everything out");
  write_faultmask(1);
  trace("faultmask", read_faultmask());
  pend(1 << 4);
  trace_text("still out");
  __asm__ volatile("cpsie f\n\tisb" ::: "memory");
  trace("faultmask", read_faultmask());
}

static void subpriority(void) {
  trace_text("-- prigroup 6: bit 7 preempts, the rest orders");
  AIRCR = 0x05fa0000 | 6 << 8;
  trace("aircr", AIRCR);
  set_irq_priority(5, 0x60);
  set_irq_priority(6, 0x20);
  set_irq_priority(7, 0x80);
  pend_inside[5] = 1 << 6 | 1 << 7;
  pend(1 << 5);
  pend_inside[7] = 1 << 5 | 1 << 6;
  pend(1 << 7);
  trace_text("-- prigroup 7: nothing preempts");
  AIRCR = 0x05fa0700;
  pend_inside[7] = 1 << 5 | 1 << 6;
  pend(1 << 7);
  AIRCR = 0x05fa0000;
  AIRCR = 0x12340700;  // without the key nothing changes
  trace("aircr", AIRCR);
}

static void software_trigger(void) {
  trace_text("-- STIR");
  STIR = 8;
  barrier();
  STIR = 0x109;  // no such interrupt
  barrier();
}
#endif

static void enabling(void) {
  trace_text("-- a disabled interrupt waits");
  NVIC_ICER = 1 << 9;
  trace("enabled", NVIC_ISER);
  pend(1 << 9);
  trace("pending", NVIC_ISPR);
  trace("icsr", ICSR);
  NVIC_ISER = 1 << 9;
  barrier();
  trace_text("-- unless it is cleared");
  NVIC_ICER = 1 << 9;
  pend(1 << 9);
  NVIC_ICPR = 1 << 9;
  NVIC_ISER = 1 << 9;
  barrier();
  trace("pending", NVIC_ISPR);
}

static void repend(void) {
  trace_text("-- pended again while active: runs twice");
  pend_inside[9] = 1 << 9;
  pend(1 << 9);
}

int main(void) {
  NVIC_ISER = 0x3fc;
  order_of_equals();
  nesting();
#if __ARM_ARCH >= 7
  masks();
  subpriority();
  software_trigger();
#endif
  enabling();
  repend();
  return 0;
}
