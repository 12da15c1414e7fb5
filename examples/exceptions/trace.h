// What the exception firmwares share: a trace on the console, the system registers, and a vector table whose handlers may
// be defined by each of them.
#ifndef SRAMSCOPE_EXAMPLES_TRACE_H_
#define SRAMSCOPE_EXAMPLES_TRACE_H_

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define NVIC_ISER REGISTER(0xE000E100)
#define NVIC_ICER REGISTER(0xE000E180)
#define NVIC_ISPR REGISTER(0xE000E200)
#define NVIC_ICPR REGISTER(0xE000E280)
#define NVIC_IABR REGISTER(0xE000E300)
#define CPUID REGISTER(0xE000ED00)
#define ICSR REGISTER(0xE000ED04)
#define VTOR REGISTER(0xE000ED08)
#define AIRCR REGISTER(0xE000ED0C)
#define SCR REGISTER(0xE000ED10)
#define CCR REGISTER(0xE000ED14)
#define SHPR2 REGISTER(0xE000ED1C)
#define SHPR3 REGISTER(0xE000ED20)
#define SHCSR REGISTER(0xE000ED24)
#define CFSR REGISTER(0xE000ED28)
#define HFSR REGISTER(0xE000ED2C)
#define MMFAR REGISTER(0xE000ED34)
#define BFAR REGISTER(0xE000ED38)
#define CPACR REGISTER(0xE000ED88)
#define MPU_TYPE REGISTER(0xE000ED90)
#define MPU_CTRL REGISTER(0xE000ED94)
#define MPU_RNR REGISTER(0xE000ED98)
#define MPU_RBAR REGISTER(0xE000ED9C)
#define MPU_RASR REGISTER(0xE000EDA0)
#define STIR REGISTER(0xE000EF00)
#define FPCCR REGISTER(0xE000EF34)
#define FPCAR REGISTER(0xE000EF38)
#define FPDSCR REGISTER(0xE000EF3C)

enum { kPendSvSet = 1 << 28, kPendStSet = 1 << 26, kPendStClr = 1 << 25 };

/// Priority of exception `number`: 4 to 15, or 16 plus the interrupt. By words: ARMv6-M has no narrower access.
static inline void set_priority(uint32_t number, uint32_t priority) {
  const uint32_t at = number < 16 ? 0xE000ED14 + number : 0xE000E3F0 + number;
  volatile uint32_t* const word = (volatile uint32_t*)(at & ~3u);
  const uint32_t shift = 8 * (at & 3);
  *word = (*word & ~(0xFFu << shift)) | priority << shift;
}
static inline void set_irq_priority(uint32_t irq, uint32_t priority) { set_priority(16 + irq, priority); }

/// "text 0x0000002a". Printed at once, or with the next line of privileged code.
void trace(const char* text, uint32_t value);
void trace_text(const char* text);

/// The eight words that exception entry pushes.
typedef struct {
  uint32_t r0, r1, r2, r3, r12, lr, pc, psr;
} Frame;

/// Fault handlers end here. By default: prints the fault and goes on behind the instruction.
void on_fault(Frame* frame, uint32_t exc_return);
/// Prints exception number, EXC_RETURN, status and address registers and stacked PC; clears the status.
void trace_fault(const Frame* frame, uint32_t exc_return);
/// Where the default `on_fault` goes on instead, once; 0: behind the instruction.
extern volatile uint32_t resume_at;
/// Bytes of the instruction at `pc`.
uint32_t instruction_size(uint32_t pc);
/// Calls `on_fault`: the handler of HardFault, MemManage, BusFault and UsageFault unless a firmware has its own.
void fault_entry(void);

#define SPECIAL_READER(name)                          \
  static inline uint32_t read_##name(void) {          \
    uint32_t value;                                   \
    __asm__ volatile("mrs %0, " #name : "=r"(value)); \
    return value;                                     \
  }
#define SPECIAL_WRITER(name)                                               \
  static inline void write_##name(uint32_t value) {                        \
    __asm__ volatile("msr " #name ", %0\n\tisb" : : "r"(value) : "memory"); \
  }
SPECIAL_READER(ipsr)
SPECIAL_READER(xpsr)
SPECIAL_READER(control)
SPECIAL_WRITER(control)
SPECIAL_READER(primask)
SPECIAL_WRITER(primask)
SPECIAL_READER(psp)
SPECIAL_WRITER(psp)
SPECIAL_READER(msp)
#if __ARM_ARCH >= 7
SPECIAL_READER(basepri)
SPECIAL_WRITER(basepri)
SPECIAL_WRITER(basepri_max)
SPECIAL_READER(faultmask)
SPECIAL_WRITER(faultmask)
#endif

/// An interrupt that was pended before is taken here at the latest.
static inline void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }
static inline uint32_t exc_return_in_lr(void) {
  uint32_t value;
  __asm__ volatile("mov %0, lr" : "=r"(value));
  return value;
}

/// Word `index` of the vector table: 0..15 system, then 32 interrupts.
typedef void (*Handler)(void);
extern const Handler vector_table[48];

#endif  // SRAMSCOPE_EXAMPLES_TRACE_H_
