// The FP context across exceptions: lazy stacking, nested handlers that use the FPU or not, FPDSCR, FPCCR and FPCAR.
#include "trace.h"

static volatile int use_in_svc, use_in_pendsv, svc_pends, clear_aspen;

static uint32_t s_register(void) {
  uint32_t value;
  __asm__ volatile("vmov %0, s5" : "=r"(value));
  return value;
}
static uint32_t read_fpscr(void) {
  uint32_t value;
  __asm__ volatile("vmrs %0, fpscr" : "=r"(value));
  return value;
}

static void show(const char* who, uint32_t exc_return) {
  trace(who, exc_return);
  trace("  control", read_control());
  trace("  fpccr", FPCCR & 0xc000010b);  // HFRDY, BFRDY, MMRDY: see registers.c
  trace("  fpcar above frame", (FPCCR & 1) != 0 ? FPCAR - read_msp() : 0);
}

static void use_fpu(uint32_t value) {
  trace("  fpscr on first use", read_fpscr() & 0x07c00000);  // the rest is left over from the interrupted code
  trace("  control", read_control());
  trace("  fpccr", FPCCR & 0xc000010b);
  __asm__ volatile(
      "vmov s5, %0\n"
      "vmov s0, %0\n"
      "vmov s15, %0\n"
      "vmsr fpscr, %1\n" ::"r"(value),
      "r"(0xf0000000)
      : "s0", "s5", "s15");
}

__attribute__((used)) void serve(const uint32_t* frame, uint32_t exc_return) {
  show("svc", exc_return);
  if (svc_pends) {
    if (use_in_svc) use_fpu(0x22222222);
    ICSR = kPendSvSet;
    barrier();
    show("svc again", exc_return);
  } else if (use_in_svc) {
    use_fpu(0x33333333);
  }
  trace("  saved s5", (exc_return & 0x10) == 0 && use_in_svc ? frame[8 + 5] : 0);
  trace("  saved fpscr", (exc_return & 0x10) == 0 && use_in_svc ? frame[8 + 16] : 0);
}

__attribute__((naked)) void svc_handler(void) {
  __asm__ volatile(
      "mov r1, lr\n"
      "mov r0, sp\n"
      "push {r1, lr}\n"
      "bl serve\n"
      "pop {r1, pc}\n");
}

void pend_sv_handler(void) {
  const uint32_t exc_return = exc_return_in_lr();
  show("pendsv", exc_return);
  if (use_in_pendsv) use_fpu(0x44444444);
}

static void call(const char* what) {
  trace_text(what);
  uint32_t before = read_msp(), after;
  __asm__ volatile(
      "vmov s5, %1\n"
      "vmsr fpscr, %2\n"
      "svc 0\n"
      "mrs %0, msp\n"
      : "=r"(after)
      : "r"(0x11111111), "r"(0x80000010)
      : "s5", "cc", "memory");
  trace("s5", s_register());
  trace("fpscr", read_fpscr());
  trace("control", read_control());
  trace("fpccr", FPCCR & 0xc000010b);
  trace("stack moved", before - after);
}

static void without_context(void) {
  trace_text("-- no context in use: short frame");
  write_control(0);
  __asm__ volatile("svc 0" ::: "memory");
  trace("control", read_control());
}

static void all_combinations(const char* mode) {
  trace_text(mode);
  use_in_svc = use_in_pendsv = svc_pends = 0;
  call("-- nobody uses it");
  use_in_svc = 1;
  call("-- svc uses it");
  svc_pends = 1;
  call("-- svc uses it, nested pendsv does not");
  use_in_pendsv = 1;
  call("-- both use it");
  use_in_svc = 0;
  call("-- only the nested pendsv uses it");
}

int main(void) {
  set_priority(11, 0x80);
  set_priority(14, 0x40);
  trace("fpccr", FPCCR & 0xc000010b);
  FPDSCR = 0x02c00000;
  trace("fpdscr", FPDSCR);
  FPDSCR = 0xffffffff;
  trace("fpdscr", FPDSCR);
  FPDSCR = 0x02c00000;
  without_context();
  all_combinations("== lazy");
  FPCCR = FPCCR & ~(1u << 30);
  all_combinations("== at once");
  FPCCR = FPCCR & ~(3u << 30);
  write_control(0);
  trace_text("== no automatic state preservation");
  use_in_svc = 0;
  svc_pends = 0;
  call("-- nobody uses it");
  return 0;
}
