// Dot products of int8 vectors, the inner loops of every dense layer. Lengths that are a multiple
// of 4 are fast; any other length is right.
#ifndef SRAMSCOPE_KERNELS_DOT_H_
#define SRAMSCOPE_KERNELS_DOT_H_

#include "requantize.h"

#if SS_DSP
/// sum + a . b over four elements.
SS_KERNEL int32_t ss_dot_quad(SsQuad a, SsQuad b, int32_t sum) {
  return ss_dual(a.odd, b.odd, ss_dual(a.even, b.even, sum));
}
#endif

/// sum[0] + x . w0, sum[1] + x . w1, with w1 = w0 + w_next. Returns the number of elements done.
SS_KERNEL void ss_dot_1x2(const int8_t* x, const int8_t* w, int w_next, int length,
                          int32_t sum[2]) {
  int32_t s0 = sum[0], s1 = sum[1];
  int i = 0;
#if SS_DSP
#pragma GCC unroll 2
  for (; i + 4 <= length; i += 4, x += 4, w += 4) {
    const SsQuad q = ss_load_quad(x);
    s0 = ss_dot_quad(q, ss_load_quad(w), s0);
    s1 = ss_dot_quad(q, ss_load_quad(w + w_next), s1);
  }
#endif
  for (; i < length; ++i, ++x, ++w) {
    s0 += *x * *w;
    s1 += *x * w[w_next];
  }
  sum[0] = s0, sum[1] = s1;
}

/// Adds the four dot products of two inputs (x, x + x_next) with two rows of weights (w, w +
/// w_next) to sum[]: x0.w0, x0.w1, x1.w0, x1.w1. Each loaded word serves two products.
SS_KERNEL void ss_dot_2x2(const int8_t* x, int x_next, const int8_t* w, int w_next, int length,
                          int32_t sum[4]) {
  int32_t s00 = sum[0], s01 = sum[1], s10 = sum[2], s11 = sum[3];
  int i = 0;
#if SS_DSP
#pragma GCC unroll 2
  for (; i + 4 <= length; i += 4, x += 4, w += 4) {
    const SsQuad a = ss_load_quad(w);
    const SsQuad b = ss_load_quad(w + w_next);
    const SsQuad p = ss_load_quad(x);
    s00 = ss_dot_quad(p, a, s00);
    s01 = ss_dot_quad(p, b, s01);
    const SsQuad q = ss_load_quad(x + x_next);
    s10 = ss_dot_quad(q, a, s10);
    s11 = ss_dot_quad(q, b, s11);
  }
#endif
  for (; i < length; ++i, ++x, ++w) {
    s00 += *x * *w;
    s01 += *x * w[w_next];
    s10 += x[x_next] * *w;
    s11 += x[x_next] * w[w_next];
  }
  sum[0] = s00, sum[1] = s01, sum[2] = s10, sum[3] = s11;
}

/// All output channels of one pixel whose receptive field lies at `x` as `length` bytes. Weights
/// [outputs][length].
SS_KERNEL void ss_one_pixel(const SsFilter* filter, int length, int outputs, const int8_t* x,
                            int8_t* out) {
  const int8_t* w = filter->weights;
  const SsChannel* channel = filter->channels;
  int o = 0;
  for (; o + 2 <= outputs; o += 2, w += 2 * length, channel += 2) {
    int32_t sum[2] = {channel[0].bias, channel[1].bias};
    ss_dot_1x2(x, w, length, length, sum);
    out[o] = ss_requantize(filter, channel, sum[0]);
    out[o + 1] = ss_requantize(filter, channel + 1, sum[1]);
  }
  if (o < outputs) {
    int32_t sum[2] = {channel->bias, 0};
    ss_dot_1x2(x, w, 0, length, sum);
    out[o] = ss_requantize(filter, channel, sum[0]);
  }
}

/// The same for two pixels: their fields are `x_next` bytes apart, their outputs `out_next`. Two
/// pixels by two channels at a time: four accumulators are what the registers hold.
SS_KERNEL void ss_two_pixels(const SsFilter* filter, int length, int outputs, const int8_t* x,
                             int x_next, int8_t* out, int out_next) {
  const int8_t* w = filter->weights;
  const SsChannel* channel = filter->channels;
  int o = 0;
  for (; o + 2 <= outputs; o += 2, w += 2 * length, channel += 2) {
    int32_t sum[4] = {channel[0].bias, channel[1].bias, channel[0].bias, channel[1].bias};
    ss_dot_2x2(x, x_next, w, length, length, sum);
    const int8_t y0 = ss_requantize(filter, channel, sum[0]);
    const int8_t y1 = ss_requantize(filter, channel, sum[2]);
    const int8_t z0 = ss_requantize(filter, channel + 1, sum[1]);
    const int8_t z1 = ss_requantize(filter, channel + 1, sum[3]);
    out[o] = y0;  // stores come last: the compiler must assume that they change the constants
    out[o + 1] = z0;
    out[out_next + o] = y1;
    out[out_next + o + 1] = z1;
  }
  if (o < outputs) {
    int32_t sum[2] = {channel->bias, channel->bias};
    ss_dot_1x2(w, x, x_next, length, sum);
    out[o] = ss_requantize(filter, channel, sum[0]);
    out[out_next + o] = ss_requantize(filter, channel, sum[1]);
  }
}

#endif  // SRAMSCOPE_KERNELS_DOT_H_
