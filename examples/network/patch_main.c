// The example network with its first stage patch by patch (as in MCUNetV2): conv to block 3 run
// four times, each time for one quarter of block 3's output, and only that quarter's receptive
// field is ever in memory. Neighbouring patches overlap by a halo, which both of them compute.
//
// Regions of the upper left patch, the largest; sizes in pixels, clipped at the image border:
//   block3's output 14x14 <- its input 15x15 <- block2's input 30x30 <- conv's output 31x31
//   <- image 62x62
//
// Arena, in bytes, for that patch. (s) is scratch of the depthwise layer, one padded channel.
//
//   0  17,496  block 3's whole output, the patches' destination
//   block   input          expanded                  depthwise (s)   project's output
//   conv    image in flash                                           31,896 30,752  (conv's output)
//   block1  31,896 30,752  the input itself          17,496 1,024    17,496 14,400
//   block2  17,496 14,400  31,896 86,400 -> 118,296  17,496   961    17,496  5,400
//   block3  17,496  5,400  31,896 32,400 ->  64,296  22,896   256    22,896  4,704, then added to 0
//   block4 to head: tail.c, up to 122,472
//
// So the peak is block 4's, 120 kB: the patched stage is no longer what limits the network.
#include "block.h"
#include "sramscope/marker.h"
#include "tail.h"

enum {
  kArenaBytes = kTailArenaBytes,
  kPatchesPerSide = 2,
  kStageOutput = 0,
  kConvOutput = 31896,
  kBlock1Scratch = 17496,
  kBlock1Output = 17496,
  kBlock2Expanded = 31896,
  kBlock2Scratch = 17496,
  kBlock2Output = 17496,
  kBlock3Expanded = 31896,
  kBlock3Scratch = 22896,
  kBlock3Projected = 22896,
};

static _Alignas(8) int8_t arena[kArenaBytes];

static void run_patch(SsRegion output) {
  const SsRegion block3_input = ss_receptive_field(output, 1, kBlock2Size, kBlock2Size);
  const SsRegion block2_input = ss_receptive_field(block3_input, 2, kBlock1Size, kBlock1Size);
  const SsRegion conv_output = ss_receptive_field(block2_input, 1, kConvSize, kConvSize);
  run_conv(conv_output, arena + kConvOutput);
  SRAMSCOPE_BLOCK_BEGIN("block1");
  const BlockBuffers block1 = {.input = arena + kConvOutput,
                               .expanded = arena + kConvOutput,
                               .scratch = arena + kBlock1Scratch,
                               .projected = arena + kBlock1Output};
  run_block(1, conv_output, block2_input, block1);
  SRAMSCOPE_BLOCK_END("block1");
  SRAMSCOPE_BLOCK_BEGIN("block2");
  const BlockBuffers block2 = {.input = arena + kBlock1Output,
                               .expanded = arena + kBlock2Expanded,
                               .scratch = arena + kBlock2Scratch,
                               .projected = arena + kBlock2Output};
  run_block(2, block2_input, block3_input, block2);
  SRAMSCOPE_BLOCK_END("block2");
  SRAMSCOPE_BLOCK_BEGIN("block3");
  const int row = kBlock3Size * kBlock3Channels;
  int8_t* destination = arena + kStageOutput + output.y * row + output.x * kBlock3Channels;
  const BlockBuffers block3 = {.input = arena + kBlock2Output,
                               .expanded = arena + kBlock3Expanded,
                               .scratch = arena + kBlock3Scratch,
                               .projected = arena + kBlock3Projected,
                               .output = {destination, row}};
  run_block(3, block3_input, output, block3);
  SRAMSCOPE_BLOCK_END("block3");
}

static void run_first_stage(void) {
  const int step = (kBlock3Size + kPatchesPerSide - 1) / kPatchesPerSide;
  for (int y = 0; y < kBlock3Size; y += step) {
    for (int x = 0; x < kBlock3Size; x += step) {
      const int height = y + step > kBlock3Size ? kBlock3Size - y : step;
      const int width = x + step > kBlock3Size ? kBlock3Size - x : step;
      const SsRegion patch = {y, x, height, width};
      run_patch(patch);
    }
  }
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
