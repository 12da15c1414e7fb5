// Start code of the torture programs: a vector table, the FPU, .bss, newlib's constructors, then
// main(). Data is linked where it is loaded, so nothing is copied.
#include <stdint.h>
#include <stdlib.h>

extern uint32_t __bss_start__[], __bss_end__[], __stack[];
extern void initialise_monitor_handles(void);
extern void __libc_init_array(void);
extern int main(int argc, char** argv);

// newlib's __libc_init_array() and exit() call these; crti.o, which has them, is not linked.
void _init(void) {}
void _fini(void) {}

// newlib's answer is in /tmp; files of a test belong where it runs.
char* tmpnam(char* name) {
  static const char answer[] = "torture.tmp";
  static char buffer[sizeof answer];
  if (!name) name = buffer;
  for (unsigned i = 0; i < sizeof answer; ++i) name[i] = answer[i];
  return name;
}

static void stop_with(uint32_t status) {
  // SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit (Semihosting for AArch32 and AArch64, 6.6).
  const uint32_t block[2] = {0x20026, status};
  register uint32_t operation __asm__("r0") = 0x20;
  register const uint32_t* parameter __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(parameter) : "memory");
  for (;;) {
  }
}

// Any exception ends the program with 0x40 + its number, which no program of the suite returns.
static void exception(void) {
  uint32_t number;
  __asm__ volatile("mrs %0, ipsr" : "=r"(number));
  stop_with(0x40 | (number & 0x3f));
}

// No call may come before the FPU is on: the compiler may save FP registers in a prologue.
__attribute__((noreturn)) static void run(void) {
  static char name[] = "torture";
  static char* arguments[] = {name, 0};
  for (uint32_t* word = __bss_start__; word < __bss_end__; ++word) *word = 0;
  initialise_monitor_handles();
  __libc_init_array();
  exit(main(1, arguments));
}

// Programs of the suite have functions called reset().
__attribute__((noreturn, used)) void torture_reset(void) {
#ifdef __ARM_FP
  *(volatile uint32_t*)0xe000ed88 |= 0xfu << 20;  // CPACR: CP10 and CP11 (Armv7-M ARM, B3.2.20)
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
  run();
}

__attribute__((section(".vectors"), used)) static const void* const vectors[16] = {
    __stack,   torture_reset, exception, exception, exception, exception, exception, exception,
    exception, exception,     exception, exception, exception, exception, exception, exception,
};
