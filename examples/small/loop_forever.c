// Never ends, but works: every turn changes memory, so no loop detector may call it idle.
#include <stdint.h>

static volatile uint32_t state[16];

int main(void) {
  for (uint32_t i = 0;; ++i) state[i % 16] += state[(i + 5) % 16] * 1664525u + 1013904223u;
}
