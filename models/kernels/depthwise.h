// Depthwise convolution, in place or not.
//
// One channel after the other is copied to a padded plane of scratch, and its result is written
// over the same channel's bytes or elsewhere. In place a layer needs its larger tensor plus one
// plane, not the sum of both tensors: on an inverted bottleneck that nearly halves the peak. In the
// plane the pixels of a row are neighbours, which feeds the dual multiplies.
#ifndef SRAMSCOPE_KERNELS_DEPTHWISE_H_
#define SRAMSCOPE_KERNELS_DEPTHWISE_H_

#include "requantize.h"
#include "tensor.h"

/// Scratch: the pixels of one channel that the output reads, padding included.
SS_KERNEL int ss_depthwise_scratch_bytes(SsKernelShape kernel, int output_height,
                                         int output_width) {
  return ((output_height - 1) * kernel.stride_y + kernel.height) *
         ((output_width - 1) * kernel.stride_x + kernel.width);
}

/// Copies one channel to the plane; what lies outside the input becomes padding.
SS_KERNEL void ss_gather_plane(const SsWindow* window, int channels, const int8_t* input,
                               int input_row, int8_t padding, int plane_height, int plane_width,
                               int8_t* plane) {
  int copied = window->input_width;  // as far as the plane reaches
  if (copied > plane_width - window->pad_left) copied = plane_width - window->pad_left;
  const int right = plane_width - window->pad_left - copied;
  for (int y = -window->pad_top; y < plane_height - window->pad_top; ++y) {
    if (y < 0 || y >= window->input_height) {
      for (int x = 0; x < plane_width; ++x) *plane++ = padding;
      continue;
    }
    for (int x = 0; x < window->pad_left; ++x) *plane++ = padding;
    const int8_t* from = input + y * input_row;
    int left = copied;
    for (; left >= 4; left -= 4, from += 4 * channels, plane += 4) {
      plane[0] = from[0];
      plane[1] = from[channels];
      plane[2] = from[2 * channels];
      plane[3] = from[3 * channels];
    }
    for (; left > 0; --left, from += channels) *plane++ = *from;
    for (int x = 0; x < right; ++x) *plane++ = padding;
  }
}

#if SS_DSP
/// A row of a 3, 5 or 7 wide kernel, ready for dual multiplies: w0 w2, w1 w3; w4 w6, w5.
typedef struct {
  SsQuad low, high;
} SsWeightRow;

enum { kSsMostRows = 7 };

SS_KERNEL SsWeightRow ss_load_weight_row(int width, const int8_t* w) {
  SsWeightRow row;
  row.low = ss_load_quad(w);
  row.high = row.low;
  if (width == 5) row.high.even = w[4];
  if (width == 7) row.high = ss_load_quad(w + 4);
  return row;
}

/// Adds a row of the kernel to the sums of two pixels whose fields start at x and x + 1.
SS_KERNEL void ss_depthwise_row_2(int width, const int8_t* x, SsWeightRow w, int32_t sum[2]) {
  const SsQuad p = ss_load_quad(x);  // x0 x2, x1 x3
  sum[0] = ss_dual(p.even, w.low.even, sum[0]);
  sum[1] = ss_dual(p.odd, w.low.even, sum[1]);
  sum[1] = ss_mla_tb(p.even, w.low.odd, sum[1]);
  if (width == 3) {
    sum[0] = ss_mla_bb(p.odd, w.low.odd, sum[0]);
    return;
  }
  sum[0] = ss_dual(p.odd, w.low.odd, sum[0]);
  if (width == 5) {
    sum[0] = ss_mla_bb(x[4], w.high.even, sum[0]);
    sum[1] = ss_mla_bt(x[4], w.low.odd, sum[1]);
    sum[1] = ss_mla_bb(x[5], w.high.even, sum[1]);
    return;
  }
  const SsQuad q = ss_load_quad(x + 4);  // x4 x6, x5 x7
  sum[0] = ss_mla_bb(q.odd, w.high.odd, ss_dual(q.even, w.high.even, sum[0]));
  sum[1] = ss_mla_bt(q.even, w.low.odd, sum[1]);
  sum[1] = ss_mla_tb(q.even, w.high.odd, ss_dual(q.odd, w.high.even, sum[1]));
}

/// The same for one pixel. No byte outside its field is read.
SS_KERNEL int32_t ss_depthwise_row_1(int width, const int8_t* x, SsWeightRow w, int32_t sum) {
  if (width == 3) {
    sum = ss_mla_bb(x[0], w.low.even, sum);
    sum = ss_mla_bb(x[1], w.low.odd, sum);
    return ss_mla_bt(x[2], w.low.even, sum);
  }
  const SsQuad p = ss_load_quad(x);
  sum = ss_dual(p.odd, w.low.odd, ss_dual(p.even, w.low.even, sum));
  if (width == 5) return ss_mla_bb(x[4], w.high.even, sum);
  const SsQuad q = ss_load_quad(x + 3);  // x3 x5, x4 x6
  return ss_mla_tb(q.even, w.high.odd, ss_dual(q.odd, w.high.even, sum));
}

