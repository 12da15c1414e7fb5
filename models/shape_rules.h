#pragma once

#include "sramscope/network.h"
#include "sramscope/result.h"

/// What an operator makes of its inputs' shapes.
namespace sramscope::models {

/// Pads of TensorFlow's "same" padding: output = ceil(input / stride), the odd pixel at the end.
void pad_same(const Shape& input, Window& window);

/// The shape that `layer` computes from its inputs; `channels` counts for convolutions and fully
/// connected only. reshape and layers whose inputs do not fit together: the reason.
Result<Shape> output_shape(const Network& network, const Layer& layer, int channels);

}  // namespace sramscope::models
