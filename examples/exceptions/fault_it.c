// Faults and exception returns in the middle of IT blocks: the stacked ITSTATE, and what the rest of the block does.
#include "trace.h"

static volatile int skip, clear_it;

static uint32_t it_state(uint32_t psr) { return ((psr >> 25) & 3) | ((psr >> 8) & 0xfc); }

void on_fault(Frame* frame, uint32_t exc_return) {
  (void)exc_return;
  trace("  cfsr", CFSR);
  CFSR = CFSR;
  trace("  pc", frame->pc);
  trace("  psr", frame->psr);
  trace("  itstate", it_state(frame->psr));
  trace("  own itstate", it_state(read_xpsr()));
  if (clear_it) frame->psr &= ~0x0600fc00u;
  if (skip) {
    // Steps over the instruction the way a handler must: ITSTATE advances with it.
    frame->pc += instruction_size(frame->pc);
    if (!clear_it) {
      uint32_t it = it_state(frame->psr);
      it = (it & 7) == 0 ? 0 : (it & 0xe0) | ((it << 1) & 0x1f);
      frame->psr = (frame->psr & ~0x0600fc00u) | (it & 3) << 25 | (it & 0xfc) << 8;
    }
  } else {
    CCR = CCR & ~0x10u;  // lets the divide succeed when it runs again
  }
}

void svc_handler(void) { trace("  svc", read_xpsr() & 0x0600fdff); }

/// Bits of r3 tell which instructions ran.
static void equal(void) {
  uint32_t ran;
  __asm__ volatile(
      "movs r3, #0\n"
      "movs r1, #8\n"
      "movs r2, #0\n"
      "cmp r3, #0\n"
      "ittee eq\n"
      "orreq r3, r3, #1\n"
      "udiveq r1, r1, r2\n"
      "orrne r3, r3, #4\n"
      "orrne r3, r3, #8\n"
      "mov %0, r3\n"
      : "=r"(ran)::"r1", "r2", "r3", "cc");
  trace("ran", ran);
}

static void last_of_four(void) {
  uint32_t ran;
  __asm__ volatile(
      "movs r3, #0\n"
      "movs r1, #8\n"
      "movs r2, #0\n"
      "cmp r3, #1\n"
      "itete lo\n"
      "orrlo r3, r3, #1\n"
      "orrhs r3, r3, #2\n"
      "orrlo r3, r3, #4\n"
      "udivhs r1, r1, r2\n"
      "orr r3, r3, #16\n"
      "cmp r3, #1\n"
      "itete hs\n"
      "orrhs r3, r3, #32\n"
      "udivlo r1, r1, r2\n"
      "udivhs r1, r1, r2\n"
      "orrlo r3, r3, #64\n"
      "orr r3, r3, #128\n"
      "mov %0, r3\n"
      : "=r"(ran)::"r1", "r2", "r3", "cc");
  trace("ran", ran);
}

static void svc_inside(void) {
  uint32_t ran;
  __asm__ volatile(
      "movs r3, #0\n"
      "cmp r3, #0\n"
      "ittet eq\n"
      "orreq r3, r3, #1\n"
      "svceq 1\n"
      "orrne r3, r3, #4\n"
      "orreq r3, r3, #8\n"
      "cmp r3, #0\n"
      "ite eq\n"
      "svceq 2\n"
      "orrne r3, r3, #16\n"
      "mov %0, r3\n"
      : "=r"(ran)::"r3", "cc");
  trace("ran", ran);
}

/// Handlers may return into the middle of a block with any ITSTATE.
static void undefined_inside(void) {
  uint32_t ran;
  __asm__ volatile(
      "movs r3, #0\n"
      "cmp r3, #0\n"
      "itet ne\n"
      "udfne #3\n"
      "orreq r3, r3, #2\n"
      "udfne #4\n"
      "cmp r3, #0\n"
      "ittt ne\n"
      "orrne r3, r3, #4\n"
      ".inst.n 0xde05\n"
      "orrne r3, r3, #8\n"
      "mov %0, r3\n"
      : "=r"(ran)::"r3", "cc");
  trace("ran", ran);
}

static void run(const char* how) {
  trace_text(how);
  CCR = CCR | 0x10;
  equal();
  CCR = CCR | 0x10;
  last_of_four();
  CCR = CCR & ~0x10u;
}

int main(void) {
  SHCSR = 7 << 16;
  run("== run again");
  skip = 1;
  run("== step over");
  undefined_inside();
  clear_it = 1;
  run("== step over and leave the block");
  undefined_inside();
  trace_text("== svc");
  svc_inside();
  return 0;
}
