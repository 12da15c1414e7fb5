// One step of a schedule: which part of a layer's output to compute, from where to where.
#ifndef SRAMSCOPE_KERNELS_CALL_H_
#define SRAMSCOPE_KERNELS_CALL_H_

#include "tensor.h"

/// Places are bytes from the arena's start, of the first pixel that the step reads or writes.
typedef struct {
  uint32_t input, output, scratch;
  int16_t input_width, output_width;  ///< pixels from one row to the next in the two buffers
  SsWindow window;
} SsCall;

#endif  // SRAMSCOPE_KERNELS_CALL_H_
