#include "residual_add.h"

#include "requantize.h"

enum { kHeadroomBits = 20 };  // TFLite's choice for int8: 9 bits of value leave 3 bits of room

static inline int32_t scaled(int32_t value, SsScale scale) {
  return ss_multiply(value * (1 << kHeadroomBits), scale.multiplier, scale.shift);
}

void ss_residual_add_s8(const SsAdd* add, int height, int width, int channels, SsConstView a,
                        SsConstView b, SsView output) {
  for (int y = 0; y < height; ++y) {
    const int8_t* row_a = a.data + y * a.row_stride;
    const int8_t* row_b = b.data + y * b.row_stride;
    int8_t* out = output.data + y * output.row_stride;
    for (int i = 0; i < width * channels; ++i) {
      const int32_t sum = scaled(row_a[i] - add->a_zero_point, add->a) +
                          scaled(row_b[i] - add->b_zero_point, add->b);
      const int32_t result =
          ss_multiply(sum, add->output.multiplier, add->output.shift) + add->output_zero_point;
      out[i] = (int8_t)ss_clamp(result, add->activation_min, add->activation_max);
    }
  }
}
