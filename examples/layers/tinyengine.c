// The shape of TinyEngine's generated code: each kernel is called from places of its own. With
// PATCHED the first layers run for each of 3 x 2 patches, and the rest is a tail call.
#include "kernel.h"

KERNEL void convolve_1x1_s8(int32_t turns) { kernel_work(turns); }
KERNEL void depthwise_kernel3x3_stride1_inplace_CHW(int32_t turns) { kernel_work(turns); }
KERNEL void add_fpreq(int32_t turns) { kernel_work(turns); }

KERNEL void invoke(float *labels) {
  (void)labels;
#ifndef PATCHED
  convolve_1x1_s8(3000);
  depthwise_kernel3x3_stride1_inplace_CHW(2000);
#endif
  convolve_1x1_s8(1000);
  add_fpreq(500);
  convolve_1x1_s8(700);
}

#ifdef PATCHED
KERNEL void patchpadding_convolve_s8_kernel3(int32_t turns) { kernel_work(turns); }

KERNEL int invoke_1patch(uint16_t pad_t, uint16_t pad_b, uint16_t pad_l, uint16_t pad_r) {
  patchpadding_convolve_s8_kernel3(500 + pad_t + pad_b);
  depthwise_kernel3x3_stride1_inplace_CHW(400 + pad_l + pad_r);
  return 0;
}

KERNEL void end2endinference(float *labels) {
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 2; ++column) {
      invoke_1patch(row == 0 ? 3 : 0, row == 2 ? 3 : 0, column == 0 ? 3 : 0, column == 1 ? 3 : 0);
    }
  }
  invoke(labels);
}
#endif

int main(void) {
#ifdef PATCHED
  end2endinference(0);
#else
  invoke(0);
#endif
  return 0;
}
