// Layer markers: the one sramscope header that firmware includes. C99 and C++, GCC and clang.
//
//   SRAMSCOPE_NETWORK_BEGIN("mobilenet");
//   SRAMSCOPE_BLOCK_BEGIN("block2");
//   SRAMSCOPE_LAYER_BEGIN("expand");
//   SRAMSCOPE_TENSOR("expanded", buffer, sizeof buffer);  // optional: name, address, bytes
//   ...the work...
//   SRAMSCOPE_LAYER_END("expand");
//   SRAMSCOPE_BLOCK_END("block2");
//   SRAMSCOPE_NETWORK_END("mobilenet");
//
// Layers nest in blocks, blocks in networks; every END repeats the name of the BEGIN it closes.
// A name is one string literal (or a macro that expands to one) of printable characters except
// '%', '"', '\', '{', '|' and '}'.
//
// What a marker costs: about four instructions (14 bytes of flash), no RAM, one store. Names cost
// no flash: they live in the ELF section .sramscope.names, which is never loaded (not SHF_ALLOC,
// VMA 0 in any linker script). The linker merges equal names, so a name's id is its byte offset
// in that section, the same in every translation unit. All names together must stay below 64 KiB.
//
// What a marker does: 32-bit stores to ITM stimulus ports, at 0xE0000000 + 4 * port.
//   port 24  begin         (kind << 24) | name offset; kind 1 network, 2 block, 3 layer
//   port 25  end           the value of the begin it closes
//   port 26  tensor address
//   port 27  tensor size in bytes
//   port 28  tensor name offset; this store commits the tensor
// A board whose ITM is off (the reset state) ignores these stores; the ports' FIFO is not polled.
//
// A marker is a compiler barrier: no access to memory moves across it. Arithmetic that stays in
// registers may, as across any volatile statement.
//
// The markers are nothing at all
//   - when SRAMSCOPE_NO_MARKERS is defined,
//   - when not compiling for a Cortex-M (the host),
//   - on ARMv6-M and ARMv8-M Baseline (M0, M0+, M1, M23): they have no ITM, and the store would
//     fault on a real part. The simulator accepts it: define SRAMSCOPE_FORCE_MARKERS for a build
//     that runs only there.
#ifndef SRAMSCOPE_MARKER_H_
#define SRAMSCOPE_MARKER_H_

#if defined(SRAMSCOPE_NO_MARKERS) || !defined(__arm__) || !defined(__thumb__)
#define SRAMSCOPE_MARKERS_ENABLED 0
#elif !defined(__ARM_ARCH_PROFILE) || __ARM_ARCH_PROFILE != 'M'
#define SRAMSCOPE_MARKERS_ENABLED 0
#elif __ARM_ARCH_ISA_THUMB < 2 && !defined(SRAMSCOPE_FORCE_MARKERS)
#define SRAMSCOPE_MARKERS_ENABLED 0
#else
#define SRAMSCOPE_MARKERS_ENABLED 1
#endif

#define SRAMSCOPE_NETWORK_BEGIN(name) SRAMSCOPE_MARK_(24, 1, name)
#define SRAMSCOPE_NETWORK_END(name) SRAMSCOPE_MARK_(25, 1, name)
#define SRAMSCOPE_BLOCK_BEGIN(name) SRAMSCOPE_MARK_(24, 2, name)
#define SRAMSCOPE_BLOCK_END(name) SRAMSCOPE_MARK_(25, 2, name)
#define SRAMSCOPE_LAYER_BEGIN(name) SRAMSCOPE_MARK_(24, 3, name)
#define SRAMSCOPE_LAYER_END(name) SRAMSCOPE_MARK_(25, 3, name)
#define SRAMSCOPE_TENSOR(name, address, size) SRAMSCOPE_MARK_TENSOR_(name, address, size)

#if SRAMSCOPE_MARKERS_ENABLED

#define SRAMSCOPE_QUOTE_(name) #name

// Assembly reads best with one instruction per line.
// clang-format off
// "MS" without "A": mergeable strings that are not loaded. %= makes the label unique per copy, so
// that inlining, templates and LTO may duplicate the statement freely.
#define SRAMSCOPE_NAME_ASM_(name)                           \
  ".pushsection .sramscope.names,\"MS\",%%progbits,1\n"     \
  ".Lsramscope_name%=: .asciz " SRAMSCOPE_QUOTE_(name) "\n" \
  ".popsection\n"

#if __ARM_ARCH_ISA_THUMB >= 2
// The kind fits in the upper half, which is why offsets are limited to 16 bits. Arm ELF's REL
// relocations could not carry kind << 24 as an addend of MOVW and MOVT.
#define SRAMSCOPE_VALUE_ASM_(kind)                \
  "movw %[value], #:lower16:.Lsramscope_name%=\n" \
  SRAMSCOPE_KIND_ASM_##kind
#define SRAMSCOPE_KIND_ASM_0 ""
#define SRAMSCOPE_KIND_ASM_1 "movt %[value], #0x100\n"
#define SRAMSCOPE_KIND_ASM_2 "movt %[value], #0x200\n"
#define SRAMSCOPE_KIND_ASM_3 "movt %[value], #0x300\n"
#else
// ARMv6-M has no MOVW: a literal of our own, since the compiler's pool may be out of reach.
#define SRAMSCOPE_VALUE_ASM_(kind)                                      \
  "ldr %[value], .Lsramscope_value%=\n"                                 \
  "b .Lsramscope_after%=\n"                                             \
  ".p2align 2\n"                                                        \
  ".Lsramscope_value%=: .word .Lsramscope_name%= + (" #kind " << 24)\n" \
  ".Lsramscope_after%=:\n"
#endif

// The check of sizeof makes a name that is no literal an error of the compiler, not the assembler.
#define SRAMSCOPE_MARK_(port, kind, name)                                     \
  do {                                                                        \
    unsigned long sramscope_value_;                                           \
    (void)sizeof("" name "");                                                 \
    __asm__ __volatile__(SRAMSCOPE_NAME_ASM_(name) SRAMSCOPE_VALUE_ASM_(kind) \
                         "str %[value], [%[itm], #4 * " #port "]\n"           \
                         : [value] "=&l"(sramscope_value_)                    \
                         : [itm] "l"(0xE0000000UL)                            \
                         : "memory");                                         \
  } while (0)

#define SRAMSCOPE_MARK_TENSOR_(name, address, size)                                  \
  do {                                                                               \
    unsigned long sramscope_value_;                                                  \
    const volatile void* const sramscope_address_ = (address);                       \
    (void)sizeof("" name "");                                                        \
    __asm__ __volatile__(SRAMSCOPE_NAME_ASM_(name)                                   \
                         "str %[where], [%[itm], #4 * 26]\n"                         \
                         "str %[bytes], [%[itm], #4 * 27]\n" SRAMSCOPE_VALUE_ASM_(0) \
                         "str %[value], [%[itm], #4 * 28]\n"                         \
                         : [value] "=&l"(sramscope_value_)                           \
                         : [itm] "l"(0xE0000000UL), [where] "l"(sramscope_address_), \
                           [bytes] "l"(size)                                         \
                         : "memory");                                                \
  } while (0)

// clang-format on
#else  // !SRAMSCOPE_MARKERS_ENABLED

#define SRAMSCOPE_MARK_(port, kind, name) ((void)sizeof("" name ""))
#define SRAMSCOPE_MARK_TENSOR_(name, address, size) \
  ((void)sizeof("" name ""), (void)(address), (void)(size))

#endif  // SRAMSCOPE_MARKERS_ENABLED

#endif  // SRAMSCOPE_MARKER_H_
