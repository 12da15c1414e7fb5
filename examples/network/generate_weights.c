// Writes the example network's constants as C, on the host, at build time:
//   generate_weights > weights.c
//
// Weights and image come from a linear congruential generator. Scales are chosen as a trained
// network's would be: from the statistics of each layer's input, so that outputs use the range of
// int8 and few of them saturate. Only exactly rounded operations (+ * / sqrt frexp) are used: the
// output is the same on every host.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernels/conv3x3.h"
#include "network.h"

static uint32_t lcg_state = 20221205;

static uint32_t next_random(void) {
  lcg_state = lcg_state * UINT32_C(1664525) + UINT32_C(1013904223);
  return lcg_state >> 8;
}

/// Uniform in [low, high].
static int uniform(int low, int high) {
  return low + (int)(next_random() % (uint32_t)(high - low + 1));
}

/// What the next layer needs to know of a tensor: real value = (q - zero_point), in units of its
/// scale; rms is that of the real values, in the same units.
typedef struct {
  int zero_point;
  double rms;
} Statistics;

/// How a layer's outputs shall be spread.
typedef struct {
  int zero_point;
  double rms;  // of the values before the activation, in units of the output's scale
  int activation_min, activation_max;
} Output;

// ReLU6 cuts a symmetric distribution at 0, which halves its mean square. The upper limit is a
// little below 127, so that it matters.
static const Output kRelu6 = {-128, 90.0, -128, 119};

static Statistics statistics_of(Output output) {
  const int relu = output.activation_min == output.zero_point;
  const Statistics s = {output.zero_point, relu ? output.rms / sqrt(2.0) : output.rms};
  return s;
}

static Output linear(int zero_point) {
  const Output output = {zero_point, 36.0, -128, 127};
  return output;
}

/// TFLite's QuantizeMultiplier: real = multiplier / 2^31 * 2^shift.
static SsScale quantize(double real) {
  int shift;
  int64_t multiplier = (int64_t)(frexp(real, &shift) * 2147483648.0 + 0.5);
  if (multiplier == INT64_C(1) << 31) {
    multiplier /= 2;
    ++shift;
  }
  const SsScale scale = {(int32_t)multiplier, shift};
  return scale;
}

static void print_array(const char* type, const char* layer, const char* what, int count,
                        const int32_t* values) {
  printf("static _Alignas(4) const %s %s%s[%d] = {", type, layer, what, count);
  for (int i = 0; i < count; ++i) printf("%s%d,", i % 16 == 0 ? "\n    " : " ", (int)values[i]);
  printf("\n};\n");
}

static int32_t* new_array(int count) {
  int32_t* values = calloc((size_t)count, sizeof *values);
  if (values == NULL) exit(EXIT_FAILURE);
  return values;
}

/// Fills one output channel; returns the sum of its weights.
static int32_t fill_channel(int inputs, int32_t* weights) {
  int32_t sum = 0;
  for (int i = 0; i < inputs; ++i) sum += weights[i] = uniform(-127, 127);
  return sum;
}

/// Prints the arrays of one layer. `inputs` weights per output channel, stored `pitch` apart.
/// Returns the statistics of its output.
static Statistics print_layer(const char* layer, int outputs, int inputs, int pitch, Statistics in,
                              Output out) {
  int32_t* weights = new_array(outputs * pitch);
  int32_t* bias = new_array(outputs);
  int32_t* multiplier = new_array(outputs);
  int32_t* shift = new_array(outputs);
  const double weight_rms = 127.0 / sqrt(3.0);
  const double sum_rms = sqrt(inputs) * weight_rms * in.rms;
  for (int o = 0; o < outputs; ++o) {
    const int32_t weight_sum = fill_channel(inputs, weights + o * pitch);
    const double bias_share = uniform(-400, 400) / 1000.0;
    bias[o] = (int32_t)(bias_share * sum_rms) - in.zero_point * weight_sum;
    const SsScale scale = quantize(out.rms / sum_rms * uniform(700, 1300) / 1000.0);
    multiplier[o] = scale.multiplier;
    shift[o] = scale.shift;
  }
  print_array("int8_t", layer, "Weights", outputs * pitch, weights);
  print_array("int32_t", layer, "Bias", outputs, bias);
  print_array("int32_t", layer, "Multiplier", outputs, multiplier);
  print_array("int8_t", layer, "Shift", outputs, shift);
  printf("#define %s_FILTER \\\n", layer);
  printf("  {%sWeights, %sBias, %sMultiplier, %sShift, %d, %d, %d, %d}\n\n", layer, layer, layer,
         layer, in.zero_point, out.zero_point, out.activation_min, out.activation_max);
  free(weights), free(bias), free(multiplier), free(shift);
  return statistics_of(out);
}

