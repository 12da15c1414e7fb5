// Dot products of int8 vectors, the inner loops of every dense layer. With the DSP extension
// (M4, M7, M33) SXTB16 splits four bytes into two pairs and SMLAD multiplies a pair per cycle;
// elsewhere plain C. Both paths give the same bits: integer sums do not depend on their order.
//
// Lengths that are a multiple of 4 are fast; any other length is right.
#ifndef SRAMSCOPE_KERNELS_DOT_H_
#define SRAMSCOPE_KERNELS_DOT_H_

#include <stdint.h>

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32) && !defined(SS_NO_DSP)
#define SS_DSP 1
#include <arm_acle.h>
#include <string.h>
#else
#define SS_DSP 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if SS_DSP
/// Four bytes as two pairs of int16: bytes 0 and 2, bytes 1 and 3.
typedef struct {
  int16x2_t even, odd;
} SsQuad;

static inline SsQuad ss_load_quad(const int8_t* bytes) {
  int8x4_t word;
  memcpy(&word, bytes, sizeof word);  // one LDR, also from an unaligned address
  SsQuad quad;
  quad.even = __sxtb16(word);
  // The rotation is free in SXTB16, but GCC 12 does not fold it into the intrinsic.
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(quad.odd) : "r"(word));
  return quad;
}
#else
typedef struct {
  int32_t value[4];
} SsQuad;

static inline SsQuad ss_load_quad(const int8_t* bytes) {
  const SsQuad quad = {{bytes[0], bytes[1], bytes[2], bytes[3]}};
  return quad;
}
#endif

/// sum + a . b over four elements.
static inline int32_t ss_dot_quad(SsQuad a, SsQuad b, int32_t sum) {
#if SS_DSP
  return __smlad(a.odd, b.odd, __smlad(a.even, b.even, sum));
#else
  for (int i = 0; i < 4; ++i) sum += a.value[i] * b.value[i];
  return sum;
#endif
}

/// sum + a . b over `length` elements.
static inline int32_t ss_dot(const int8_t* a, const int8_t* b, int length, int32_t sum) {
  int i = 0;
  for (; i + 4 <= length; i += 4) sum = ss_dot_quad(ss_load_quad(a + i), ss_load_quad(b + i), sum);
  for (; i < length; ++i) sum += a[i] * b[i];
  return sum;
}

/// Adds the four dot products of inputs x0, x1 with weights w0, w1 to sum[]: x0.w0, x0.w1, x1.w0,
/// x1.w1. Each loaded word serves two products, which halves the loads of ss_dot.
static inline void ss_dot_2x2(const int8_t* x0, const int8_t* x1, const int8_t* w0,
                              const int8_t* w1, int length, int32_t sum[4]) {
  int32_t s00 = sum[0], s01 = sum[1], s10 = sum[2], s11 = sum[3];
  int i = 0;
  for (; i + 4 <= length; i += 4) {
    const SsQuad a = ss_load_quad(w0 + i);
    const SsQuad b = ss_load_quad(w1 + i);
    const SsQuad p = ss_load_quad(x0 + i);
    s00 = ss_dot_quad(p, a, s00);
    s01 = ss_dot_quad(p, b, s01);
    const SsQuad q = ss_load_quad(x1 + i);
    s10 = ss_dot_quad(q, a, s10);
    s11 = ss_dot_quad(q, b, s11);
  }
  for (; i < length; ++i) {
    s00 += x0[i] * w0[i];
    s01 += x0[i] * w1[i];
    s10 += x1[i] * w0[i];
    s11 += x1[i] * w1[i];
  }
  sum[0] = s00, sum[1] = s01, sum[2] = s10, sum[3] = s11;
}

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_DOT_H_
