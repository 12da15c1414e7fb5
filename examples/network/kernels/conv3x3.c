#include "conv3x3.h"

#include <assert.h>
#include <string.h>

#include "dot.h"
#include "requantize.h"

typedef struct {
  _Alignas(4) int8_t values[SS_CONV3X3_WEIGHTS_PER_CHANNEL(SS_CONV3X3_MAX_INPUT_CHANNELS)];
} Field;

/// Copies the 3x3 receptive field whose top left pixel is (top, left); padding where it leaves the
/// buffer.
static void gather(const SsFilter* filter, const SsWindow* window, int channels, SsConstView input,
                   int top, int left, Field* field) {
  int8_t* to = field->values;
  for (int y = top; y < top + 3; ++y) {
    for (int x = left; x < left + 3; ++x, to += channels) {
      if (y >= 0 && y < window->input_height && x >= 0 && x < window->input_width) {
        memcpy(to, input.data + y * input.row_stride + x * channels, (size_t)channels);
      } else {
        memset(to, filter->input_zero_point, (size_t)channels);
      }
    }
  }
}

void ss_conv3x3_s8(const SsFilter* filter, const SsWindow* window, int input_channels,
                   int output_channels, SsConstView input, SsView output) {
  assert(input_channels <= SS_CONV3X3_MAX_INPUT_CHANNELS);
  const int length = SS_CONV3X3_WEIGHTS_PER_CHANNEL(input_channels);
  Field field;
  memset(&field, 0, sizeof field);  // the elements past 9 * input_channels meet zero weights
  for (int y = 0; y < window->output_height; ++y) {
    int8_t* out = output.data + y * output.row_stride;
    for (int x = 0; x < window->output_width; ++x, out += output_channels) {
      gather(filter, window, input_channels, input, y * window->stride - window->pad_top,
             x * window->stride - window->pad_left, &field);
      const int8_t* weights = filter->weights;
      for (int o = 0; o < output_channels; ++o, weights += length) {
        out[o] = ss_requantize(filter, o, ss_dot(field.values, weights, length, filter->bias[o]));
      }
    }
  }
}
