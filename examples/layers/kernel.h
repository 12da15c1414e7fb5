// Stand-ins for the kernels of inference engines: what matters here is who calls whom.
#pragma once

#include <stdint.h>

// As if the kernels stood in a library: never inlined, cloned or specialised.
#define KERNEL __attribute__((noipa))

static volatile int32_t kernel_result;

// A loop of `turns` multiplications, about five instructions each.
static inline void kernel_work(int32_t turns) {
  int32_t sum = 1;
  for (int32_t i = 0; i < turns; ++i) {
    sum = sum * 1103515245 + 12345;
    __asm__ volatile("" : "+r"(sum));
  }
  kernel_result = sum;
}
