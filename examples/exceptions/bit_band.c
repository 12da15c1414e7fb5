// Bit-band aliases of SRAM: every word stands for one bit.
#include "trace.h"

static uint32_t word;
static uint8_t bytes[8] __attribute__((aligned(4)));

static volatile uint32_t* alias_of(const void* at, uint32_t bit) {
  return (volatile uint32_t*)(0x22000000 + ((uint32_t)at - 0x20000000) * 32 + bit * 4);
}

int main(void) {
  word = 0x80000005;
  trace("bit 0", *alias_of(&word, 0));
  trace("bit 1", *alias_of(&word, 1));
  trace("bit 31", *alias_of(&word, 31));
  *alias_of(&word, 4) = 1;
  *alias_of(&word, 0) = 0xfffffffe;  // only bit 0 counts
  *alias_of(&word, 31) = 0;
  *alias_of(&word, 30) = 3;
  trace("word", *(volatile uint32_t*)&word);
  bytes[3] = 0x80;
  trace("bit 7 of byte 3", *alias_of(bytes + 3, 7));
  trace("the same, bit 31 of the word", *alias_of(bytes, 31));
  *(volatile uint8_t*)alias_of(bytes + 5, 2) = 1;
  *(volatile uint16_t*)alias_of(bytes + 6, 0) = 1;
  for (int i = 0; i < 8; ++i) trace("byte", ((volatile uint8_t*)bytes)[i]);
  trace("read as byte", *(volatile uint8_t*)alias_of(bytes + 5, 2));
  return 0;
}
