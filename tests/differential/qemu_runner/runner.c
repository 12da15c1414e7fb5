// Runs test vectors on whatever executes this firmware: QEMU, sramscope, or a part with a debugger.
// Reads vectors.bin, writes outcomes.bin, both by semihosting. vector_files.h has their layout;
// every number is a little-endian word.
//
// A vector's registers are loaded, its code runs in a slot in RAM with its own SP on the process
// stack, and ends in an undefined instruction: the fault handler saves the registers, and returns
// to here on the main stack. The frame that the fault pushes below the vector's SP is left out of
// the comparison of memory.
#include <stdint.h>

#ifdef __ARM_FP
enum { kFpWords = 33 };
#else
enum { kFpWords = 0 };
#endif
enum {
  kDataBytes = 0x1000,
  kMemoryBytes = 0x6000,
  kCodeOffset = 0x3100,
  kEntryOffset = kCodeOffset - 8,
  kLiteralOffset = kCodeOffset + 0x10,
  kRecordWords = 19 + kFpWords,
  kRecords = 64,
};

// A vector: r0-r14, APSR, two words of code, flags; then s0-s31 and FPSCR.
// An outcome: r0-r14, PC, xPSR, CFSR, a hash of the data changed; then s0-s31 and FPSCR.
enum {
  kApsr = 15,
  kCode = 16,
  kFlags = 18,
  kPc = 15,
  kXpsr = 16,
  kCfsr = 17,
  kHash = 18,
  kFp = 19
};
enum { kCodeAddresses = 1, kStores = 2 };  // flags

extern uint32_t window[];  // the memory of the vectors, from the linker script
static uint32_t pristine[2][kDataBytes / 4];
static uint32_t vectors[kRecords * kRecordWords];
static uint32_t outcomes[kRecords * kRecordWords];

// What the assembly shares with the rest.
uint32_t pop_area[9];  // r0-r7 and PC of the vector, where its first instructions find them
uint32_t saved[10];    // r4-r11 and PSP of the vector
#ifdef __ARM_FP
uint32_t saved_fp[33];  // s0-s31, FPSCR
#endif
void run_vector(const uint32_t* vector, uint32_t entry);

