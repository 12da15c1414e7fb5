#include "pointwise.h"

#include "dot.h"
#include "requantize.h"

typedef struct {
  const SsFilter* filter;
  int input_channels, output_channels;
} Layer;

static void one_pixel(const Layer* layer, const int8_t* input, int8_t* output) {
  const int8_t* weights = layer->filter->weights;
  for (int o = 0; o < layer->output_channels; ++o, weights += layer->input_channels) {
    const int32_t sum = ss_dot(input, weights, layer->input_channels, layer->filter->bias[o]);
    output[o] = ss_requantize(layer->filter, o, sum);
  }
}

/// Two pixels by two channels at a time: four accumulators are what the registers hold.
static void two_pixels(const Layer* layer, const int8_t* input, int8_t* output) {
  const SsFilter* filter = layer->filter;
  const int in = layer->input_channels;
  const int out = layer->output_channels;
  const int8_t* weights = filter->weights;
  int o = 0;
  for (; o + 2 <= out; o += 2, weights += 2 * in) {
    int32_t sum[4] = {filter->bias[o], filter->bias[o + 1], filter->bias[o], filter->bias[o + 1]};
    ss_dot_2x2(input, input + in, weights, weights + in, in, sum);
    output[o] = ss_requantize(filter, o, sum[0]);
    output[o + 1] = ss_requantize(filter, o + 1, sum[1]);
    output[out + o] = ss_requantize(filter, o, sum[2]);
    output[out + o + 1] = ss_requantize(filter, o + 1, sum[3]);
  }
  if (o < out) {
    const int32_t bias = filter->bias[o];
    output[o] = ss_requantize(filter, o, ss_dot(input, weights, in, bias));
    output[out + o] = ss_requantize(filter, o, ss_dot(input + in, weights, in, bias));
  }
}

void ss_pointwise_s8(const SsFilter* filter, int height, int width, int input_channels,
                     int output_channels, SsConstView input, SsView output) {
  const Layer layer = {filter, input_channels, output_channels};
  const int dense =
      input.row_stride == width * input_channels && output.row_stride == width * output_channels;
  if (dense) {  // one long row: at most one pixel is left over in all, not one per row
    width *= height;
    height = 1;
  }
  for (int y = 0; y < height; ++y) {
    const int8_t* in = input.data + y * input.row_stride;
    int8_t* out = output.data + y * output.row_stride;
    int x = 0;
    for (; x + 2 <= width; x += 2, in += 2 * input_channels, out += 2 * output_channels) {
      two_pixels(&layer, in, out);
    }
    if (x < width) one_pixel(&layer, in, out);
  }
}
