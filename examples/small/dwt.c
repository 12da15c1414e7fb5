// Reads the cycle counter as benchmarks do, and checks what every core must satisfy. Ends with 2
// where the counter does not run (QEMU reads it as 0).
#include <stdint.h>
#include <stdio.h>

static volatile uint32_t* const kDemcr = (volatile uint32_t*)0xE000EDFC;
static volatile uint32_t* const kDwtControl = (volatile uint32_t*)0xE0001000;
static volatile uint32_t* const kCycleCount = (volatile uint32_t*)0xE0001004;
static volatile uint32_t* const kDwtLockAccess = (volatile uint32_t*)0xE0001FB0;

/// DWT_CPICNT, EXCCNT, SLEEPCNT, LSUCNT and FOLDCNT: 8 bits each.
static volatile uint32_t* const kEventCounts = (volatile uint32_t*)0xE0001008;

static void start_counter(void) {
  *kDemcr |= 1u << 24;            // TRCENA
  *kDwtLockAccess = 0xC5ACCE55u;  // the M7 locks the DWT
  *kCycleCount = 0;
  *kDwtControl |= 1;  // CYCCNTENA
}

/// Cycles of a loop of SUBS and BNE; a turn takes 2 to 4 cycles on any ARMv7-M core.
__attribute__((noinline)) static uint32_t measure(uint32_t turns) {
  const uint32_t begin = *kCycleCount;
  __asm__ volatile(
      ".p2align 3\n"
      "1: subs %0, %0, #1\n"
      "bne 1b\n"
      : "+l"(turns)::"cc", "memory");
  return *kCycleCount - begin;
}

/// Instructions of a short loop by what the counters say, modulo 256 (ARM ARM C1.8.4).
__attribute__((noinline)) static uint32_t instructions(uint32_t turns, volatile uint32_t* word) {
  uint32_t counts[5];
  *kDwtControl |= 0x3e0000;  // CPIEVTENA to FOLDEVTENA
  const uint32_t begin = *kCycleCount;
  for (int i = 0; i < 5; ++i) counts[i] = kEventCounts[i];
  __asm__ volatile(
      "1: ldr r3, [%1]\n"
      "str r3, [%1]\n"
      "subs %0, %0, #1\n"
      "bne 1b\n"
      : "+l"(turns)
      : "l"(word)
      : "r3", "cc", "memory");
  for (int i = 0; i < 5; ++i) counts[i] = kEventCounts[i] - counts[i];
  const uint32_t cycles = *kCycleCount - begin;
  return (cycles - counts[0] - counts[1] - counts[2] - counts[3] + counts[4]) & 0xff;
}

static int check(const char* what, int good) {
  printf("%s: %s\n", what, good ? "yes" : "no");
  return good;
}

int main(void) {
  start_counter();
  const uint32_t first = *kCycleCount;
  const uint32_t second = *kCycleCount;
  const uint32_t cycles_1000 = measure(1000);
  const uint32_t cycles_2000 = measure(2000);
  const uint32_t cycles_2000_again = measure(2000);
  if (*kCycleCount == 0) {
    puts("no cycle counter");
    return 2;
  }
  int good = check("counts", second > first);
  good &=
      check("1000 turns take 1,000 to 4,100 cycles", cycles_1000 >= 1000 && cycles_1000 <= 4100);
  good &= check("2000 turns take about twice as long",
                cycles_2000 > cycles_1000 * 19 / 10 && cycles_2000 < cycles_1000 * 21 / 10);
  good &= check("repeats", cycles_2000_again <= cycles_2000);
  static volatile uint32_t word;
  // A turn is four instructions; what surrounds the loops is the same, but for the first run of
  // code in a cache.
  instructions(5, &word);
  const uint32_t few = instructions(5, &word);
  const uint32_t many = instructions(15, &word);
  good &= check("10 turns of the loop are 40 instructions by the event counters",
                ((many - few) & 0xff) == 40);
  *kDwtControl &= ~1u;
  const uint32_t stopped = *kCycleCount;
  measure(100);
  good &= check("stops", *kCycleCount == stopped);
  return good ? 0 : 1;
}
