// What the kernels need of a core: pairs of int16 in a word where it has the DSP extension (M4, M7,
// M33), plain C elsewhere (M0+, M3, the host). Both give the same bits: integer sums do not depend
// on their order.
#ifndef SRAMSCOPE_KERNELS_SIMD_H_
#define SRAMSCOPE_KERNELS_SIMD_H_

#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32) && !defined(SS_NO_DSP)
#define SS_DSP 1
#include <arm_acle.h>
#else
#define SS_DSP 0
#endif

// A kernel is a template: the generator calls it with constant shapes, and inlining specialises it.
#define SS_KERNEL static inline __attribute__((always_inline))

/// What was written to scratch is read back from there. Without it the compiler, where it knows the
/// shapes, keeps some of it in registers, and a plan could not tell how many bytes are in use.
#define SS_FILLED() __asm__ volatile("" ::: "memory")

/// Four int8 as two pairs of int16: elements 0 and 2, elements 1 and 3.
typedef struct {
  int32_t even, odd;
} SsQuad;

#if SS_DSP
SS_KERNEL SsQuad ss_load_quad(const int8_t* bytes) {
  int32_t word;
  memcpy(&word, bytes, sizeof word);  // one LDR, also from an unaligned address
  SsQuad quad;
  // GCC 12 does not fold the rotation into its intrinsic.
  __asm__("sxtb16 %0, %1" : "=r"(quad.even) : "r"(word));
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(quad.odd) : "r"(word));
  return quad;
}

/// sum + a.low * b.low + a.high * b.high
SS_KERNEL int32_t ss_dual(int32_t a, int32_t b, int32_t sum) { return __smlad(a, b, sum); }
/// sum + one half of a * one half of b; the suffix names the halves, bottom or top.
SS_KERNEL int32_t ss_mla_bb(int32_t a, int32_t b, int32_t sum) { return __smlabb(a, b, sum); }
SS_KERNEL int32_t ss_mla_bt(int32_t a, int32_t b, int32_t sum) { return __smlabt(a, b, sum); }
SS_KERNEL int32_t ss_mla_tb(int32_t a, int32_t b, int32_t sum) { return __smlatb(a, b, sum); }

/// round(a * b / 2^32), halves up.
SS_KERNEL int32_t ss_high_multiply_rounded(int32_t a, int32_t b) {
  int32_t high;
  __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
  return high;
}
#else
SS_KERNEL int32_t ss_high_multiply_rounded(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 31)) >> 32);
}
#endif

#endif  // SRAMSCOPE_KERNELS_SIMD_H_
