#pragma once

#include <string>
#include <string_view>

namespace sramscope::profiler {

/// Text as it may stand in XML, in attributes too; what XML cannot hold becomes '?'.
std::string xml_text(std::string_view text);

}  // namespace sramscope::profiler
