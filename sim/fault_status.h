#pragma once

#include <string>
#include <vector>

#include "sim/fault_report.h"

namespace sramscope::sim {

/// "HardFault", "SysTick", "interrupt 5".
std::string exception_name(unsigned number);

/// CFSR, HFSR and the address registers in words, one line per exception: "BusFault: PRECISERR
/// (...), BFAR 0x20050010".
std::vector<std::string> status_in_words(const Fault& fault);

/// Which exception takes the fault, why that one, and the handler in the vector table.
std::string exception_in_words(const GuestFault& fault, const FaultScene& scene,
                               const Exceptions& after, const Fault& values);

}  // namespace sramscope::sim
