#pragma once

#include <span>
#include <string_view>

/// Kernels, start-up code and linker script, compiled in so that generated firmware is complete.
namespace sramscope::models {

struct EmbeddedFile {
  /// The file's name without its extension.
  std::string_view name;
  std::string_view text;
};

/// Sorted by name.
std::span<const EmbeddedFile> embedded_sources();
/// The text of one; it must exist.
std::string_view embedded_source(std::string_view name);

}  // namespace sramscope::models
