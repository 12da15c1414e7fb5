#pragma once

#include <span>
#include <string_view>

namespace sramscope::profiler {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// The rules of profiler/rules, sorted by name.
std::span<const EmbeddedFile> embedded_rules();

}  // namespace sramscope::profiler
