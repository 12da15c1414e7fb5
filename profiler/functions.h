#pragma once

#include <string>

#include "sramscope/code_profile.h"
#include "sramscope/image.h"
#include "sramscope/report.h"

namespace sramscope::profiler {

/// Fills functions, call edges, call tree and lines of the report.
void fill_code(Report& report, const CodeProfile& code, const Image& image);

}  // namespace sramscope::profiler
