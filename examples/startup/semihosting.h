// One semihosting call (Arm "Semihosting for AArch32 and AArch64", M profile: BKPT 0xAB).
#ifndef SRAMSCOPE_EXAMPLES_SEMIHOSTING_H_
#define SRAMSCOPE_EXAMPLES_SEMIHOSTING_H_

#include <stdint.h>

enum {
  kSysWrite0 = 0x04,
  kSysGetCmdline = 0x15,
  kSysExitExtended = 0x20,
  kApplicationExit = 0x20026,  // ADP_Stopped_ApplicationExit
};

static inline int semihosting(int operation, const void* argument) {
  register int r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

/// Ends the run without the C library: no buffer is flushed, no destructor runs.
static inline __attribute__((noreturn)) void semihosting_exit(uint32_t status) {
  const uint32_t block[2] = {kApplicationExit, status};
  for (;;) semihosting(kSysExitExtended, block);
}

#endif  // SRAMSCOPE_EXAMPLES_SEMIHOSTING_H_
