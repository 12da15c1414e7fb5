// Fully connected layer: the classifier.
#ifndef SRAMSCOPE_KERNELS_FULLY_CONNECTED_H_
#define SRAMSCOPE_KERNELS_FULLY_CONNECTED_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// output[o] = requantise(bias[o] + sum over i of input[i] * weights[o][i])
/// Shapes: input `inputs`, output `outputs`, weights [outputs][inputs]. Scratch: none. Input and
/// output must not overlap.
void ss_fully_connected_s8(const SsFilter* filter, int inputs, int outputs, const int8_t* input,
                           int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_FULLY_CONNECTED_H_
