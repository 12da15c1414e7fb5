#pragma once

#include <string>

#include "sramscope/report.h"

namespace sramscope::profiler {

/// "input 27.6 kB, output 36.9 kB, stack 412 B": how the live peak divides, largest first; "" where
/// the report does not tell.
std::string peak_parts(const Report& report);
/// The peak by the other definitions in use, and the findings; "" where there are none.
std::string definition_lines(const Report& report, const TextStyle& style);
std::string finding_lines(const Report& report, const TextStyle& style);

}  // namespace sramscope::profiler
