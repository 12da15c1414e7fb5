// The memory protection unit of ARMv7-M: registers, matching, subregions, permissions of both privileges, faults of every kind.
#include "trace.h"

enum { kAll = 3 << 24, kPrivOnly = 1 << 24, kPrivRwUserRo = 2 << 24, kNone = 0, kPrivRo = 5 << 24, kRo = 6 << 24, kXn = 1 << 28 };

static uint8_t area[32768] __attribute__((aligned(32768)));
static uint32_t process_stack[512] __attribute__((aligned(2048)));
static uint16_t code[16] __attribute__((aligned(32)));

/// Region `number`: 2^`log2` bytes at `base`.
static void set_region(uint32_t number, const volatile void* base, uint32_t log2, uint32_t attributes) {
  MPU_RNR = number;
  MPU_RBAR = (uint32_t)base;
  MPU_RASR = attributes | (log2 - 1) << 1 | 1;
}
static void clear_region(uint32_t number) {
  MPU_RNR = number;
  MPU_RASR = 0;
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
  MPU_RBAR = (uint32_t)area | 0x10 | 5;
  trace("rnr", MPU_RNR);
  trace("rbar", MPU_RBAR - (uint32_t)area);
  MPU_RASR = 0xffffffff;
  trace("rasr", MPU_RASR);
  MPU_RASR = 0;
  REGISTER(0xE000EDA4) = (uint32_t)area | 0x10 | 6;
  REGISTER(0xE000EDA8) = 0x03000009;
  MPU_RNR = 6;
  trace("rasr", MPU_RASR);
  MPU_RASR = 0;
  trace("ctrl", MPU_CTRL);
}

static void permissions(void) {
  static const uint32_t all[] = {kNone, kPrivOnly, kPrivRwUserRo, kAll, kPrivRo, kRo};
  for (unsigned i = 0; i < sizeof all / sizeof all[0]; ++i) {
    trace("-- AP", all[i] >> 24);
    set_region(1, area, 8, all[i]);
    both("  read", 0x80);
  }
}

static void matching(void) {
  trace_text("-- subregions 1 and 7 fall through");
  set_region(1, area, 15, kNone | 0x82 << 8);
  both("in 0", 0xfff);
  both("in 1", 0x1000);
  both("in 1", 0x1fff);
  both("in 2", 0x2000);
  both("in 7", 0x7fff);
#if defined(WHICH)  // small subregions are beyond some emulators
  set_region(1, area, 8, kNone | 0x82 << 8);
  both("in 0", 0x1f);
  both("in 1", 0x20);
  both("in 1", 0x3f);
  both("in 2", 0x40);
  both("in 7", 0xff);
#endif
  trace_text("-- the highest region wins");
  set_region(1, area, 11, kNone);
  set_region(2, area + 0x400, 5, kAll);
  both("inside", 0x41f);
  both("behind", 0x420);
  both("before", 0x3ff);
#if defined(WHICH)
  trace_text("-- an access over the border");
  uint32_t value = 0;
  __asm__ volatile("ldr %0, [%1]" : "+r"(value) : "r"(area + 0x41e) : "memory");
  trace("  value", value);
#endif
  clear_region(1);
  clear_region(2);
}

static void no_background(void) {
  trace_text("-- without the background map");
  set_region(1, area, 15, kAll);
  set_region(3, (void*)0, 22, kRo);
  set_region(4, (void*)0x20000000, 22, kAll);
  set_region(5, area + 0x400, 10, kPrivRo | kXn);
  MPU_CTRL = 1;
  barrier();
  both("ours", 0x10);
  both("read only", 0x410);
  trace("  icsr is always there", ICSR & 0x1ff);
  const volatile uint32_t* nowhere = (const volatile uint32_t*)0x21000000;
  trace("  no region", *nowhere);
  MPU_CTRL = 5;
  barrier();
  trace("  background", *nowhere);
  clear_region(5);
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
  set_region(6, code, 5, kAll | kXn);
  barrier();
  run_code();
  set_region(6, code, 5, kAll);
  barrier();
  run_code();
  trace_text("-- code for the privileged only");
  set_region(6, code, 5, kPrivOnly);
  barrier();
  run_code();
  as_user(run_code);
  run_code();
  clear_region(6);
}

static void user_view(void) {
  both("user: all", 0x10);
  both("user: privileged only", 0x110);
  both("user: read only", 0x210);
}
static void users(void) {
  trace_text("-- unprivileged");
  set_region(1, area, 15, kAll);
  set_region(5, area + 0x100, 8, kPrivOnly);
  set_region(6, area + 0x200, 8, kPrivRwUserRo);
  as_user(user_view);
  both("privileged again", 0x110);
  clear_region(5);
  clear_region(6);
}

static void stacking(void) {
  trace_text("-- a frame where none may be");
  set_region(7, process_stack, 11, kPrivRo);
  barrier();
  __asm__ volatile("svc 0" ::: "memory");
}

void on_fault(Frame* frame, uint32_t exc_return) {
  if ((CFSR & 0x10) != 0) {
    trace("  cfsr", CFSR);
    trace("  exception", read_ipsr());
    trace("  hfsr", HFSR);
    CFSR = CFSR;
    HFSR = HFSR;
    clear_region(7);
    // Nothing was stacked: there is no way back but to the end.
    extern void finish(void);
    finish();
  }
  trace("  cfsr", CFSR);
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  if ((CFSR & 0x80) != 0) trace("  mmfar - area", MMFAR - (uint32_t)area);
  CFSR = CFSR;
  if (resume_at != 0) {
    frame->pc = resume_at & ~1u;
    resume_at = 0;
  } else {
    frame->pc += instruction_size(frame->pc);
  }
}

#include "../startup/semihosting.h"
void finish(void) {
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
  set_region(0, (void*)0, 22, kAll);
  MPU_CTRL = 5;
  barrier();
  permissions();
  matching();
  no_background();
  execution();
  users();
  stacking();
  return 1;
}
