// The memory protection unit of ARMv8-M: registers, matching, overlaps, permissions of both
// privileges, faults of every kind.
#include "trace.h"

#define MPU_RLAR REGISTER(0xE000EDA0)
#define MPU_RBAR_A(n) REGISTER(0xE000ED9C + 8 * (n))
#define MPU_RLAR_A(n) REGISTER(0xE000EDA0 + 8 * (n))
#define MPU_MAIR0 REGISTER(0xE000EDC0)
#define MPU_MAIR1 REGISTER(0xE000EDC4)

/// RBAR: XN, AP[2:1].
enum { kXn = 1, kPriv = 0 << 1, kAll = 1 << 1, kPrivRo = 2 << 1, kRo = 3 << 1 };
enum { kFlash = 0x10000000, kFlashBytes = 4 << 20, kRam = 0x38000000, kRamEnd = 0x38200000 };

static struct {
  uint8_t area[4096];
  uint32_t process_stack[512];
  uint16_t code[1024];  // some emulators look at whole pages when they print
} memory __attribute__((aligned(4096)));
#define area memory.area
#define process_stack memory.process_stack
#define code memory.code

static void set_region(uint32_t number, const volatile void* base, uint32_t bytes,
                       uint32_t attributes) {
  MPU_RNR = number;
  MPU_RBAR = (uint32_t)base | attributes;
  MPU_RLAR = ((uint32_t)base + bytes - 32) | 1;
}
static void clear_region(uint32_t number) {
  MPU_RNR = number;
  MPU_RLAR = 0;
}

static void reads(const char* what, uint32_t offset) {
  trace_text(what);
  uint32_t value = 0x99;
  __asm__ volatile("ldrb %0, [%1]" : "+r"(value) : "r"(area + offset) : "memory");
  trace("  read", value);
}
static void writes(const char* what, uint32_t offset) {
  trace_text(what);
  __asm__ volatile("strb %0, [%1]" ::"r"(0x55), "r"(area + offset) : "memory");
}
static void both(const char* what, uint32_t offset) {
  reads(what, offset);
  writes("  write", offset);
}

void svc_handler(void) { write_control(read_control() & ~1u); }
static void as_user(void (*run)(void)) {
  write_control(3);
  run();
  __asm__ volatile("svc 0" ::: "memory");
}

static void registers(void) {
  trace_text("-- registers");
  MPU_RNR = 3;
  trace("rnr", MPU_RNR);
  MPU_RBAR = (uint32_t)area | 0x1f;
  trace("rbar", MPU_RBAR - (uint32_t)area);
  MPU_RLAR = 0xfffffffe;
  trace("rlar", MPU_RLAR & ~0x10u);
  MPU_RLAR = 0;
  MPU_RNR = 4;
  MPU_RBAR_A(1) = 0x20000003;
  MPU_RLAR_A(1) = 0x2000006e;
  MPU_RBAR_A(3) = 0x30000005;
  MPU_RNR = 5;
  trace("rbar 5", MPU_RBAR);
  trace("rlar 5", MPU_RLAR);
  MPU_RNR = 7;
  trace("rbar 7", MPU_RBAR);
  MPU_MAIR0 = 0x12345678;
  MPU_MAIR1 = 0x9abcdef0;
  trace("mair0", MPU_MAIR0);
  trace("mair1", MPU_MAIR1);
  trace("ctrl", MPU_CTRL);
}

static void user_both(void) { both("  user", 0x80); }
static void permissions(void) {
  static const uint32_t all[] = {kPriv, kAll, kPrivRo, kRo};
  for (unsigned i = 0; i < sizeof all / sizeof all[0]; ++i) {
    trace("-- AP", all[i] >> 1);
    set_region(1, area, 256, all[i]);
    both("  privileged", 0x80);
    as_user(user_both);
  }
  clear_region(1);
}

