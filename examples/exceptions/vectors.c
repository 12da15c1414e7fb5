// Vectors in RAM, priorities as they read back, and a reset request, which ends the run.
#include "trace.h"

static volatile Handler table[64] __attribute__((aligned(256)));

static void first(void) { trace("first handler", read_ipsr()); }
static void second(void) { trace("second handler", read_ipsr()); }
static void lost(void) { trace("handler of a bad vector", read_ipsr()); }

static void relocate(void) {
  trace("vtor", VTOR);
  for (int i = 0; i < 48; ++i) table[i] = vector_table[i];
  table[14] = first;
  VTOR = (uint32_t)table | 0x7f;
  trace("vtor is the table", VTOR == (uint32_t)table);
  barrier();
  ICSR = kPendSvSet;
  barrier();
  table[14] = second;
  ICSR = kPendSvSet;
  barrier();
}

static void priorities(void) {
  NVIC_ISER = 0xffffffff;
  for (int i = 4; i < 20; ++i) set_priority(i, 0xff);
  trace("shpr1", REGISTER(0xE000ED18));
  trace("shpr2", SHPR2);
  trace("shpr3", SHPR3);
  trace("ipr0", REGISTER(0xE000E400));
  for (int i = 4; i < 20; ++i) set_priority(i, 0);
}

void on_fault(Frame* frame, uint32_t exc_return) {
  trace_fault(frame, exc_return);
  table[14] = lost;
  frame->psr |= 1u << 24;
}

static void bad_vectors(void) {
  trace_text("-- a vector without the Thumb bit");
  SHCSR = 7 << 16;
  table[14] = (Handler)((uint32_t)&lost & ~1u);
  ICSR = kPendSvSet;
  barrier();
  trace_text("-- no vector table at all: HardFault, but its vector is not there either");
}

int main(void) {
  relocate();
  priorities();
  bad_vectors();
  AIRCR = 0xdead0004;
  barrier();
  trace_text("no reset without the key");
  AIRCR = 0x05fa0004;
  for (;;) barrier();
}
