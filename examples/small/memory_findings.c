// One of each thing that sramscope finds about memory. Built with STARTUP_BARE: nothing else is in
// RAM.
//
//   layer          does                                                  finding
//   reads_nothing  reads 64 bytes that nobody wrote                      uninitialised-read
//   leaves_arena   writes the arena of 4096 bytes and 32 bytes more      outside-arena, dead-store
//   writes_only    writes 300 bytes that nobody reads                    dead-store
//   deep           moves the stack down to less than 256 bytes above data   stack-near-data
//   (none)         2048 bytes of .bss that no layer uses                 never-touched
#include <stdint.h>

#include "../startup/semihosting.h"
#include "sramscope/marker.h"

typedef volatile uint8_t Byte;  // volatile: the accesses below are exactly those of the program

static Byte never_written[64] __attribute__((section(".below_stack")));
static Byte log_buffer[300];
static Byte spare[2048];
static Byte tensor_arena[4096];

static inline __attribute__((always_inline)) void write(Byte* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) bytes[i] = (uint8_t)i;
}

static inline __attribute__((always_inline)) void read(Byte* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) (void)bytes[i];
}

// `never_written` ends 0x13c0 bytes under the top of the stack.
static __attribute__((noinline)) void deep(void) {
  Byte local[0x13c0 - 240];
  local[0] = 1;
  (void)local[0];
}

int main(void) {
  SRAMSCOPE_LAYER_BEGIN("reads_nothing");
  read(never_written, sizeof never_written);
  SRAMSCOPE_LAYER_END("reads_nothing");
  SRAMSCOPE_LAYER_BEGIN("leaves_arena");
  Byte* arena = tensor_arena;
  __asm__("" : "+r"(arena));  // the compiler must not know how long it is
  write(arena, sizeof tensor_arena + 32);
  SRAMSCOPE_LAYER_END("leaves_arena");
  SRAMSCOPE_LAYER_BEGIN("writes_only");
  write(log_buffer, sizeof log_buffer);
  SRAMSCOPE_LAYER_END("writes_only");
  SRAMSCOPE_LAYER_BEGIN("deep");
  deep();
  SRAMSCOPE_LAYER_END("deep");
  __asm__ volatile("" ::"r"(spare));  // or the linker would drop it
  semihosting_exit(0);
}
