// SysTick, and what ends WFI and WFE.
#include "trace.h"

static volatile uint32_t ticks;
static volatile uint32_t stop_after;

void systick_handler(void) {
  ++ticks;
  trace("systick", exc_return_in_lr());
  if (ticks >= stop_after) SYST_CSR = 0;
}

void pend_sv_handler(void) { trace("pendsv", exc_return_in_lr()); }

static void start(uint32_t reload, uint32_t count) {
  ticks = 0;
  stop_after = count;
  SYST_RVR = reload;
  SYST_CVR = 0;
  SYST_CSR = 7;
}

static void wfi_by_systick(void) {
  trace_text("-- wfi until the third tick");
  start(0x8000, 3);
  while (ticks < 3) __asm__ volatile("wfi");
  trace("ticks", ticks);
}

static void busy_wait(void) {
  trace_text("-- busy waiting for two ticks");
  start(0x4000, 2);
  while (ticks < 2) {
  }
  trace("ticks", ticks);
}

static void wfi_under_primask(void) {
  trace_text("-- wfi under primask: wakes, but the handler waits");
  write_primask(1);
  start(0x4000, 1);
  __asm__ volatile("wfi");
  trace("ticks", ticks);
  trace("pending", ICSR & kPendStSet);
  write_primask(0);
  barrier();
  trace("ticks", ticks);
}

static void pending_interrupt_ends_wfi(void) {
  trace_text("-- wfi with something pending does not wait");
  write_primask(1);
  ICSR = kPendSvSet;
  __asm__ volatile("dsb\n\twfi");
  write_primask(0);
  barrier();
}

static void events(void) {
  trace_text("-- sev, wfe: does not wait");
  __asm__ volatile("sev\n\twfe");
  trace_text("-- an exception sets the event register too");
  ICSR = kPendSvSet;
  barrier();
  __asm__ volatile("wfe");
  trace_text("-- wfe until a tick");
  start(0x8000, 1);
  while (ticks < 1) __asm__ volatile("wfe");
}

static void polling(void) {
  trace_text("-- COUNTFLAG");
  SYST_RVR = 0x1000;
  SYST_CVR = 0;
  SYST_CSR = 5;
  while ((SYST_CSR & 0x10000) == 0) {
  }
  trace("flag is cleared by reading", SYST_CSR & 0x10000);
  trace("nothing pending", ICSR & kPendStSet);
  SYST_CSR = 0;
  trace("rvr", SYST_RVR);
  SYST_RVR = 0xffffffff;
  trace("rvr", SYST_RVR);
  SYST_CVR = 123;
  trace("cvr", SYST_CVR);
  trace("csr", SYST_CSR);
}

int main(void) {
  wfi_by_systick();
  busy_wait();
  wfi_under_primask();
  pending_interrupt_ends_wfi();
  events();
  polling();
  return 0;
}
