#pragma once

#include <optional>
#include <string>

#include "sramscope/codegen.h"
#include "sramscope/result.h"

namespace sramscope::cli {

/// arm-none-eabi-gcc's path, if it is in $PATH.
std::optional<std::string> find_cross_compiler();

/// Writes every file of the firmware below `directory`, which is created. Files that would not
/// change are left alone.
Result<bool> write_firmware(const GeneratedFirmware& firmware, const std::string& directory);

/// Compiles what `write_firmware` wrote with `compiler`; objects that are newer than their source
/// are kept. Returns the path of the ELF file. The error quotes the compiler.
Result<std::string> compile_firmware(const GeneratedFirmware& firmware,
                                     const std::string& directory, const std::string& compiler);

}  // namespace sramscope::cli
