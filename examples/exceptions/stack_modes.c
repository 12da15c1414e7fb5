// CONTROL, the two stack pointers, unprivileged code, and the alignment of frames.
#include "trace.h"

static uint32_t process_stack[256] __attribute__((aligned(8)));

__attribute__((used)) void serve(Frame* frame, uint32_t exc_return) {
  const uint32_t number = *(const uint8_t*)(frame->pc - 2);
  trace("svc", number);
  trace("  exc_return", exc_return);
  trace("  control", read_control());
  trace("  frame psr", frame->psr & 0x0700ffff);
  trace("  frame at", (uint32_t)frame);
  if (number == 1) write_control(0);  // back to privileged, main stack
  if (number == 2) {
    write_control(3);
    trace("  control in handler", read_control());
    write_control(1);
  }
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

void on_fault(Frame* frame, uint32_t exc_return) {
  trace_fault(frame, exc_return);
  frame->pc += instruction_size(frame->pc);
}

static void pointers(void) {
  trace_text("-- msp and psp");
  write_psp((uint32_t)(process_stack + 256));
  const uint32_t msp = read_msp();
  write_control(2);
  trace("control", read_control());
  trace("msp kept", read_msp() == msp);
  uint32_t sp;
  __asm__ volatile("mov %0, sp" : "=r"(sp));
  trace("sp is psp", sp == read_psp());
  __asm__ volatile("svc 0");
  __asm__ volatile("msr msp, %0" ::"r"(msp));
  write_psp(read_psp() | 3);  // the low bits do not exist
  trace("psp & 3", read_psp() & 3);
  write_control(0);
  __asm__ volatile("mov %0, sp" : "=r"(sp));
  trace("sp is msp", sp == msp);
}

static void alignment(void) {
  trace_text("-- frames are aligned to 8: bit 9 of the stacked xPSR");
  write_psp((uint32_t)(process_stack + 255));
  write_control(2);
  __asm__ volatile("svc 0");
  trace("psp moved", (uint32_t)(process_stack + 255) - read_psp());
  write_control(0);
#if __ARM_ARCH >= 7
  trace_text("-- unless STKALIGN is off");
  CCR = CCR & ~0x200u;
  trace("ccr", CCR & 0x200);
  write_control(2);
  __asm__ volatile("svc 0");
  trace("psp moved", (uint32_t)(process_stack + 255) - read_psp());
  write_control(0);
  CCR = CCR | 0x200;
#endif
}

#if __ARM_ARCH >= 7
static void unprivileged(void) {
  trace_text("-- unprivileged");
  write_psp((uint32_t)(process_stack + 256));
  write_basepri(0x40);
  write_control(3);
  trace("control", read_control());
  trace("basepri reads as", read_basepri());
  trace("psp reads as", read_psp());
  write_basepri(0);
  write_primask(1);
  __asm__ volatile("cpsid i\n\tcpsid f\n\tisb" ::: "memory");
  trace("primask reads as", read_primask());
  write_control(0);
  trace("control", read_control());
  trace_text("system registers are out of reach");
  volatile uint32_t seen = ICSR;
  (void)seen;
  SYST_RVR = 5;
  STIR = 0;
  trace_text("xpsr");
  trace("apsr writes", ({
          uint32_t value;
          __asm__ volatile("msr apsr_nzcvq, %1\n\tmrs %0, xpsr" : "=r"(value) : "r"(0xf8000000) : "cc");
          value;
        }));
  __asm__ volatile("svc 1" ::: "memory");
  trace("control", read_control());
  trace("basepri", read_basepri());
  trace("primask", read_primask());
  trace("faultmask", read_faultmask());
  trace("rvr", SYST_RVR);
  write_basepri(0);
}

static void user_pending(void) {
  trace_text("-- USERSETMPEND");
  CCR = CCR | 2;
  NVIC_ISER = 1 << 3;
  write_control(1);
  STIR = 3;
  barrier();
  __asm__ volatile("svc 1" ::: "memory");
}
void irq_handler(void) { trace("irq", read_ipsr() - 16); }
#endif

static void control_in_handler(void) {
  trace_text("-- a handler cannot set SPSEL, but nPRIV");
  __asm__ volatile("svc 2");
  trace("control", read_control());
#if __ARM_ARCH >= 7
  __asm__ volatile("svc 1");
#endif
  trace("control", read_control());
}

int main(void) {
#if __ARM_ARCH >= 7
  SHCSR = 7 << 16;
#endif
  pointers();
  alignment();
  control_in_handler();
#if __ARM_ARCH >= 7
  unprivileged();
  user_pending();
#endif
  return 0;
}
