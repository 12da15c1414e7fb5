#include "average_pool.h"

void ss_average_pool_s8(int pixels, int channels, const int8_t* input, int8_t* output) {
  for (int c = 0; c < channels; ++c) {
    int32_t sum = 0;
    for (int p = 0; p < pixels; ++p) sum += input[p * channels + c];
    const int32_t half = pixels / 2;
    output[c] = (int8_t)((sum >= 0 ? sum + half : sum - half) / pixels);
  }
}
