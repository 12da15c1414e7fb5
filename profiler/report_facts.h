#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sramscope/report.h"

/// What can be read off a report, for the texts.
namespace sramscope::profiler {

/// How many layers enclose layer `index`.
std::size_t depth_of(const Report& report, std::size_t index);
/// "net/block2/expand".
std::string path_of(const Report& report, std::size_t index);
/// The innermost layer in which the run's live peak was reached; none when that was outside
/// of all layers.
std::optional<std::size_t> peak_layer(const Report& report);
/// The innermost block around a layer (or itself), else the layer.
std::size_t enclosing_block(const Report& report, std::size_t index);
/// A file's name without folders and extension: "build/demo_patch.elf" is "demo_patch".
std::string stem_of(std::string_view path);
/// "1 layer", "31 layers".
std::string counted(std::uint64_t count, std::string_view noun);

}  // namespace sramscope::profiler