__asm__(
    ".syntax unified\n"
    ".thumb_func\n"
    ".global run_vector\n"
    "run_vector:\n"
    "  push {r3-r7, lr}\n"
    "  mov r4, r8\n"
    "  mov r5, r9\n"
    "  mov r6, r10\n"
    "  mov r7, r11\n"
    "  push {r4-r7}\n"
#ifdef __ARM_FP
    "  add r2, r0, #76\n"
    "  vldm r2, {s0-s31}\n"
    "  ldr r3, [r2, #128]\n"
    "  vmsr fpscr, r3\n"
#endif
    "  ldr r2, =pop_area\n"
    "  ldr r3, [r0, #52]\n"  // SP travels in r0, see kEntryOffset
    "  str r3, [r2, #0]\n"
    "  str r1, [r2, #32]\n"
    "  ldr r3, [r0, #4]\n  str r3, [r2, #4]\n"
    "  ldr r3, [r0, #8]\n  str r3, [r2, #8]\n"
    "  ldr r3, [r0, #12]\n  str r3, [r2, #12]\n"
    "  ldr r3, [r0, #16]\n  str r3, [r2, #16]\n"
    "  ldr r3, [r0, #20]\n  str r3, [r2, #20]\n"
    "  ldr r3, [r0, #24]\n  str r3, [r2, #24]\n"
    "  ldr r3, [r0, #28]\n  str r3, [r2, #28]\n"
    "  ldr r3, [r0, #32]\n  mov r8, r3\n"
    "  ldr r3, [r0, #36]\n  mov r9, r3\n"
    "  ldr r3, [r0, #40]\n  mov r10, r3\n"
    "  ldr r3, [r0, #44]\n  mov r11, r3\n"
    "  ldr r3, [r0, #48]\n  mov r12, r3\n"
    "  ldr r3, [r0, #56]\n  mov lr, r3\n"
    "  ldr r4, [r0, #60]\n"
    "  msr psp, r2\n"
    "  movs r3, #2\n"
    "  msr control, r3\n"  // SP is PSP from here on
    "  isb\n"
#ifdef __ARM_FEATURE_DSP
    "  msr apsr_nzcvqg, r4\n"
#else
    "  msr apsr_nzcvq, r4\n"
#endif
    "  pop {r0-r7, pc}\n"

    ".thumb_func\n"
    ".global fault\n"
    "fault:\n"
    "  ldr r0, =saved\n"
    "  stmia r0!, {r4-r7}\n"
    "  mov r4, r8\n"
    "  mov r5, r9\n"
    "  mov r6, r10\n"
    "  mov r7, r11\n"
    "  stmia r0!, {r4-r7}\n"
    "  mrs r1, psp\n"
    "  str r1, [r0]\n"
#ifdef __ARM_FP
    "  ldr r0, =saved_fp\n"
    "  vstmia r0!, {s0-s31}\n"
    "  vmrs r1, fpscr\n"
    "  str r1, [r0]\n"
#endif
    // Returns to Thread mode on the main stack: a frame with nothing but PC and the Thumb bit.
    "  sub sp, #32\n"
    "  ldr r1, =after_vector\n"
    "  subs r1, #1\n"  // PC of a frame has no Thumb bit
    "  str r1, [sp, #24]\n"
    "  movs r1, #1\n"
    "  lsls r1, r1, #24\n"
    "  str r1, [sp, #28]\n"
    "  movs r0, #6\n"
    "  mvns r0, r0\n"  // 0xfffffff9
    "  bx r0\n"

    ".thumb_func\n"
    "after_vector:\n"
    "  pop {r4-r7}\n"
    "  mov r8, r4\n"
    "  mov r9, r5\n"
    "  mov r10, r6\n"
    "  mov r11, r7\n"
    "  pop {r3-r7, pc}\n"
    "  .ltorg\n");

static uint32_t semihosting(uint32_t operation, const void* parameter) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = parameter;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}
// Semihosting for AArch32 and AArch64, 6: SYS_OPEN, SYS_WRITE, SYS_READ, SYS_EXIT.
static uint32_t open_file(const char* name, uint32_t length, uint32_t mode) {
  const uint32_t block[3] = {(uint32_t)name, mode, length};
  return semihosting(0x01, block);
}
// Both return the number of bytes that are missing.
static uint32_t read_file(uint32_t file, void* to, uint32_t bytes) {
  const uint32_t block[3] = {file, (uint32_t)to, bytes};
  return semihosting(0x06, block);
}
static uint32_t write_file(uint32_t file, const void* from, uint32_t bytes) {
  const uint32_t block[3] = {file, (uint32_t)from, bytes};
  return semihosting(0x05, block);
}
static void stop(void) {
  semihosting(0x18, (const void*)0x20026);
  for (;;) {
  }
}

static uint32_t fold(uint32_t hash, uint32_t value) { return (hash ^ value) * 0x01000193u; }

// Hashes the words that differ from the pristine ones, but for the eight of the frame, and puts
// them back.
static uint32_t restore_data(const uint32_t* original, uint32_t frame) {
  uint32_t hash = 0;
  for (uint32_t i = 0; i < kDataBytes / 4; ++i) {
    const uint32_t value = window[i];
    if (value == original[i]) continue;
    window[i] = original[i];
    if (i - frame >= 8) hash = fold(fold(hash, i), value);
  }
  return hash;
}
static void restore_frame(const uint32_t* original, uint32_t frame) {
  for (uint32_t i = frame; i < frame + 8; ++i) window[i] = original[i];
}
static void fill_data(const uint32_t* original) {
  for (uint32_t i = 0; i < kDataBytes / 4; ++i) window[i] = original[i];
}

