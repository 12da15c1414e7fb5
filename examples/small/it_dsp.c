// IT blocks of every shape, the DSP extension and the FPU on pseudo-random operands. Prints one
// checksum per group, which must equal those of any other implementation.
#include <arm_acle.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t state = 1;

static uint32_t next_random(void) {
  state = state * 1664525u + 1013904223u;
  return state ^ (state >> 16);
}

static uint32_t mix(uint32_t hash, uint32_t value) { return (hash ^ value) * 16777619u; }

/// One compare, then instructions under all four kinds of IT block.
static uint32_t it_blocks(uint32_t a, uint32_t b) {
  uint32_t r = 0, s = 0;
  __asm__ volatile(
      "cmp %[a], %[b]\n"
      "it hi\n"
      "addhi %[r], %[r], #1\n"
      "cmp %[a], %[b], lsl #1\n"
      "ite lt\n"
      "addlt %[s], %[a], #3\n"
      "subge %[s], %[b], #5\n"
      "tst %[a], #4\n"
      "itet ne\n"
      "eorne %[r], %[r], %[a]\n"
      "addeq %[r], %[r], %[b]\n"
      "lslne %[s], %[s], #1\n"
      "cmp %[s], %[r]\n"
      "ittee mi\n"
      "movmi %[a], #7\n"
      "cmpmi %[r], #0\n"  // the flags of a block may change inside it
      "addpl %[r], %[r], #9\n"
      "rorpl %[s], %[s], #3\n"
      : [r] "+r"(r), [s] "+r"(s), [a] "+r"(a)
      : [b] "r"(b)
      : "cc");
  return r * 31 + s + a;
}

static uint32_t dsp(uint32_t a, uint32_t b, uint32_t c) {
  uint32_t h = mix((uint32_t)__smlad((int16x2_t)a, (int16x2_t)b, (int32_t)c),
                   (uint32_t)__smlsd((int16x2_t)a, (int16x2_t)b, (int32_t)c));
  h = mix(h, (uint32_t)__sxtb16((int8x4_t)a));
  h = mix(h, (uint32_t)__smlabb((int32_t)a, (int32_t)b, (int32_t)c));
  h = mix(h, (uint32_t)__smlawt((int32_t)a, (int32_t)b, (int32_t)c));
  h = mix(h, (uint32_t)__qadd((int32_t)a, (int32_t)b));
  h = mix(h, (uint32_t)__qsub16((int16x2_t)a, (int16x2_t)b));
  h = mix(h, (uint32_t)__uhadd8((uint8x4_t)a, (uint8x4_t)b));
  h = mix(h, (uint32_t)__usad8((uint8x4_t)a, (uint8x4_t)b));
  h = mix(h, (uint32_t)__ssat((int32_t)a, 9));
  h = mix(h, (uint32_t)__usat16((int16x2_t)b, 5));
  uint32_t selected;
  __asm__ volatile("uadd8 %0, %1, %2\n\tsel %0, %1, %3" : "=&r"(selected) : "r"(a), "r"(b), "r"(c));
  const uint64_t wide = (uint64_t)a * b + c;
  return mix(mix(h, selected), (uint32_t)wide ^ (uint32_t)(wide >> 32));
}

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static uint32_t fpu(uint32_t a, uint32_t b) {
  const float x = (float)(int32_t)a / 65536.0f;
  const float y = (float)(b >> 8) + 0.5f;
  uint32_t h = mix(bits_of(x + y), bits_of(x * y));
  h = mix(h, bits_of(x / y));
  h = mix(h, bits_of(__builtin_sqrtf(y)));
  h = mix(h, bits_of(__builtin_fmaf(x, y, -x)));
  h = mix(h, (uint32_t)(int32_t)(x * 0.25f));
  return mix(h, x < y ? 1u : 2u);
}

int main(void) {
  uint32_t it_hash = 0, dsp_hash = 0, fpu_hash = 0;
  for (int i = 0; i < 10000; ++i) {
    const uint32_t a = next_random(), b = next_random(), c = next_random();
    it_hash = mix(it_hash, it_blocks(a, b));
    dsp_hash = mix(dsp_hash, dsp(a, b, c));
    fpu_hash = mix(fpu_hash, fpu(a, b));
  }
  printf("it %08lx dsp %08lx fpu %08lx\n", (unsigned long)it_hash, (unsigned long)dsp_hash,
         (unsigned long)fpu_hash);
  return 0;
}
