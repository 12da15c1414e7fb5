// Its main waits for a camera that is not there; the inference can be run alone:
//   sramscope run no_hardware.elf --call invoke --input image=image.bin --output scores
#include <stdint.h>

#define CAMERA_READY (*(volatile uint32_t *)0x40020000u)

uint8_t image[64];
float scores[2];
static int32_t weights[2] = {3, -2};  // in .data
static int32_t calls;                 // in .bss

__attribute__((noipa)) static void classify(void) {
  int32_t sum = 0;
  for (unsigned i = 0; i < sizeof image; ++i) sum += image[i];
  for (unsigned i = 0; i < 2; ++i) scores[i] = (float)(sum * weights[i]) * 0.5f;
}

__attribute__((noipa)) int invoke(int bias) {
  classify();
  scores[0] += (float)bias;
  return ++calls;
}

int main(void) {
  while ((CAMERA_READY & 1u) == 0) {
  }
  return invoke(0);
}
