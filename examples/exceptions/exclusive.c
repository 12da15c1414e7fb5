// LDREX and STREX: what clears the monitor.
#include "trace.h"

static uint32_t word = 7, other = 9;
static uint8_t byte = 3;

static uint32_t strex(uint32_t* at, uint32_t value) {
  uint32_t failed;
  __asm__ volatile("strex %0, %2, [%1]" : "=&r"(failed) : "r"(at), "r"(value) : "memory");
  return failed;
}
static uint32_t ldrex(const uint32_t* at) {
  uint32_t value;
  __asm__ volatile("ldrex %0, [%1]" : "=r"(value) : "r"(at) : "memory");
  return value;
}

void svc_handler(void) {}
void pend_sv_handler(void) { word = 100; }

static void show(const char* what, uint32_t failed) {
  trace(what, failed);
  trace("  word", word);
}

int main(void) {
  show("strex alone", strex(&word, 1));
  ldrex(&word);
  show("after ldrex", strex(&word, 2));
  show("once more", strex(&word, 3));
  ldrex(&word);
  __asm__ volatile("clrex" ::: "memory");
  show("after clrex", strex(&word, 4));
  ldrex(&word);
  __asm__ volatile("svc 0" ::: "memory");
  show("after svc", strex(&word, 5));
  ldrex(&word);
  ICSR = kPendSvSet;
  barrier();
  show("after pendsv", strex(&word, 6));
  ldrex(&other);
  trace("other", strex(&other, 11));
  trace("  other", other);
  uint32_t failed, value;
  __asm__ volatile("ldrexb %0, [%2]\n\tadd %0, #1\n\tstrexb %1, %0, [%2]" : "=&r"(value), "=&r"(failed) : "r"(&byte) : "memory");
  trace("byte", byte);
  trace("  failed", failed);
  return 0;
}