/// The add of two tensors with equal real scales: the output's scale grows by sqrt(2).
static void print_add(const char* block, Statistics a, Statistics b, int output_zero_point) {
  const SsScale input = quantize(0.5);  // to twice the larger scale
  const SsScale output = quantize(2.0 / sqrt(2.0) / (1 << 20));
  printf("#define %sAdd {%d, %d, %d, {%d, %d}, {%d, %d}, {%d, %d}, -128, 127}\n\n", block,
         a.zero_point, b.zero_point, output_zero_point, (int)input.multiplier, input.shift,
         (int)input.multiplier, input.shift, (int)output.multiplier, output.shift);
}

static Statistics print_block(int index, Statistics input) {
  const BlockShape* shape = &kBlockShapes[index];
  const int expanded = shape->expanded_channels;
  const int has_expand = expanded != shape->input_channels;
  char name[32];
  Statistics s = input;
  if (has_expand) {
    snprintf(name, sizeof name, "kBlock%dExpand", index + 1);
    s = print_layer(name, expanded, shape->input_channels, shape->input_channels, s, kRelu6);
  } else {
    printf("#define kBlock%dExpand_FILTER {0}\n\n", index + 1);
  }
  snprintf(name, sizeof name, "kBlock%dDepthwise", index + 1);
  s = print_layer(name, expanded, 9, 9, s, kRelu6);
  snprintf(name, sizeof name, "kBlock%dProject", index + 1);
  s = print_layer(name, shape->output_channels, expanded, expanded, s, linear(3 * index - 8));
  snprintf(name, sizeof name, "kBlock%d", index + 1);
  if (!shape->residual) {
    printf("#define %sAdd {0}\n\n", name);
    return s;
  }
  const Statistics sum = {5 - index, s.rms};
  print_add(name, input, s, sum.zero_point);
  return sum;
}

static void print_image(void) {
  const int count = kImageSize * kImageSize * kImageChannels;
  printf("const int8_t kImage[%d] = {", count);
  for (int i = 0; i < count; ++i) printf("%s%d,", i % 16 == 0 ? "\n    " : " ", uniform(-128, 127));
  printf("\n};\n\n");
}

int main(void) {
  printf("// Generated by examples/network/generate_weights.c. Do not edit.\n");
  printf("// clang-format off\n#include \"network.h\"\n\n");
  print_image();
  Statistics s = {-3, 74.0};  // uniform over int8
  s = print_layer("kConv", kConvChannels, 9 * kImageChannels,
                  SS_CONV3X3_WEIGHTS_PER_CHANNEL(kImageChannels), s, kRelu6);
  for (int i = 0; i < kBlocks; ++i) s = print_block(i, s);
  const int last = kBlockShapes[kBlocks - 1].output_channels;
  s = print_layer("kHead", kHeadChannels, last, last, s, kRelu6);
  print_layer("kClassifier", kOutputs, kHeadChannels, kHeadChannels, s, linear(-11));
  printf("const SsFilter kConvFilter = kConv_FILTER;\n");
  printf("const BlockFilters kBlockFilters[kBlocks] = {\n");
  for (int i = 1; i <= kBlocks; ++i) {
    printf("    {kBlock%dExpand_FILTER, kBlock%dDepthwise_FILTER,\n", i, i);
    printf("     kBlock%dProject_FILTER, kBlock%dAdd},\n", i, i);
  }
  printf("};\nconst SsFilter kHeadFilter = kHead_FILTER;\n");
  printf("const SsFilter kClassifierFilter = kClassifier_FILTER;\n");
  return ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