static void collect(uint32_t* outcome, const uint32_t* frame) {
  for (uint32_t i = 0; i < 4; ++i) outcome[i] = frame[i];
  for (uint32_t i = 0; i < 8; ++i) outcome[4 + i] = saved[i];
  outcome[12] = frame[4];
  const uint32_t aligned_by = (frame[7] >> 9 & 1) * 4;
  outcome[13] = saved[8] + 32 + aligned_by;
  outcome[14] = frame[5];
  outcome[kPc] = frame[6];
  outcome[kXpsr] = frame[7];
#ifndef __ARM_ARCH_6M__
  volatile uint32_t* cfsr = (volatile uint32_t*)0xe000ed28;
  outcome[kCfsr] = *cfsr;
  *cfsr = *cfsr;
#else
  outcome[kCfsr] = 0;
#endif
#ifdef __ARM_FP
  for (uint32_t i = 0; i < kFpWords; ++i) outcome[kFp + i] = saved_fp[i];
#endif
}

static void run_one(const uint32_t* vector, uint32_t* outcome, uint32_t* data_now) {
  const uint32_t kind = vector[kFlags] & kCodeAddresses;
  const uint32_t base = (uint32_t)window;
  if (kind != *data_now) fill_data(pristine[kind]);
  *data_now = kind;
  window[kCodeOffset / 4] = vector[kCode];
  window[kCodeOffset / 4 + 1] = vector[kCode + 1];
  window[kLiteralOffset / 4] = vector[0];
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  run_vector(vector, (base + kEntryOffset) | 1);
  collect(outcome, (const uint32_t*)saved[8]);
  const uint32_t frame = (saved[8] - base) / 4;
  outcome[kHash] = 0;
  if ((vector[kFlags] & kStores) != 0) {
    outcome[kHash] = restore_data(pristine[kind], frame);
  } else {
    restore_frame(pristine[kind], frame);
  }
}

static void run_file(uint32_t count, uint32_t in, uint32_t out) {
  uint32_t data_now = 2;
  while (count != 0) {
    const uint32_t now = count < kRecords ? count : kRecords;
    count -= now;
    const uint32_t bytes = now * kRecordWords * 4;
    if (read_file(in, vectors, bytes) != 0) return;
    for (uint32_t i = 0; i < now; ++i) {
      run_one(vectors + i * kRecordWords, outcomes + i * kRecordWords, &data_now);
    }
    // Whoever stores without being expected to is found here.
    outcomes[(now - 1) * kRecordWords + kHash] += restore_data(pristine[data_now], 0xffffff00u);
    write_file(out, outcomes, bytes);
  }
}

__attribute__((noreturn, used)) void start(void) {
#ifdef __ARM_FP
  *(volatile uint32_t*)0xe000ed88 |= 0xfu << 20;  // CPACR: CP10 and CP11
  __asm__ volatile("dsb\n\tisb" ::: "memory");
  *(volatile uint32_t*)0xe000ef34 = 0;  // FPCCR.ASPEN: faults stack no FP registers
#endif
#ifndef __ARM_ARCH_6M__
  *(volatile uint32_t*)0xe000ed24 |= 7u << 16;  // SHCSR: MemManage, BusFault and UsageFault
#endif
  const uint32_t in = open_file("vectors.bin", 11, 1);    // "rb"
  const uint32_t out = open_file("outcomes.bin", 12, 5);  // "wb"
  uint32_t count = 0;
  const uint32_t missing = read_file(in, &count, 4) + read_file(in, pristine, sizeof pristine) +
                           read_file(in, (char*)window + kDataBytes, kMemoryBytes - kDataBytes);
  if (missing == 0) run_file(count, in, out);
  stop();
  for (;;) {
  }
}

extern uint32_t stack_top[];
void fault(void);
__attribute__((section(".vectors"), used)) static const void* const table[16] = {
    stack_top, start, fault, fault, fault, fault, fault, fault,
    fault,     fault, fault, fault, fault, fault, fault, fault,
};
