// The parts of the network that both schedules share.
#ifndef SRAMSCOPE_EXAMPLES_BLOCK_H_
#define SRAMSCOPE_EXAMPLES_BLOCK_H_

#include "kernels/region.h"
#include "network.h"

/// Where a block finds and leaves its tensors. All are dense but `output`.
typedef struct {
  int8_t* input;
  int8_t* expanded;   ///< may be `input` when there is no expand layer
  int8_t* scratch;    ///< for the depthwise layer; may lie in `input` unless the block is residual
  int8_t* projected;  ///< the project layer's output; that of the block unless it is residual
  SsView output;      ///< of a residual block: may be `input` or `projected`, or part of a tensor
} BlockBuffers;

/// The first layer: region `output` (of kConvSize x kConvSize) from the image in flash.
void run_conv(SsRegion output, int8_t* buffer);

/// Block `number` (1 to kBlocks): computes region `output` of its output from region `input` of
/// its input, which must be its receptive field.
void run_block(int number, SsRegion input, SsRegion output, BlockBuffers buffers);

/// Region of a whole square tensor.
static inline SsRegion whole(int size) {
  const SsRegion region = {0, 0, size, size};
  return region;
}

#endif  // SRAMSCOPE_EXAMPLES_BLOCK_H_
