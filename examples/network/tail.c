// Arena of the tail, in bytes. (s) is scratch of the depthwise layer, one padded channel.
//
//   block  input         expanded                depthwise (s)   project's output  block's output
//   4          0 17,496   17,496 104,976 ->122,472    0    841       0 6,272           0 6,272
//   5          0  6,272    6,272  37,632 -> 43,904   43,904 256  43,904 6,272           0 in place
//   6          0  6,272    6,272  37,632 -> 43,904    0    225       0 3,136           0 3,136
//   7          0  3,136    3,136  18,816 -> 21,952   21,952  81  21,952 3,136           0 in place
//   head       0  3,136    3,136   6,272 ->  9,408                   0   128 mean    128    10
#include "tail.h"

#include <stdio.h>

#include "block.h"
#include "kernels/average_pool.h"
#include "kernels/fully_connected.h"
#include "kernels/pointwise.h"
#include "sramscope/marker.h"

enum {
  kBlock4Expanded = 17496,
  kBlock5Expanded = 6272,
  kBlock5Projected = 43904,
  kBlock6Expanded = 6272,
  kBlock7Expanded = 3136,
  kBlock7Projected = 21952,
  kHeadFeatures = 3136,
  kHeadMean = 0,
  kHeadOutput = 128,
};

/// A block that takes its input at arena[0] and leaves its output there.
static void run_whole_block(int number, int8_t* arena, int expanded, int scratch, int projected) {
  const BlockShape* shape = &kBlockShapes[number - 1];
  const BlockBuffers buffers = {arena,
                                arena + expanded,
                                arena + scratch,
                                arena + projected,
                                {arena, shape->output_size * shape->output_channels}};
  run_block(number, whole(shape->input_size), whole(shape->output_size), buffers);
}

static void run_head(int8_t* arena) {
  const int pixels = kBlock7Size * kBlock7Size;
  const int channels = kBlockShapes[kBlocks - 1].output_channels;
  const SsConstView input = {arena, kBlock7Size * channels};
  const SsView features = {arena + kHeadFeatures, kBlock7Size * kHeadChannels};
  SRAMSCOPE_BLOCK_BEGIN("head");
  SRAMSCOPE_LAYER_BEGIN("pointwise");
  SRAMSCOPE_TENSOR("features", features.data, (unsigned)(pixels * kHeadChannels));
  ss_pointwise_s8(&kHeadFilter, kBlock7Size, kBlock7Size, channels, kHeadChannels, input, features);
  SRAMSCOPE_LAYER_END("pointwise");
  SRAMSCOPE_LAYER_BEGIN("average_pool");
  SRAMSCOPE_TENSOR("mean", arena + kHeadMean, kHeadChannels);
  ss_average_pool_s8(pixels, kHeadChannels, features.data, arena + kHeadMean);
  SRAMSCOPE_LAYER_END("average_pool");
  SRAMSCOPE_LAYER_BEGIN("fully_connected");
  SRAMSCOPE_TENSOR("output", arena + kHeadOutput, kOutputs);
  ss_fully_connected_s8(&kClassifierFilter, kHeadChannels, kOutputs, arena + kHeadMean,
                        arena + kHeadOutput);
  SRAMSCOPE_LAYER_END("fully_connected");
  SRAMSCOPE_BLOCK_END("head");
}

const int8_t* run_tail(int8_t* arena) {
  SRAMSCOPE_BLOCK_BEGIN("block4");
  run_whole_block(4, arena, kBlock4Expanded, 0, 0);
  SRAMSCOPE_BLOCK_END("block4");
  SRAMSCOPE_BLOCK_BEGIN("block5");
  run_whole_block(5, arena, kBlock5Expanded, kBlock5Projected, kBlock5Projected);
  SRAMSCOPE_BLOCK_END("block5");
  SRAMSCOPE_BLOCK_BEGIN("block6");
  run_whole_block(6, arena, kBlock6Expanded, 0, 0);
  SRAMSCOPE_BLOCK_END("block6");
  SRAMSCOPE_BLOCK_BEGIN("block7");
  run_whole_block(7, arena, kBlock7Expanded, kBlock7Projected, kBlock7Projected);
  SRAMSCOPE_BLOCK_END("block7");
  run_head(arena);
  return arena + kHeadOutput;
}

void print_output(const int8_t* output) {
  uint32_t hash = UINT32_C(2166136261);
  for (int i = 0; i < kOutputs; ++i) {
    const unsigned byte = (uint8_t)output[i];
    hash = (hash ^ byte) * UINT32_C(16777619);
    printf("%02x", byte);
  }
  printf("\nFNV %08lx\n", (unsigned long)hash);
}
