#pragma once

#include <string>
#include <string_view>

#include "sramscope/image.h"
#include "sramscope/result.h"

namespace sramscope::cli {

/// What messages call standard input.
inline constexpr std::string_view kStdinName = "<stdin>";

/// The whole file; "-" is standard input.
Result<std::string> read_file(const std::string& path);
/// Writes the whole file; "-" is standard output. Returns "" or what went wrong.
std::string write_file(const std::string& path, std::string_view text);
/// "" or why a file of this name could not be written; asked before a long run.
std::string cannot_write(const std::string& path);

/// True when the bytes begin like an ELF file.
bool looks_like_elf(std::string_view bytes);
/// An ELF file; "-" is standard input.
Result<Image> read_image(const std::string& path);

}  // namespace sramscope::cli
