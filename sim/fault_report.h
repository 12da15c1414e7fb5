#pragma once

#include <string>

#include "memory/bus.h"
#include "sim/core.h"
#include "sramscope/image.h"

namespace sramscope::sim {

/// Everything a fault message draws on.
struct FaultScene {
  const Image& image;
  const memory::Bus& bus;
  const CoreBase& core;
  Addr pc = 0;
  /// Open layers, "net/block2/expand", or "".
  std::string layer;
};

/// The message for a person: what happened; where, with symbol and layer; the instruction; the caller as far as LR tells; the
/// nearest region of a bad access and by how many bytes it was missed. Several lines.
std::string describe_fault(const GuestFault& fault, const FaultScene& scene);

/// "0x08003a1c  im2col_s8+0x5c  in layer 'net/block2/expand'".
std::string describe_place(const FaultScene& scene);

}  // namespace sramscope::sim
