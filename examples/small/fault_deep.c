// A store past the end of RAM, three calls deep and in an inlined function: what a convolution does
// whose scratch buffer was planned too small. (The last words of RAM are the stack of the start-up
// code, which never returns: losing them does no harm.)
#include <stdint.h>

#include "sramscope/marker.h"

enum { kScratchBytes = 1000 };

extern uint32_t __ram_end;  // of the linker script: only its address means anything

static inline __attribute__((always_inline)) void put(volatile uint8_t* to, int8_t value) {
  *to = (uint8_t)value;
}

__attribute__((noipa)) static int im2col(volatile uint8_t* to, int count) {
  for (int i = 0; i < count; ++i) put(to + i, (int8_t)i);
  return to[0];
}

__attribute__((noipa)) static int convolve(volatile uint8_t* scratch, int depth) {
  const volatile int kept = depth;  // makes the recursion one
  if (depth == 0) return im2col(scratch, kScratchBytes) + kept;
  return convolve(scratch, depth - 1) + kept;
}

int main(void) {
  SRAMSCOPE_LAYER_BEGIN("conv");
  const int sum = convolve((volatile uint8_t*)&__ram_end - 4, 3);
  SRAMSCOPE_LAYER_END("conv");
  return sum;
}
