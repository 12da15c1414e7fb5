// The identification registers and what others read as after reset.
#include "trace.h"

static void show(const char* name, uint32_t address) { trace(name, REGISTER(address)); }

static void configuration(void) {
  trace("icsr", ICSR);
  trace("aircr", AIRCR);
  trace("scr", SCR);
  trace("ccr", CCR);
  trace("shcsr", SHCSR);
  trace("syst_csr", SYST_CSR);
  trace("control", read_control());
  trace("primask", read_primask());
  trace("xpsr", read_xpsr() & 0x0fffffff);
}

#if __ARM_ARCH >= 7
static void features(void) {
  show("id_pfr0", 0xE000ED40);
  show("id_pfr1", 0xE000ED44);
  show("id_dfr0", 0xE000ED48);
  show("id_afr0", 0xE000ED4C);
  show("id_mmfr0", 0xE000ED50);
  show("id_mmfr1", 0xE000ED54);
  show("id_mmfr2", 0xE000ED58);
  show("id_mmfr3", 0xE000ED5C);
  show("id_isar0", 0xE000ED60);
  show("id_isar1", 0xE000ED64);
  show("id_isar2", 0xE000ED68);
  show("id_isar3", 0xE000ED6C);
  show("id_isar4", 0xE000ED70);
  show("mpu_type", 0xE000ED90);
  show("cfsr", 0xE000ED28);
  show("hfsr", 0xE000ED2C);
}
#endif

#if defined(__ARM_FP)
static void floating_point(void) {
  show("cpacr", 0xE000ED88);
  show("mvfr0", 0xE000EF40);
  show("mvfr1", 0xE000EF44);
  show("mvfr2", 0xE000EF48);
  trace("fpccr", FPCCR);
  trace("fpdscr", FPDSCR);
}

/// Bits of FPCCR that a fault while saving would go by: HFRDY, BFRDY, MMRDY, THREAD.
void svc_handler(void) { trace("fpccr in svc", FPCCR); }
void irq_handler(void) { __asm__ volatile("vmov.f32 s0, #1.0\n\tsvc 0" ::: "s0", "memory"); }

static void lazy_context(void) {
  __asm__ volatile("vmov.f32 s0, #1.0\n\tsvc 0" ::: "s0", "memory");
  SHCSR = 7 << 16;
  __asm__ volatile("vmov.f32 s0, #1.0\n\tsvc 0" ::: "s0", "memory");
  set_priority(4, 0x80);
  set_priority(5, 0xc0);
  set_irq_priority(0, 0xa0);
  NVIC_ISER = 1;
  NVIC_ISPR = 1;
  barrier();
}
#endif

int main(void) {
  show("cpuid", 0xE000ED00);
  configuration();
#if __ARM_ARCH >= 7
  features();
#endif
#if defined(__ARM_FP)
  floating_point();
  lazy_context();
#endif
  return 0;
}
