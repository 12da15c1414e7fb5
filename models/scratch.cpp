// Working memory of the kernels, by their own formulas.
#include "models/kernels/conv.h"
#include "models/kernels/depthwise.h"
#include "sramscope/schedule.h"

namespace sramscope {

std::uint32_t scratch_bytes(const Network& network, const Layer& layer,
                            const TensorRegion& /*input*/, const TensorRegion& output,
                            bool /*in_place*/) {
  const Window& w = layer.window;
  const SsKernelShape kernel = {w.kernel_height, w.kernel_width, w.stride_y, w.stride_x};
  int bytes = 0;
  if (layer.kind == OperatorKind::depthwise_conv_2d) {
    bytes = ss_depthwise_scratch_bytes(kernel, output.height(), output.width());
  } else if (layer.kind == OperatorKind::conv_2d && !layer.is_pointwise()) {
    // The same for all widths (one pixel needs one field only): the search relies on scratch that
    // does not shrink faster than patches do.
    bytes = 2 * ss_conv_field_bytes(kernel, network.input_of(layer).shape.channels);
  }
  return static_cast<std::uint32_t>(bytes);
}

}  // namespace sramscope
