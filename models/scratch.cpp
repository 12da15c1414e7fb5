#include "sramscope/schedule.h"

namespace sramscope {

std::uint32_t scratch_bytes(const Network& network, const Layer& layer, const TensorRegion& input,
                            const TensorRegion& output, bool in_place) {
  static_cast<void>(network);
  static_cast<void>(input);
  if (layer.kind != OperatorKind::depthwise_conv_2d || !in_place) return 0;
  // One channel of the input with its padding, gathered before its output overwrites it.
  const Window& w = layer.window;
  const int rows = (output.height() - 1) * w.stride_y + w.kernel_height;
  const int columns = (output.width() - 1) * w.stride_x + w.kernel_width;
  return static_cast<std::uint32_t>(rows) * static_cast<std::uint32_t>(columns);
}

}  // namespace sramscope
