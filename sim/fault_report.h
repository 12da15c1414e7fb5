#pragma once

#include <optional>
#include <string>

#include "memory/bus.h"
#include "sim/core.h"
#include "sim/exceptions.h"
#include "sramscope/fault.h"
#include "sramscope/image.h"

namespace sramscope::sim {

/// Where the core is.
struct FaultScene {
  const Image& image;
  const memory::Bus& bus;
  const CoreBase& core;
  Addr pc = 0;
  /// Open layers, "net/block2/expand", or "".
  std::string layer;
};

/// The fault as values: registers, status, call stack. `after` is the exception model with the
/// fault noted in it, and `exception` what takes the fault, nothing when the core locks up.
Fault fault_values(const GuestFault& fault, const FaultScene& scene, const Exceptions& after,
                   std::optional<unsigned> exception);

/// The message for a person, without colour and below 40 lines: what happened; where, with symbol,
/// source line and layer; the call stack; objects and stacks near the address, and what to do where
/// that is sure; the exception and the status registers in words; the code around the PC; the
/// registers.
std::string describe_fault(const GuestFault& fault, const FaultScene& scene,
                           const Exceptions& after, const Fault& values);

/// The first two lines of the above, for faults that the firmware deals with.
std::string describe_fault_briefly(const GuestFault& fault, const FaultScene& scene);

/// "0x08003a1c  im2col_s8+0x5c  (kernels/conv.c:118)  in layer 'net/block2/expand'".
std::string describe_place(const FaultScene& scene);

}  // namespace sramscope::sim
