// Text through ITM stimulus port 0, by bytes, halfwords and words, as CMSIS's ITM_SendChar does it.
#include "trace.h"

#define ITM_PORT8(n) (*(volatile uint8_t*)(0xE0000000 + 4 * (n)))
#define ITM_PORT16(n) (*(volatile uint16_t*)(0xE0000000 + 4 * (n)))
#define ITM_PORT32(n) REGISTER(0xE0000000 + 4 * (n))
#define ITM_TER REGISTER(0xE0000E00)
#define ITM_TCR REGISTER(0xE0000E80)
#define ITM_LAR REGISTER(0xE0000FB0)
#define DEMCR REGISTER(0xE000EDFC)

static void send(char c) {
  while (ITM_PORT32(0) == 0) {
  }
  ITM_PORT8(0) = (uint8_t)c;
}

int main(void) {
  DEMCR = DEMCR | 1u << 24;
  ITM_LAR = 0xC5ACCE55;
  ITM_TCR = 1;
  ITM_TER = 1;
  for (const char* at = "one by one\n"; *at != '\0'; ++at) send(*at);
  ITM_PORT16(0) = 't' | 'w' << 8;
  ITM_PORT16(0) = 'o' | '\n' << 8;
  ITM_PORT32(0) = 'f' | 'o' << 8 | 'u' << 16 | 'r' << 24;
  ITM_PORT8(0) = '\n';
  ITM_PORT8(1) = 'x';  // another port: not the console
  write_control(1);
  ITM_PORT8(0) = 'u';  // stimulus ports are open to unprivileged code
  ITM_PORT8(0) = '\n';
  return 0;
}
