#pragma once

#include <string>

#include "sramscope/report.h"

namespace sramscope {

/// What was alive at the run's peak, and every definition of peak memory in use with the way from
/// the live peak to it, line by line; the lines add up.
std::string explain_peak(const Report& report, const TextStyle& style);

}  // namespace sramscope