/// The same for two pixels whose fields start at x and x + 2, of a 3 wide kernel.
SS_KERNEL void ss_depthwise_row_3_stride_2(const int8_t* x, SsWeightRow w, int32_t sum[2]) {
  const SsQuad p = ss_load_quad(x);      // x0 x2, x1 x3
  const SsQuad q = ss_load_quad(x + 1);  // x1 x3, x2 x4
  sum[0] = ss_mla_bb(p.odd, w.low.odd, ss_dual(p.even, w.low.even, sum[0]));
  sum[1] = ss_mla_tb(q.even, w.low.odd, ss_dual(q.odd, w.low.even, sum[1]));
}

/// Output row of one channel by dual multiplies: kernels 3, 5 or 7 wide and at most 7 high.
SS_KERNEL void ss_depthwise_plane_row(const SsFilter* filter, SsKernelShape kernel, int channels,
                                      const SsChannel* channel, const SsWeightRow* w,
                                      const int8_t* field, int field_row, int width, int8_t* out) {
  const int pairs = kernel.stride_x == 1 || (kernel.stride_x == 2 && kernel.width == 3);
  for (; pairs && width >= 2; width -= 2, field += 2 * kernel.stride_x, out += 2 * channels) {
    int32_t sum[2] = {channel->bias, channel->bias};
#pragma GCC unroll 8
    for (int y = 0; y < kernel.height; ++y) {
      if (kernel.stride_x == 1) {
        ss_depthwise_row_2(kernel.width, field + y * field_row, w[y], sum);
      } else {
        ss_depthwise_row_3_stride_2(field + y * field_row, w[y], sum);
      }
    }
    out[0] = ss_requantize(filter, channel, sum[0]);
    out[channels] = ss_requantize(filter, channel, sum[1]);
  }
  for (; width > 0; --width, field += kernel.stride_x, out += channels) {
    int32_t sum = channel->bias;
#pragma GCC unroll 8
    for (int y = 0; y < kernel.height; ++y) {
      sum = ss_depthwise_row_1(kernel.width, field + y * field_row, w[y], sum);
    }
    *out = ss_requantize(filter, channel, sum);
  }
}
#endif

/// Output of one channel from its plane.
SS_KERNEL void ss_depthwise_plane(const SsFilter* filter, SsKernelShape kernel, int channels,
                                  const SsChannel* channel, const int8_t* w, const SsWindow* window,
                                  const int8_t* plane, int plane_width, int8_t* output,
                                  int output_row) {
  const SsChannel constants = *channel;
#if SS_DSP
  if ((kernel.width == 3 || kernel.width == 5 || kernel.width == 7) &&
      kernel.height <= kSsMostRows) {
    SsWeightRow rows[kSsMostRows];
#pragma GCC unroll 8
    for (int y = 0; y < kernel.height; ++y) {
      rows[y] = ss_load_weight_row(kernel.width, w + y * kernel.width);
    }
    for (int y = 0; y < window->output_height; ++y, output += output_row) {
      ss_depthwise_plane_row(filter, kernel, channels, &constants, rows,
                             plane + y * kernel.stride_y * plane_width, plane_width,
                             window->output_width, output);
    }
    return;
  }
#endif
  for (int y = 0; y < window->output_height; ++y, output += output_row) {
    const int8_t* field = plane + y * kernel.stride_y * plane_width;
    int8_t* out = output;
    for (int x = 0; x < window->output_width; ++x, field += kernel.stride_x, out += channels) {
      int32_t sum = constants.bias;
#pragma GCC unroll 8
      for (int ky = 0; ky < kernel.height; ++ky) {
#pragma GCC unroll 8
        for (int kx = 0; kx < kernel.width; ++kx) {
          sum += field[ky * plane_width + kx] * w[ky * kernel.width + kx];
        }
      }
      *out = ss_requantize(filter, &constants, sum);
    }
  }
}

/// output[y][x][c] = requantise(bias[c] + sum over ky, kx of
///     input[y * stride_y - pad_top + ky][x * stride_x - pad_left + kx][c] * weights[c][ky][kx])
///
/// Weights [channels][height][width], and 3 more bytes that may be read. Scratch:
/// ss_depthwise_scratch_bytes.
///
/// The output may stand on the input, dense, if it has no more pixels than the input: output pixel
/// p takes bytes of input pixel p, and of those only channel c, which scratch holds by then.
SS_KERNEL void ss_depthwise(const SsFilter* filter, SsKernelShape kernel, int channels,
                            const SsWindow* window, const int8_t* input, int input_row,
                            int8_t* output, int output_row, int8_t* scratch) {
  const int plane_height = (window->output_height - 1) * kernel.stride_y + kernel.height;
  const int plane_width = (window->output_width - 1) * kernel.stride_x + kernel.width;
  const int8_t* w = filter->weights;
  const SsChannel* channel = filter->channels;
  for (int c = 0; c < channels; ++c, ++channel, w += kernel.height * kernel.width) {
    ss_gather_plane(window, channels, input + c, input_row, (int8_t)filter->input_zero_point,
                    plane_height, plane_width, scratch);
    SS_FILLED();
    ss_depthwise_plane(filter, kernel, channels, channel, w, window, scratch, plane_width,
                       output + c, output_row);
  }
}

#endif  // SRAMSCOPE_KERNELS_DEPTHWISE_H_
