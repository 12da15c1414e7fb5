#pragma once

#include <string>

#include "sramscope/result.h"

namespace sramscope::memory {

/// The contents of a host file; "-" reads standard input. Files above 1 GiB are refused. Errors
/// name the path and say what the system said.
Result<std::string> read_file(const std::string& path);

/// How messages call it: "<stdin>" for "-".
std::string display_name(const std::string& path);

}  // namespace sramscope::memory
