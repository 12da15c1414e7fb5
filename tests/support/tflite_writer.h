#pragma once

#include <cstdint>
#include <vector>

#include "sramscope/network.h"

namespace sramscope::test {

/// How a written file differs from a plain one.
struct TfliteFlaws {
  bool no_filter_scales = false;  ///< the first filter has no scales
  bool two_inputs = false;
  bool float_activations = false;
  /// Operator code in place of the first operator's; -1: as it is.
  int first_operator = -1;
  int dilation = 1;
  /// Float input and output, with QUANTIZE and DEQUANTIZE behind and before them: no flaw, but
  /// common.
  bool float_ends = false;
};

/// A network as a .tflite file: batch 1, padding as SAME, VALID or a PAD before the convolution.
std::vector<std::uint8_t> write_tflite(const Network& network, const TfliteFlaws& flaws = {});

}  // namespace sramscope::test
