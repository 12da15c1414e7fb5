// Start-up of the example firmware, for any Cortex-M: vector table, .data, .bss, FPU, C library,
// main, exit. It touches no device but CPACR: no clocks.
//
// With STARTUP_CACHES it switches the L1 caches of a Cortex-M7 on, as real firmware does.
// With STARTUP_BARE it leaves out the C library (no constructors, no arguments, no exit handlers):
// nothing but the program's own variables is then ever in RAM.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "semihosting.h"

// Defined by cortex_m.ld; only their addresses mean anything.
extern uint32_t __stack_top[];
extern uint32_t __data_start[], __data_end[], __bss_start[], __bss_end[];
extern const uint32_t __data_load[];

int main(int argc, char** argv);
void reset_handler(void);

#if !defined(STARTUP_OWN_VECTORS)  // some programs bring a vector table of their own
/// 0x40 | the number of the exception, so that a test sees from the status which fault it was.
__attribute__((used, noreturn)) static void exit_with_fault(uint32_t ipsr) {
  semihosting_exit(0x40 | (ipsr & 0x3f));
}

/// The stack may be what broke: start over from its top before calling anything.
__attribute__((naked)) static void fault_handler(void) {
  __asm__ volatile(
      "ldr r0, =__stack_top\n"
      "mov sp, r0\n"
      "mrs r0, ipsr\n"
      "b exit_with_fault\n");
}

typedef void (*Handler)(void);
__attribute__((used, section(".vectors"))) static const struct {
  uint32_t* stack_top;
  Handler handlers[15];
} vectors = {__stack_top,
             {reset_handler, fault_handler, fault_handler, fault_handler, fault_handler,
              fault_handler, fault_handler, fault_handler, fault_handler, fault_handler,
              fault_handler, fault_handler, fault_handler, fault_handler, fault_handler}};
#endif

static inline void enable_fpu(void) {
#if defined(__ARM_FP)
  volatile uint32_t* const cpacr = (volatile uint32_t*)0xE000ED88;
  *cpacr |= 0xFu << 20;  // full access to CP10 and CP11
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

static inline void enable_caches(void) {
#if defined(STARTUP_CACHES)
  // As CMSIS's SCB_EnableICache and SCB_EnableDCache: both are invalid data after reset.
  volatile uint32_t* const ccr = (volatile uint32_t*)0xE000ED14;
  volatile const uint32_t* const ccsidr = (volatile const uint32_t*)0xE000ED80;
  volatile uint32_t* const csselr = (volatile uint32_t*)0xE000ED84;
  volatile uint32_t* const iciallu = (volatile uint32_t*)0xE000EF50;
  volatile uint32_t* const dcisw = (volatile uint32_t*)0xE000EF60;
  *iciallu = 0;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  *ccr |= 1u << 17;  // IC
  *csselr = 0;       // the data cache
  __asm__ volatile("dsb" ::: "memory");
  const uint32_t sets = (*ccsidr >> 13 & 0x7fff) + 1, ways = (*ccsidr >> 3 & 0x3ff) + 1;
  for (uint32_t set = 0; set < sets; ++set) {
    for (uint32_t way = 0; way < ways; ++way) *dcisw = set << 5 | way << 30;
  }
  __asm__ volatile("dsb" ::: "memory");
  *ccr |= 1u << 16;  // DC
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

static inline void initialise_ram(void) {
  const uint32_t* from = __data_load;
  for (volatile uint32_t* to = __data_start; to < __data_end; ++to) *to = *from++;
  for (volatile uint32_t* to = __bss_start; to < __bss_end; ++to) *to = 0;
}

#if defined(STARTUP_BARE)

__attribute__((noreturn)) void reset_handler(void) {
  enable_fpu();
  enable_caches();
  initialise_ram();
  semihosting_exit((uint32_t)main(0, NULL));
}

#else

extern void initialise_monitor_handles(void);  // librdimon: opens stdin, stdout, stderr
extern void __libc_init_array(void);

// crti.o and crtn.o would hold these; constructors are in .init_array, so nothing is left for them.
void _init(void) {}
void _fini(void) {}

enum { kCommandLineBytes = 256, kMaxArguments = 16 };
static char command_line[kCommandLineBytes];
static char* arguments[kMaxArguments + 1];

/// Splits the host's command line at spaces; argc is 0 if there is none or it is too long.
static int get_arguments(void) {
  struct {
    char* buffer;
    uint32_t size;
  } block = {command_line, sizeof command_line};
  if (semihosting(kSysGetCmdline, &block) != 0) return 0;
  int argc = 0;
  char* at = command_line;
  while (*at != '\0' && argc < kMaxArguments) {
    while (*at == ' ') *at++ = '\0';
    if (*at != '\0') arguments[argc++] = at;
    while (*at != '\0' && *at != ' ') ++at;
  }
  return argc;
}

__attribute__((noreturn)) void reset_handler(void) {
  enable_fpu();
  enable_caches();
  initialise_ram();
  initialise_monitor_handles();
  __libc_init_array();
  const int argc = get_arguments();
  exit(main(argc, arguments));
}

#endif
