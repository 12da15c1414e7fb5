// The example network, layer by layer: every layer computes its whole output before the next.
//
// Arena, in bytes. (s) is scratch of the depthwise layer, one padded channel.
//
//   block   input          expanded                 depthwise (s)  project's output  block's
//   conv    image in flash                                                          44,944 89,888
//   block1  44,944 89,888  the input itself              0 3,025        0 44,944         0 44,944
//   block2       0 44,944  44,944 269,664 ->314,608      0 3,025        0 17,496         0 17,496
//   block3       0 17,496  17,496 104,976 ->122,472  122,472 841  122,472 17,496         0 in place
//   block4 to head: tail.c, up to 122,472
//
// Block 2's expand layer sets the peak: 53x53x16 in and 53x53x96 out, 314,608 bytes or 307 kB.
// Counted by live bytes it is less, since the input dies pixel by pixel while the output grows, and
// the peak moves to the depthwise layer: 269,664 + 3,025 of scratch, 266 kB.
#include "block.h"
#include "sramscope/marker.h"
#include "tail.h"

enum {
  kArenaBytes = 314608,
  kConvOutput = 44944,
  kBlock1Output = 0,
  kBlock1Scratch = 0,
  kBlock2Expanded = 44944,
  kBlock2Scratch = 0,
  kBlock2Output = 0,
  kBlock3Expanded = 17496,
  kBlock3Scratch = 122472,
  kBlock3Projected = 122472,
};

static _Alignas(8) int8_t arena[kArenaBytes];

static void run_first_stage(void) {
  run_conv(whole(kConvSize), arena + kConvOutput);
  SRAMSCOPE_BLOCK_BEGIN("block1");
  const BlockBuffers block1 = {.input = arena + kConvOutput,
                               .expanded = arena + kConvOutput,
                               .scratch = arena + kBlock1Scratch,
                               .projected = arena + kBlock1Output};
  run_block(1, whole(kConvSize), whole(kBlock1Size), block1);
  SRAMSCOPE_BLOCK_END("block1");
  SRAMSCOPE_BLOCK_BEGIN("block2");
  const BlockBuffers block2 = {.input = arena + kBlock1Output,
                               .expanded = arena + kBlock2Expanded,
                               .scratch = arena + kBlock2Scratch,
                               .projected = arena + kBlock2Output};
  run_block(2, whole(kBlock1Size), whole(kBlock2Size), block2);
  SRAMSCOPE_BLOCK_END("block2");
  SRAMSCOPE_BLOCK_BEGIN("block3");
  const BlockBuffers block3 = {.input = arena + kBlock2Output,
                               .expanded = arena + kBlock3Expanded,
                               .scratch = arena + kBlock3Scratch,
                               .projected = arena + kBlock3Projected,
                               .output = {arena, kBlock3Size * kBlock3Channels}};
  run_block(3, whole(kBlock2Size), whole(kBlock3Size), block3);
  SRAMSCOPE_BLOCK_END("block3");
}

int main(void) {
  SRAMSCOPE_TENSOR("arena", arena, sizeof arena);
  SRAMSCOPE_NETWORK_BEGIN("network");
  run_first_stage();
  const int8_t* output = run_tail(arena);
  SRAMSCOPE_NETWORK_END("network");
  print_output(output);
  return 0;
}
