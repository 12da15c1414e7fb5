#include "block.h"

#include "kernels/conv3x3.h"
#include "kernels/depthwise3x3.h"
#include "kernels/pointwise.h"
#include "kernels/residual_add.h"
#include "sramscope/marker.h"

static SsConstView const_dense(const int8_t* data, int width, int channels) {
  const SsConstView view = {data, width * channels};
  return view;
}

static SsView dense(int8_t* data, int width, int channels) {
  const SsView view = {data, width * channels};
  return view;
}

static int pixels(SsRegion region) { return region.height * region.width; }

void run_conv(SsRegion output, int8_t* buffer) {
  const SsRegion input = ss_receptive_field(output, 2, kImageSize, kImageSize);
  const SsWindow window = ss_window(input, output, 2);
  const int row = kImageSize * kImageChannels;
  const SsConstView image = {kImage + input.y * row + input.x * kImageChannels, row};
  SRAMSCOPE_BLOCK_BEGIN("conv");
  SRAMSCOPE_LAYER_BEGIN("conv3x3");
  SRAMSCOPE_TENSOR("conv/output", buffer, (unsigned)(pixels(output) * kConvChannels));
  ss_conv3x3_s8(&kConvFilter, &window, kImageChannels, kConvChannels, image,
                dense(buffer, output.width, kConvChannels));
  SRAMSCOPE_LAYER_END("conv3x3");
  SRAMSCOPE_BLOCK_END("conv");
}

static void expand(const BlockShape* shape, const SsFilter* filter, SsRegion input,
                   const BlockBuffers* buffers) {
  SRAMSCOPE_LAYER_BEGIN("expand");
  SRAMSCOPE_TENSOR("input", buffers->input, (unsigned)(pixels(input) * shape->input_channels));
  SRAMSCOPE_TENSOR("expanded", buffers->expanded,
                   (unsigned)(pixels(input) * shape->expanded_channels));
  ss_pointwise_s8(filter, input.height, input.width, shape->input_channels,
                  shape->expanded_channels,
                  const_dense(buffers->input, input.width, shape->input_channels),
                  dense(buffers->expanded, input.width, shape->expanded_channels));
  SRAMSCOPE_LAYER_END("expand");
}

static void depthwise(const BlockShape* shape, const SsFilter* filter, SsRegion input,
                      SsRegion output, const BlockBuffers* buffers) {
  const SsWindow window = ss_window(input, output, shape->stride);
  SRAMSCOPE_LAYER_BEGIN("depthwise");
  SRAMSCOPE_TENSOR("expanded", buffers->expanded,
                   (unsigned)(pixels(input) * shape->expanded_channels));
  SRAMSCOPE_TENSOR("scratch", buffers->scratch, ss_depthwise3x3_scratch_bytes(&window));
  ss_depthwise3x3_s8(filter, &window, shape->expanded_channels, buffers->expanded,
                     buffers->scratch);
  SRAMSCOPE_LAYER_END("depthwise");
}

static void project(const BlockShape* shape, const SsFilter* filter, SsRegion output,
                    const BlockBuffers* buffers) {
  SRAMSCOPE_LAYER_BEGIN("project");
  SRAMSCOPE_TENSOR("projected", buffers->projected,
                   (unsigned)(pixels(output) * shape->output_channels));
  ss_pointwise_s8(filter, output.height, output.width, shape->expanded_channels,
                  shape->output_channels,
                  const_dense(buffers->expanded, output.width, shape->expanded_channels),
                  dense(buffers->projected, output.width, shape->output_channels));
  SRAMSCOPE_LAYER_END("project");
}

/// Adds the centre of the block's input, that is without the halo its depthwise layer needed.
static void add_input(const BlockShape* shape, const SsAdd* add, SsRegion input, SsRegion output,
                      const BlockBuffers* buffers) {
  const int channels = shape->input_channels;
  const int row = input.width * channels;
  const SsConstView centre = {
      buffers->input + (output.y - input.y) * row + (output.x - input.x) * channels, row};
  SRAMSCOPE_LAYER_BEGIN("add");
  ss_residual_add_s8(add, output.height, output.width, channels, centre,
                     const_dense(buffers->projected, output.width, channels), buffers->output);
  SRAMSCOPE_LAYER_END("add");
}

void run_block(int number, SsRegion input, SsRegion output, BlockBuffers buffers) {
  const BlockShape* shape = &kBlockShapes[number - 1];
  const BlockFilters* filters = &kBlockFilters[number - 1];
  if (shape->expanded_channels != shape->input_channels) {
    expand(shape, &filters->expand, input, &buffers);
  }
  depthwise(shape, &filters->depthwise, input, output, &buffers);
  project(shape, &filters->project, output, &buffers);
  if (shape->residual) add_input(shape, &filters->add, input, output, &buffers);
}
