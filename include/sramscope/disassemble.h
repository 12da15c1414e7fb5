#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sramscope/types.h"

namespace sramscope {

struct Disassembly {
  /// "ldr" and "r0, [r1, #4]"; mnemonic is empty when the bytes are no instruction.
  std::string mnemonic;
  std::string operands;
  /// Bytes consumed: 2 or 4; 0 when the bytes are no instruction.
  unsigned size = 0;
};

/// Disassembles the Thumb instruction at the start of `code`, as if it stood at `address`.
Disassembly disassemble(std::span<const std::uint8_t> code, Addr address);

}  // namespace sramscope
