// An inference function written by hand on CMSIS-NN: layers are calls of the library from outside
// the library. The last one is a tail call.
#include "kernel.h"

KERNEL int32_t arm_convolve_s8_get_buffer_size(void) {
  kernel_work(200);
  return 64;
}
KERNEL int arm_convolve_s8(int32_t turns) {
  kernel_work(turns);
  return 0;
}
KERNEL int arm_convolve_wrapper_s8(int32_t turns) {
  const int status = arm_convolve_s8(turns);
  kernel_work(50);
  return status;
}
KERNEL int arm_softmax_s8(int32_t turns) {
  kernel_work(turns);
  return 0;
}

KERNEL int classify(void) {
  const int32_t buffer = arm_convolve_s8_get_buffer_size();
  arm_convolve_wrapper_s8(1000 + buffer);
  arm_convolve_wrapper_s8(2000 + buffer);
  return arm_softmax_s8(300);
}

int main(void) {
  classify();
  return classify();
}
