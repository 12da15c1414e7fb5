// Global average pool: one value per channel.
#ifndef SRAMSCOPE_KERNELS_AVERAGE_POOL_H_
#define SRAMSCOPE_KERNELS_AVERAGE_POOL_H_

#include "tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// output[c] = the mean over all pixels of input[y][x][c], halves rounded away from zero (TFLite).
/// Shapes: input `pixels` x channels, dense; output 1 x channels. Input and output share one scale
/// and zero point. Scratch: none. Input and output must not overlap.
void ss_average_pool_s8(int pixels, int channels, const int8_t* input, int8_t* output);

#ifdef __cplusplus
}
#endif

#endif  // SRAMSCOPE_KERNELS_AVERAGE_POOL_H_
