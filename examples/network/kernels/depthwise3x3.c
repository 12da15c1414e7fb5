#include "depthwise3x3.h"

#include <assert.h>
#include <string.h>

#include "requantize.h"

/// Copies one channel to the plane; what lies outside the tensor becomes padding.
static void gather_plane(const SsWindow* window, int channels, const int8_t* channel,
                         int8_t padding, int plane_height, int plane_width, int8_t* plane) {
  for (int y = 0; y < plane_height; ++y, plane += plane_width) {
    const int input_y = y - window->pad_top;
    if (input_y < 0 || input_y >= window->input_height) {
      memset(plane, padding, (size_t)plane_width);
      continue;
    }
    int x = 0;
    for (; x < window->pad_left; ++x) plane[x] = padding;
    const int end = window->pad_left + window->input_width;
    const int8_t* from = channel + input_y * window->input_width * channels;
    for (; x < end && x < plane_width; ++x, from += channels) plane[x] = *from;
    for (; x < plane_width; ++x) plane[x] = padding;
  }
}

static inline int32_t dot3x3(const int8_t* top, int row, const int8_t* w, int32_t sum) {
  const int8_t* middle = top + row;
  const int8_t* bottom = middle + row;
  sum += top[0] * w[0] + top[1] * w[1] + top[2] * w[2];
  sum += middle[0] * w[3] + middle[1] * w[4] + middle[2] * w[5];
  sum += bottom[0] * w[6] + bottom[1] * w[7] + bottom[2] * w[8];
  return sum;
}

void ss_depthwise3x3_s8(const SsFilter* filter, const SsWindow* window, int channels,
                        int8_t* tensor, int8_t* scratch) {
  assert(window->output_height * window->output_width <=
         window->input_height * window->input_width);
  const int plane_height = (window->output_height - 1) * window->stride + 3;
  const int plane_width = (window->output_width - 1) * window->stride + 3;
  for (int c = 0; c < channels; ++c) {
    gather_plane(window, channels, tensor + c, (int8_t)filter->input_zero_point, plane_height,
                 plane_width, scratch);
    int8_t* out = tensor + c;
    for (int y = 0; y < window->output_height; ++y) {
      const int8_t* field = scratch + y * window->stride * plane_width;
      for (int x = 0; x < window->output_width; ++x, field += window->stride, out += channels) {
        const int32_t sum = dot3x3(field, plane_width, filter->weights + 9 * c, filter->bias[c]);
        *out = ss_requantize(filter, c, sum);
      }
    }
  }
}
