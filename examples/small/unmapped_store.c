// A layer that writes past the end of RAM: its ninth word has no memory under it. (The last words
// of RAM are the stack of the start-up code, which never returns: losing them does no harm.)
//
// Built for the MPS2 (where QEMU has an alias of the RAM there, so that it ends with 0) and for the
// STM32F746, where RAM ends at 0x20050000.
#include <stdint.h>

#include "sramscope/marker.h"

extern uint32_t __ram_end;  // of the linker script: only its address means anything

int main(void) {
  SRAMSCOPE_NETWORK_BEGIN("broken");
  SRAMSCOPE_BLOCK_BEGIN("block1");
  SRAMSCOPE_LAYER_BEGIN("overrun");
  volatile uint32_t* output = (volatile uint32_t*)((uintptr_t)&__ram_end - 32);
  for (int i = 0; i < 16; ++i) output[i] = (uint32_t)i;
  SRAMSCOPE_LAYER_END("overrun");
  SRAMSCOPE_BLOCK_END("block1");
  SRAMSCOPE_NETWORK_END("broken");
  return 0;
}
