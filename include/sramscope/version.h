#pragma once

#include <string_view>

namespace sramscope {

/// Version of sramscope, such as "0.1.0".
std::string_view tool_version();
/// The git commit that it was built from, such as "1a2b3c4d5e6f", with "+changes" behind it when
/// the work tree differed from it; "unknown" when it was built outside a git checkout.
std::string_view tool_commit();

}  // namespace sramscope
