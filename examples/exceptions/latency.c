// Cycles of exceptions by DWT_CYCCNT: entry, tail-chaining, return; and a SysTick that arrives while PendSV is being entered.
#include "trace.h"

#define DEMCR REGISTER(0xE000EDFC)
#define DWT_CTRL REGISTER(0xE0001000)
#define DWT_CYCCNT REGISTER(0xE0001004)

static volatile uint32_t entered, left, chained, returned;
static volatile uint32_t order[2], count;

void svc_handler(void) {
  entered = DWT_CYCCNT;
  ICSR = kPendSvSet;
  barrier();
  left = DWT_CYCCNT;
}
void pend_sv_handler(void) {
  chained = DWT_CYCCNT;
  if (count < 2) order[count++] = 14;
}
void systick_handler(void) {
  SYST_CSR = 0;
  if (count < 2) order[count++] = 15;
}

static void tail_chain(void) {
  const uint32_t before = DWT_CYCCNT;
  __asm__ volatile("svc 0" ::: "memory");
  returned = DWT_CYCCNT;
  trace("entry takes 12 and a little more", entered - before >= 12 && entered - before <= 24);
  trace("tail-chaining takes less than returning and entering", chained - left >= 6 && chained - left <= 15);
  trace("return takes 10 and a little more", returned - chained >= 10 && returned - chained <= 35);
}

/// Moves SysTick over the entry of PendSV cycle by cycle: first it comes before, then late but in time, then too late.
static void late_arrival(void) {
  uint32_t first[3] = {0, 0, 0};
  for (uint32_t delay = 1; delay < 100; ++delay) {
    count = 0;
    SYST_RVR = delay;
    SYST_CVR = 0;
    SYST_CSR = 7;
    ICSR = kPendSvSet;
    barrier();
    while (count < 2) {
    }
    if (delay > 1 && first[order[0] - 14] == 0) first[order[0] - 14] = delay;
  }
  trace("systick first while it comes early or late", first[1] < first[0]);
  trace("window in cycles is at least the stacking", first[0] >= 12);
}

int main(void) {
  DEMCR = DEMCR | 1u << 24;
  DWT_CTRL = DWT_CTRL | 1;
  set_priority(11, 0x00);
  set_priority(14, 0xe0);
  set_priority(15, 0x40);
  tail_chain();
  late_arrival();
  return 0;
}
