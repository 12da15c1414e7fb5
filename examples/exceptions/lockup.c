// Locks the core up. WHICH 1: a fault in HardFault; 2: in NMI; 3: SVC in HardFault; 4: a fault under FAULTMASK is none.
#include "trace.h"

void hard_fault_handler(void) {
  trace("hard fault", HFSR);
  trace("  cfsr", CFSR);
#if WHICH == 3
  __asm__ volatile("svc 0");
#else
  __asm__ volatile("udf #2");
#endif
  trace_text("not reached");
}

void nmi_handler(void) {
  trace_text("nmi");
  __asm__ volatile("udf #3");
  trace_text("not reached");
}

int main(void) {
#if WHICH == 2
  ICSR = 1u << 31;
  barrier();
#elif WHICH == 4
  write_faultmask(1);
  __asm__ volatile("udf #4");
#else
  __asm__ volatile("udf #1");
#endif
  trace_text("not reached");
  return 0;
}
