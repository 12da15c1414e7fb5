// What ARMv8-M Mainline adds, seen from its Secure state while the SAU is off: stack limits, TT,
// the gateways, SPSEL and FAULTMASK in handlers.
#include "trace.h"

#define MPU_RLAR REGISTER(0xE000EDA0)
#define MPU_MAIR0 REGISTER(0xE000EDC0)

SPECIAL_READER(msplim)
SPECIAL_READER(psplim)
SPECIAL_WRITER(msplim)
SPECIAL_WRITER(psplim)

static uint32_t process_stack[256] __attribute__((aligned(32)));
static uint8_t area[256] __attribute__((aligned(32)));
static volatile uint32_t inside;

static void leave_process_stack(void) { write_control(read_control() & ~3u); }

/// Faults of the process stack: nothing was pushed, so the frame is made up.
static volatile uint32_t go_on_at;
void on_fault(Frame* frame, uint32_t exc_return) {
  const uint32_t status = CFSR;
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  trace("  cfsr", status);
  trace("  hfsr", HFSR);
  CFSR = status;
  HFSR = HFSR;
  if (inside != 0) {
    inside = 0;
    trace("  psp above its limit", read_psp() - read_psplim());
    write_psplim(0);
    write_psp((uint32_t)(process_stack + 128));
    frame = (Frame*)read_psp();
    frame->pc = go_on_at & ~1u;
    frame->psr = 1u << 24;
    return;
  }
  frame->pc += instruction_size(frame->pc);
}

static void limits(void) {
  trace_text("-- the low bits of limits do not exist");
  write_psplim(0xffffffff);
  trace("psplim", read_psplim());
  write_psplim((uint32_t)process_stack);
  write_msplim(0x20);
  trace("msplim", read_msplim());
  write_msplim(0);
  trace_text("-- at the limit, and below it");
  write_psp((uint32_t)(process_stack + 64));
  write_control(2);
  write_psplim((uint32_t)process_stack + 64 * 4 - 8);
  __asm__ volatile("push {r0, r1}\n\tpop {r0, r1}" ::: "memory");
  leave_process_stack();
  write_psplim(0);
  trace_text("fits");
}

#define SINKS(name, code)                                                                     \
  static void name(void) {                                                                    \
    trace_text("-- " code);                                                                   \
    write_psp((uint32_t)(process_stack + 128));                                               \
    write_psplim((uint32_t)(process_stack + 127));                                            \
    inside = 1;                                                                               \
    write_control(2);                                                                         \
    __asm__ volatile("adr r1, 1f\n\tldr r0, =go_on_at\n\tstr r1, [r0]\n\tmov r2, sp\n\t" code \
                     "\n\tnop\n\t.p2align 2\n1: nop\n" ::                                     \
                         : "r0", "r1", "r2", "r3", "memory");                                 \
    leave_process_stack();                                                                    \
    write_psplim(0);                                                                          \
  }
SINKS(sub_sp, "sub sp, #16")
SINKS(push_two, "push {r0, r1, r2, r3}")
SINKS(stmdb_sp, "stmdb sp!, {r0, r1, r2, r3}")
SINKS(strd_sp, "strd r0, r1, [sp, #-16]!")
SINKS(str_sp, "str r0, [sp, #-16]!")
SINKS(vpush_sp, "vpush {s0, s1, s2, s3}")
SINKS(stack_svc, "svc 0")

static volatile uint32_t seen_by_user;
void svc_handler(void) {
  trace("svc", exc_return_in_lr());
  if (seen_by_user == 0) return;
  trace("  tt", seen_by_user);
  write_control(read_control() & ~1u);
}

static uint32_t tt(const volatile void* address) {
  uint32_t value;
  __asm__ volatile("tt %0, %1" : "=r"(value) : "r"(address));
  return value;
}
static uint32_t ttt(const volatile void* address) {
  uint32_t value;
  __asm__ volatile("ttt %0, %1" : "=r"(value) : "r"(address));
  return value;
}
static uint32_t tta(const volatile void* address) {
  uint32_t value;
  __asm__ volatile("tta %0, %1" : "=r"(value) : "r"(address));
  return value;
}

static void test(const char* what, uint32_t offset) {
  trace_text(what);
  trace("  tt", tt(area + offset));
  trace("  ttt", ttt(area + offset));
  trace("  tta", tta(area + offset));
}
static void set_region(uint32_t number, uint32_t first, uint32_t bytes, uint32_t attributes) {
  MPU_RNR = number;
  MPU_RBAR = ((uint32_t)area + first) | attributes;
  MPU_RLAR = ((uint32_t)area + first + bytes - 32) | 1;
}

static void targets(void) {
  test("-- no MPU", 0);
  MPU_MAIR0 = 0x44;
  set_region(0, 0, 32, 1);    // privileged, may be written
  set_region(1, 32, 32, 3);   // everyone
  set_region(2, 64, 32, 5);   // privileged, read only
  set_region(3, 96, 64, 7);   // everyone, read only
  set_region(4, 128, 64, 3);  // overlaps with the one before
  MPU_CTRL = 5;
  barrier();
  test("-- region 0", 1);
  test("-- region 1", 33);
  test("-- region 2", 65);
  test("-- region 3", 97);
  test("-- 3 and 4", 129);
  test("-- region 4", 161);
  test("-- none", 193);
  trace_text("-- peripherals, system");
  trace("tt", tt((const volatile void*)0x40000000));
  trace("tt", tt((const volatile void*)0xe000ed00));
  write_faultmask(1);
  test("-- under FAULTMASK", 1);
  write_faultmask(0);
  MPU_CTRL = 0;
  barrier();
}

static void user_targets(void) {
  trace_text("-- unprivileged");
  write_psp((uint32_t)(process_stack + 128));
  write_control(3);
  seen_by_user = tt(area);
  __asm__ volatile("svc 1" ::: "memory");
  write_control(0);
}

static void gateways(void) {
  trace_text("-- SG is no operation, BXNS and BLXNS stay in this state with bit 0 set");
  uint32_t result;
  __asm__ volatile(
      "movs r0, #1\n"
      "sg\n"
      "adr r1, 1f\n"
      "adds r1, #1\n"
      "blxns r1\n"
      "adds r0, #4\n"
      "b 2f\n"
      ".p2align 2\n"
      "1: adds r0, #2\n"
      "bxns lr\n"
      ".p2align 2\n"
      "2: mov %0, r0\n"
      : "=r"(result)
      :
      : "r0", "r1", "lr", "cc");
  trace("result", result);
}

void pend_sv_handler(void) {
  trace("pendsv", exc_return_in_lr());
  trace("  control", read_control() & 7);
  write_control(2);
  trace("  control", read_control() & 7);
  ICSR = 1u << 31;
  barrier();
  trace("  control", read_control() & 7);
}
void nmi_handler(void) {
  trace("nmi", exc_return_in_lr());
  trace("  control", read_control() & 7);
}

static void spsel(void) {
  trace_text("-- SPSEL written by a handler");
  ICSR = kPendSvSet;
  barrier();
  trace("control", read_control() & 7);
}

static void faultmask(void) {
  trace_text("-- FAULTMASK after NMI");
  write_faultmask(1);
  ICSR = 1u << 31;
  barrier();
  trace("faultmask", read_faultmask());
  write_faultmask(0);
}

int main(void) {
  SHCSR = 7 << 16;
  limits();
  sub_sp();
  push_two();
  stmdb_sp();
  strd_sp();
  str_sp();
  vpush_sp();
  stack_svc();
  targets();
  gateways();
  spsel();
  faultmask();
  user_targets();
  return 0;
}
