// Calls an address where there is no memory, as through a function pointer that was never set.
#include <stdint.h>

typedef void (*Function)(void);

int main(void) {
  volatile uintptr_t nowhere = 0x60000001;  // bit 0: Thumb
  ((Function)nowhere)();
  return 0;
}
