// The shapes of microTVM, ONNC, X-CUBE-AI, CMix-NN and of benchmarks with triggers, one of them as
// the macro says.
#include "kernel.h"

#if defined(MICROTVM)
KERNEL int32_t tvmgen_default_fused_nn_conv2d_add(int32_t turns) {
  kernel_work(turns);
  return 0;
}
KERNEL int32_t tvmgen_default_fused_nn_softmax(int32_t turns) {
  kernel_work(turns);
  return 0;
}
KERNEL int32_t tvmgen_default___tvm_main__(void) {
  if (tvmgen_default_fused_nn_conv2d_add(800) != 0) return -1;
  if (tvmgen_default_fused_nn_conv2d_add(600) != 0) return -1;
  return tvmgen_default_fused_nn_softmax(100);
}
int main(void) { return tvmgen_default___tvm_main__(); }

#elif defined(ONNC)
KERNEL void *ONNC_RUNTIME_init_runtime(void) { return 0; }
KERNEL void ONNC_RUNTIME_conv_float(int32_t turns) { kernel_work(turns); }
KERNEL void ONNC_RUNTIME_relu_float(int32_t turns) { kernel_work(turns); }
KERNEL void ONNC_RUNTIME_shutdown_runtime(void *context) { (void)context; }
KERNEL int model_main(void) {
  void *context = ONNC_RUNTIME_init_runtime();
  ONNC_RUNTIME_conv_float(700);
  ONNC_RUNTIME_relu_float(90);
  ONNC_RUNTIME_conv_float(300);
  ONNC_RUNTIME_shutdown_runtime(context);
  return 0;
}
int main(void) { return model_main(); }

#elif defined(X_CUBE_AI)
KERNEL static void forward_conv2d(int32_t turns) { kernel_work(turns); }
KERNEL static void forward_dense(int32_t turns) { kernel_work(turns); }
KERNEL static void observer(int32_t turns) { kernel_work(turns); }
typedef void (*forward)(int32_t);
static forward volatile nodes[] = {forward_conv2d, forward_conv2d, forward_dense};
static forward volatile callback = observer;
KERNEL int ai_platform_network_process(void) {
  for (unsigned i = 0; i < sizeof nodes / sizeof nodes[0]; ++i) {
    nodes[i](200 * (int32_t)(i + 1));
    callback(40);
  }
  return 1;
}
KERNEL int ai_network_run(void) {
  const int batches = ai_platform_network_process();
  kernel_work(5);
  return batches;
}
int main(void) { return ai_network_run() - 1; }

#elif defined(CMIX_NN)
KERNEL int arm_convolve_HWC_u4_u8_u4_PACT(int32_t turns) {
  kernel_work(turns);
  return 0;
}
KERNEL int arm_depthwise_separable_conv_HWC_u8_u4_i2(int32_t turns) {
  kernel_work(turns);
  return 0;
}
KERNEL int run_mobilenet(void) {
  int status = arm_convolve_HWC_u4_u8_u4_PACT(900);
  status += arm_depthwise_separable_conv_HWC_u8_u4_i2(400);
  status += arm_convolve_HWC_u4_u8_u4_PACT(700);
  return status;
}
int main(void) { return run_mobilenet(); }

#elif defined(TRIGGERS)
KERNEL void start_trigger(void) {}
KERNEL void stop_trigger(void) {}
KERNEL static void benchmark(void) { kernel_work(3000); }
int main(void) {
  kernel_work(1000);
  start_trigger();
  benchmark();
  stop_trigger();
  return 0;
}
#endif
