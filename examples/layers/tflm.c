// The shape of TFLite Micro: one function calls the operators through their registrations. Two
// operators share a name, one is a custom operator, and a call in between is no operator.
#include <stddef.h>

#include "kernel.h"

struct registration {
  void *(*init)(void *, const char *, size_t);
  void (*free)(void *, void *);
  int (*prepare)(void *, void *);
  int (*invoke)(void *, void *);
  void (*reset)(void *, void *);
  int32_t builtin_code;
  const char *custom_name;
};
// TfLiteNode of 28 bytes, then the registration.
struct node {
  void *fields[7];
  const struct registration *registration;
};

KERNEL static int conv_eval(void *context, void *node) {
  (void)context;
  (void)node;
  kernel_work(4000);
  return 0;
}
KERNEL static int softmax_eval(void *context, void *node) {
  (void)context;
  (void)node;
  kernel_work(500);
  return 0;
}
KERNEL static int custom_eval(void *context, void *node) {
  (void)context;
  (void)node;
  kernel_work(1000);
  return 0;
}
KERNEL static void ResetTempAllocations(void) { kernel_work(10); }

enum { kConv2d = 3, kSoftmax = 25, kCustom = 32 };
static const struct registration conv = {.invoke = conv_eval, .builtin_code = kConv2d};
static const struct registration softmax = {.invoke = softmax_eval, .builtin_code = kSoftmax};
static const struct registration custom = {
    .invoke = custom_eval, .builtin_code = kCustom, .custom_name = "MY_DETECTOR"};
static struct node nodes[] = {
    {.registration = &conv}, {.registration = &conv}, {.registration = &custom},
    {.registration = &softmax}};
static void (*volatile reset_temp)(void) = ResetTempAllocations;

// tflite::MicroInterpreterGraph::InvokeSubgraph(int)
KERNEL int _ZN6tflite21MicroInterpreterGraph14InvokeSubgraphEi(void *graph, int subgraph) {
  (void)subgraph;
  for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; ++i) {
    const int status = nodes[i].registration->invoke(graph, &nodes[i]);
    reset_temp();
    if (status != 0) return status;
  }
  return 0;
}

int main(void) {
  for (int run = 0; run < 3; ++run) {
    if (_ZN6tflite21MicroInterpreterGraph14InvokeSubgraphEi(0, 0) != 0) return 1;
  }
  return 0;
}
