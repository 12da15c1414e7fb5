// Faults inside handlers, faults of exception entry and return, EXC_RETURN values that do not fit, stacked state that does not.
#include "trace.h"

static uint32_t process_stack[128] __attribute__((aligned(8)));
static volatile uint32_t spoil;
static volatile uint32_t return_value;
static volatile uint32_t corrupt_psr;
static volatile uint32_t psp_of_thread;

/// Only numbers: the frame itself may be nowhere.
static void show(uint32_t exc_return) {
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  trace("  cfsr", CFSR);
  trace("  hfsr", HFSR);
  trace("  shcsr", SHCSR);
  trace("  control", read_control());
  CFSR = CFSR;
  HFSR = HFSR;
}

/// r0: frame of the SVC. Spoils what the test asks for and returns with `return_value`.
__attribute__((used)) uint32_t serve(Frame* frame, uint32_t exc_return) {
  trace("svc", exc_return);
  if (corrupt_psr != 0) frame->psr = (frame->psr & ~0x010001ffu) | (corrupt_psr & 0x010001ff);
  if (spoil != 0) write_psp(spoil);
  return return_value != 0 ? return_value : exc_return;
}
__attribute__((naked)) void svc_handler(void) {
  __asm__ volatile(
      "mov r1, lr\n"
      "mov r0, sp\n"
      "lsls r2, r1, #29\n"
      "bpl 1f\n"
      "mrs r0, psp\n"
      "1: push {r4, lr}\n"
      "bl serve\n"
      "pop {r4, lr}\n"
      "bx r0\n");
}

/// Mends the state and returns to thread mode on the process stack, behind the SVC.
__attribute__((used)) uint32_t mend(uint32_t exc_return) {
  show(exc_return);
  trace("  psp", read_psp());
  if (psp_of_thread != 0) write_psp(psp_of_thread);
  Frame* frame = (Frame*)read_psp();
  trace("  frame pc", frame->pc);
  trace("  frame psr", frame->psr & 0x0100fdff);
  frame->psr = (frame->psr & ~0x01ffu) | 1u << 24;
  return 0xfffffffd;
}
__attribute__((naked)) static void mending(void) {
  __asm__ volatile(
      "mov r0, lr\n"
      "push {r4, lr}\n"
      "bl mend\n"
      "pop {r4, lr}\n"
      "bx r0\n");
}
void usage_fault_handler(void) __attribute__((alias("mending")));
void bus_fault_handler(void) __attribute__((alias("mending")));
void hard_fault_handler(void) __attribute__((alias("mending")));

static void call(const char* what) {
  trace_text(what);
  psp_of_thread = 0;
  // The return address is a multiple of 4, that of an Arm instruction.
  __asm__ volatile(".p2align 2\n\tnop\n\tsvc 0" ::: "memory");
  spoil = return_value = corrupt_psr = 0;
  trace("back, shcsr", SHCSR);
  trace("  control", read_control());
  trace("  psp", read_psp());
}

static void bad_returns(void) {
#if __ARM_ARCH < 8  // on ARMv8-M wrong values are a matter of security states
  static const uint32_t values[] = {0xfffffff0, 0xfffffff3, 0xfffffff5, 0xfffffffb, 0xffffffff};
  for (unsigned i = 0; i < sizeof values / sizeof values[0]; ++i) {
    return_value = values[i];
    trace("EXC_RETURN", values[i]);
    call("-- svc returns with it");
  }
#endif
}

static void bad_frames(void) {
#if defined(WHICH)  // some emulators push the frame anew, on the wrong stack
  corrupt_psr = 0x01000000 | 5;
  call("-- stacked IPSR 5 for thread mode");
#endif
  corrupt_psr = 1u << 9;
  call("-- stacked T is 0");
}

/// The frame of an SVC cannot be written, or read back.
static void bad_stacks(void) {
  trace_text("-- psp in nothing when svc comes");
  const uint32_t good = read_psp() - 256;
  __asm__ volatile(
      "ldr r2, =psp_of_thread\n"
      "sub r3, %0, #0x20\n"
      "str r3, [r2]\n"
      // What the handler finds there instead of the frame that could not be written.
      "adr r4, 1f\n"
      "str r4, [r3, #0x18]\n"
      "mov r4, #0x01000000\n"
      "str r4, [r3, #0x1c]\n"
      "str r5, [r3, #0x14]\n"
      "mrs r6, psp\n"
      "ldr r4, =0x3f000100\n"
      "msr psp, r4\n"
      "isb\n"
      "svc 0\n"
      ".p2align 2\n"
      "1: nop\n"
      "msr psp, r6\n" ::"r"(good)
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r12", "lr", "cc", "memory");
  psp_of_thread = 0;
  trace("back, shcsr", SHCSR);
}

int main(void) {
  write_psp((uint32_t)(process_stack + 128));
  write_control(2);
  SHCSR = 7 << 16;
  trace_text("== usage fault on");
  bad_returns();
  bad_frames();
  bad_stacks();
  SHCSR = 0;
  trace_text("== usage fault off");
  bad_returns();
  bad_frames();
  bad_stacks();
  write_control(0);  // where main began
  return 0;
}