static void matching(void) {
  trace_text("-- the last byte is the limit's");
  set_region(1, area + 0x400, 0x60, kRo);
  both("before", 0x3ff);
  both("first", 0x400);
  both("last", 0x45f);
  both("behind", 0x460);
  trace_text("-- overlapping regions deny everything");
  set_region(2, area + 0x440, 0x40, kAll);
  both("one", 0x43f);
  both("two", 0x440);
  both("two", 0x45f);
  both("the other", 0x460);
  clear_region(1);
  clear_region(2);
}

static void no_background(void) {
  trace_text("-- without the background map");
  set_region(1, area, sizeof area, kAll);
  MPU_CTRL = 1;
  barrier();
  both("ours", 0x10);
  trace("  icsr is always there", ICSR & 0x1ff);
  const volatile uint32_t* nowhere = (const volatile uint32_t*)0x28000000;
  trace("  no region", *nowhere);
  MPU_CTRL = 5;
  barrier();
  clear_region(1);
}

/// MOVS r0, #42; BX LR, in RAM.
static void run_code(void) {
  uint32_t result;
  __asm__ volatile(
      "ldr r1, =resume_at\n"
      "adr r2, 1f\n"
      "str r2, [r1]\n"
      "movs r0, #0\n"
      "blx %1\n"
      ".p2align 2\n"
      "1: mov %0, r0\n"
      "movs r2, #0\n"
      "ldr r1, =resume_at\n"
      "str r2, [r1]\n"
      : "=r"(result)
      : "r"((uint32_t)code | 1)
      : "r0", "r1", "r2", "lr", "memory");
  trace("  result", result);
}
static void execution(void) {
  code[0] = 0x202a;
  code[1] = 0x4770;
  barrier();
  trace_text("-- execute never");
  set_region(6, code, 32, kAll | kXn);
  barrier();
  run_code();
  set_region(6, code, 32, kAll);
  barrier();
  run_code();
  trace_text("-- code for the privileged only");
  set_region(6, code, 32, kPriv);
  barrier();
  run_code();
  as_user(run_code);
  run_code();
  clear_region(6);
}

static void below_zero(void) {
  trace_text("-- FAULTMASK switches it off, unless HFNMIENA");
  set_region(1, area, 256, kRo);
  write_faultmask(1);
  both("  off", 0x80);
  write_faultmask(0);
  clear_region(1);
}

void on_fault(Frame* frame, uint32_t exc_return) {
  const uint32_t status = CFSR;
  trace("  cfsr", status);
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  if ((status & 0x80) != 0) trace("  mmfar - area", MMFAR - (uint32_t)area);
  CFSR = status;
  HFSR = HFSR;
  if ((status & 0x10) != 0) {
    // Nothing was stacked: there is no way back but to the end.
    extern void finish(void);
    finish();
  }
  if (resume_at != 0) {
    frame->pc = resume_at & ~1u;
    resume_at = 0;
  } else {
    frame->pc += instruction_size(frame->pc);
  }
}

#include "../startup/semihosting.h"
void finish(void) {
  clear_region(7);
  trace_text("end");
  semihosting_exit(0);
}

int main(void) {
  for (unsigned i = 0; i < sizeof area; ++i) area[i] = 7;
  write_psp((uint32_t)(process_stack + 512));
  write_control(2);
  SHCSR = 7 << 16;
  trace("type", MPU_TYPE);
  registers();
  // Everything but what is under test.
  const uint32_t behind = (uint32_t)&memory + sizeof memory;
  set_region(8, (void*)kFlash, kFlashBytes, kRo);
  if ((uint32_t)area > kRam) set_region(9, (void*)kRam, (uint32_t)area - kRam, kAll);
  set_region(10, process_stack, 2048, kAll);
  set_region(11, (void*)behind, kRamEnd - behind, kAll);
  MPU_CTRL = 5;
  barrier();
  permissions();
  matching();
  below_zero();
  no_background();
  execution();
  trace_text("-- a frame where none may be");
  clear_region(10);
  set_region(7, process_stack, 2048, kPrivRo);
  barrier();
  __asm__ volatile("svc 0" ::: "memory");
  return 1;
}
