// What software can change in the registers of the core, and what each core lacks; from the
// manuals, without an emulator's view.
#include "trace.h"

/// Writes `value`, shows what stays, and puts back what was there.
static void write_all(const char* name, uint32_t address, uint32_t value) {
  const uint32_t before = REGISTER(address);
  REGISTER(address) = value;
  trace(name, REGISTER(address));
  REGISTER(address) = before;
}

static void control(void) {
  write_all("scr", 0xE000ED10, 0xffffffff);
  write_all("cpacr", 0xE000ED88, 0xffffffff);
  write_all("vtor", 0xE000ED08, 0xffffffff);
  write_all("shpr2", 0xE000ED1C, 0xffffffff);
  write_all("shpr3", 0xE000ED20, 0xffffffff);
  write_all("mmfar", 0xE000ED34, 0x12345678);
  write_all("bfar", 0xE000ED38, 0x12345678);
  write_all("fpdscr", 0xE000EF3C, 0xffffffff);
  write_all("fpcar", 0xE000EF38, 0xffffffff);
  REGISTER(0xE000ED00) = 0;
  trace("cpuid can be written", REGISTER(0xE000ED00) == 0);
}

#if __ARM_ARCH >= 7
static void performance_counters(void) {
  REGISTER(0xE000EDFC) = 1 << 24;
  write_all("cpicnt", 0xE0001008, 0x1ff);
  write_all("exccnt", 0xE000100C, 0x180);
  write_all("sleepcnt", 0xE0001010, 0x181);
  write_all("lsucnt", 0xE0001014, 0x182);
  write_all("foldcnt", 0xE0001018, 0x183);
  trace("comparators", REGISTER(0xE0001000) >> 28);
  REGISTER(0xE0001004) = 0xfffffff0;
  trace("cyccnt stands still", REGISTER(0xE0001004));
  REGISTER(0xE0001000) = REGISTER(0xE0001000) | 1;
  while (REGISTER(0xE0001004) >= 0xfffffff0) {
  }
  trace("cyccnt wraps", REGISTER(0xE0001004) >> 24);
  REGISTER(0xE0001000) = REGISTER(0xE0001000) & ~1u;
  trace("cyccnt stops", REGISTER(0xE0001004) - REGISTER(0xE0001004));
}
#endif

#if defined(__ARM_FP) && (__ARM_FP & 8)  // the M7
/// As the CMSIS does it: sizes from CCSIDR, then every set and way.
static void caches(void) {
  trace("clidr", REGISTER(0xE000ED78));
  for (uint32_t cache = 0; cache < 2; ++cache) {
    REGISTER(0xE000ED84) = cache;
    barrier();
    const uint32_t ccsidr = REGISTER(0xE000ED80);
    const uint32_t sets = (ccsidr >> 13 & 0x7fff) + 1, ways = (ccsidr >> 3 & 0x3ff) + 1;
    trace("ccsidr", ccsidr);
    trace("bytes", ccsidr == 0 ? 0 : sets * ways * (16u << (ccsidr & 7)));
    for (uint32_t set = 0; cache == 0 && set < sets; ++set) {
      for (uint32_t way = 0; way < ways; ++way) REGISTER(0xE000EF60) = set << 5 | way << 30;
    }
  }
  REGISTER(0xE000EF50) = 0;
  static const uint16_t operations[] = {0xef50, 0xef58, 0xef5c, 0xef60, 0xef64,
                                        0xef68, 0xef6c, 0xef70, 0xef74, 0xef78};
  uint32_t reads = 0;
  for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; ++i)
    reads |= REGISTER(0xE0000000 + operations[i]);
  trace("operations read as", reads);
  CCR = CCR | 1 << 16 | 1 << 17;
  barrier();
  trace("ccr", CCR);
}
#endif

#if __ARM_ARCH == 7
/// BFHFNMIGN: no bus faults of data accesses below priority 0; they read as nothing.
static void ignored_bus_faults(void) {
  CCR = CCR | 0x100;
  write_faultmask(1);
  trace("nothing", REGISTER(0x3f000010));
  REGISTER(0x3f000010) = 1;
  write_faultmask(0);
  CCR = CCR & ~0x100u;
  trace("cfsr", CFSR);
}
#endif

#if __ARM_ARCH >= 7
/// WFE and SEVONPEND: what is masked ends the wait all the same.
static void event_on_pend(void) {
  REGISTER(0xE000ED10) = 0x10;
  set_priority(15, 0x80);
  write_basepri(0x40);
  SYST_RVR = 0x4000;
  SYST_CVR = 0;
  SYST_CSR = 7;
  while ((ICSR & kPendStSet) == 0) __asm__ volatile("wfe");
  trace("pending", ICSR & kPendStSet);
  SYST_CSR = 0;
  ICSR = kPendStClr;
  write_basepri(0);
  NVIC_ICER = 1;
  __asm__ volatile("sev\n\twfe");
  NVIC_ISPR = 1;
  __asm__ volatile("dsb\n\twfe");
  trace_text("a disabled interrupt is an event too");
  NVIC_ICPR = 1;
}
#endif

int main(void) {
  control();
#if __ARM_ARCH >= 7
  performance_counters();
  event_on_pend();
#endif
#if __ARM_ARCH == 7
  ignored_bus_faults();
#endif
#if defined(__ARM_FP) && (__ARM_FP & 8)  // the M7
  caches();
#endif
  return 0;
}
