#pragma once

#include <string>
#include <vector>

#include "sim/fault_report.h"

namespace sramscope::sim {

/// What else is known: the object that ends near the address, a stack that has overflowed, and what
/// to do, each only where it is sure.
std::vector<std::string> fault_advice(const GuestFault& fault, const FaultScene& scene,
                                      const Fault& values);

}  // namespace sramscope::sim
