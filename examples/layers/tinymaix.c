// The shape of TinyMaix: a loop over the layers calls the same two functions again and again.
#include "kernel.h"

KERNEL void tml_conv2d_dwconv2d(int32_t turns) { kernel_work(turns); }
KERNEL void tml_fc(int32_t turns) { kernel_work(turns); }

KERNEL int tm_run(const int32_t *layers, int count) {
  for (int i = 0; i < count; ++i) {
    if (layers[i] > 0) tml_conv2d_dwconv2d(layers[i]);
    if (layers[i] < 0) tml_fc(-layers[i]);
  }
  return 0;
}

int main(void) {
  static const int32_t layers[] = {900, 600, 300, -100};
  for (int run = 0; run < 2; ++run) tm_run(layers, 4);
  return 0;
}
