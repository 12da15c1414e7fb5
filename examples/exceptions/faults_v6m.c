// ARMv6-M knows HardFault only, and traps every unaligned access. WHICH: encodings that it lacks
// and some emulators execute.
#include "trace.h"

static uint32_t words[4];

static void undefined(void) { __asm__ volatile("udf #1"); }
static void unaligned_load(void) {
  __asm__ volatile("mov r0, %0\n\tadds r0, #2\n\tldr r1, [r0]" ::"r"(words) : "r0", "r1", "cc");
}
static void unaligned_store(void) {
  __asm__ volatile("mov r0, %0\n\tadds r0, #1\n\tstrh r1, [r0]" ::"r"(words) : "r0", "cc");
}
static void unaligned_multiple(void) {
  __asm__ volatile("mov r0, %0\n\tadds r0, #2\n\tldmia r0!, {r1, r2}" ::"r"(words)
                   : "r0", "r1", "r2", "cc");
}
static void read_nothing(void) {
  __asm__ volatile("ldr r0, =0x3f000010\n\tldr r1, [r0, #4]" ::: "r0", "r1");
}
static void write_nothing(void) {
  __asm__ volatile("ldr r0, =0x3f000010\n\tstrb r1, [r0]" ::: "r0");
}
static void masked_svc(void) {
  write_primask(1);
  __asm__ volatile("svc 0" ::: "memory");
  write_primask(0);
}
#if defined(WHICH)
#define ENCODING(name, code) \
  static void name(void) { __asm__ volatile(".short " code ::: "r0", "cc", "memory"); }
ENCODING(cbz, "0xb100")
ENCODING(it, "0xbf08, 0x2000")
ENCODING(movw, "0xf240, 0x0001")
ENCODING(b_wide, "0xf000, 0xb800")
ENCODING(udiv, "0xfbb0, 0xf0f0")
ENCODING(ldr_wide, "0xf8dd, 0x0000")
ENCODING(clrex, "0xf3bf, 0x8f2f")
ENCODING(setend, "0xb650")
ENCODING(sg, "0xe97f, 0xe97f")
ENCODING(mrs_basepri, "0xf3ef, 0x8011")
ENCODING(cpsid_f, "0xb671")
#endif

static const struct {
  const char* name;
  void (*run)(void);
} cases[] = {
    {"undefined", undefined},
    {"unaligned load", unaligned_load},
    {"unaligned store", unaligned_store},
    {"unaligned ldm", unaligned_multiple},
    {"read from nothing", read_nothing},
    {"write to nothing", write_nothing},
#if defined(WHICH)
    {"cbz", cbz},
    {"it", it},
    {"movw", movw},
    {"b.w", b_wide},
    {"udiv", udiv},
    {"ldr.w", ldr_wide},
    {"clrex", clrex},
    {"setend", setend},
    {"sg", sg},
    {"mrs basepri", mrs_basepri},
    {"cpsid f", cpsid_f},
#endif
    {"svc under primask", masked_svc},
};

void on_fault(Frame* frame, uint32_t exc_return) {
  const uint16_t* at = (const uint16_t*)frame->pc;
  trace("  exception", read_ipsr());
  trace("  exc_return", exc_return);
  trace("  instruction", at[0]);
  trace("  psr", frame->psr & 0x0700fdff);
  if ((at[-1] & 0xff00) != 0xdf00)
    frame->pc += instruction_size(frame->pc);  // SVC returns behind itself
}

int main(void) {
  for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    trace_text(cases[i].name);
    cases[i].run();
  }
  return 0;
}
