// Layers whose memory is known to the byte. Built with STARTUP_BARE: nothing else is in RAM, and
// nothing on the stack is ever read, so the figures are those of the whole machine.
//
// A byte is live from a write to its last read before the next write; what is never read is never
// live. "Live peak" is the most bytes live at once during the layer, "touched" those it accessed,
// "at end" those still live when it ends.
//
//   layer            does                                              live peak  touched  at end
//   initialised      reads 128 bytes of .data, copied by start-up            128      128       0
//   write_then_read  writes 1000 bytes, reads them all                      1000     1000       0
//   never_read       writes 500 bytes that nobody reads                        0      500       0
//   fill             writes 256 bytes                                        256      256     256
//   in_place         updates these 256 bytes, four times                     256      256     256
//   drain            reads them                                              256      256       0
//   producer         writes 600 bytes                                        600      600     600
//   consumer         reads two of these, writes one of 300, 300 times        600      900     100
//   half_read        reads the first 100 of the 300                          100      100       0
//   low_bytes        writes 64 words, reads the low byte of each              64      256       0
//   rewrite          writes 400 bytes twice, then reads them twice           400      400       0
//   multiple         STM and STRD of 24 bytes, LDM and LDRD of them           24       24       0
//
// consumer: 200 of the 300 bytes it writes are never read, hence never live. When it begins, all
// 600 inputs are live; afterwards two die for every byte that may be born.
// The network's peak is 1000 bytes, in write_then_read.
//
// Loads and stores of the layers' own work:
//   initialised 128 loads of 1 byte; write_then_read 1000 stores, 1000 loads; never_read 500
//   stores; fill 256 stores; in_place 1024 loads, 1024 stores; drain 256 loads; producer 600
//   stores; consumer 600 loads, 300 stores; half_read 100 loads; low_bytes 64 word stores,
//   64 byte loads; rewrite 800 stores, 800 loads.
#include <stdint.h>

#include "../startup/semihosting.h"
#include "sramscope/marker.h"

typedef volatile uint8_t Byte;  // volatile: the accesses below are exactly those of the program

static Byte initialised[128] = {1};  // one value that is not 0 puts it in .data
static Byte thousand[1000];
static Byte unread[500];
static Byte in_place[256];
static Byte six_hundred[600];
static Byte three_hundred[300];
static volatile uint32_t words[64];
static Byte twice[400];
static uint32_t multiple[6] __attribute__((aligned(8)));

#define LAYER(name, work)        \
  do {                           \
    SRAMSCOPE_LAYER_BEGIN(name); \
    work;                        \
    SRAMSCOPE_LAYER_END(name);   \
  } while (0)

static inline __attribute__((always_inline)) void fill(Byte* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) bytes[i] = (uint8_t)i;
}

static inline __attribute__((always_inline)) void read(Byte* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) (void)bytes[i];
}

static inline __attribute__((always_inline)) void update(Byte* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) bytes[i] = (uint8_t)(bytes[i] + 1);
}

static inline __attribute__((always_inline)) void halve(void) {
  for (uint32_t i = 0; i < 300; ++i) {
    const uint32_t first = six_hundred[2 * i];
    three_hundred[i] = (uint8_t)((first + six_hundred[2 * i + 1]) / 2);
  }
}

static inline __attribute__((always_inline)) void low_bytes(void) {
  for (uint32_t i = 0; i < 64; ++i) words[i] = i * 0x01010101u;
  for (uint32_t i = 0; i < 64; ++i) (void)*(Byte*)&words[i];
}

static inline __attribute__((always_inline)) void store_and_load_multiple(void) {
  __asm__ volatile(
      "stm %0, {r4-r7}\n"
      "strd r4, r5, [%0, #16]\n"
      "ldm %0, {r4-r7}\n"
      "ldrd r4, r5, [%0, #16]\n" ::"r"(multiple)
      : "r4", "r5", "r6", "r7", "memory");
}

// Never returns, so what its prologue saves is never read back: the stack is never live.
int main(void) {
  SRAMSCOPE_NETWORK_BEGIN("known");
  SRAMSCOPE_BLOCK_BEGIN("buffers");
  LAYER("initialised", read(initialised, 128));
  LAYER("write_then_read", fill(thousand, 1000); read(thousand, 1000));
  LAYER("never_read", fill(unread, 500));
  LAYER("fill", fill(in_place, 256));
  LAYER("in_place", for (int pass = 0; pass < 4; ++pass) update(in_place, 256));
  LAYER("drain", read(in_place, 256));
  LAYER("producer", fill(six_hundred, 600));
  LAYER("consumer", halve());
  LAYER("half_read", read(three_hundred, 100));
  LAYER("low_bytes", low_bytes());
  LAYER("rewrite", fill(twice, 400); fill(twice, 400); read(twice, 400); read(twice, 400));
  LAYER("multiple", store_and_load_multiple());
  SRAMSCOPE_BLOCK_END("buffers");
  SRAMSCOPE_NETWORK_END("known");
  semihosting_exit(0);
}
