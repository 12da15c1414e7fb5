#pragma once

#include <string>

namespace sramscope::viewer {

/// A line of a source file as it is on this machine; "" where the file or the line is not there.
/// Files are read once and kept.
const std::string& source_line(const std::string& file, unsigned line);
/// The last part of a path.
std::string short_file(const std::string& file);

}  // namespace sramscope::viewer
