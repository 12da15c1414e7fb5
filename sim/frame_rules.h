#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sramscope/types.h"

namespace sramscope::sim {

/// How to get from a function's registers to those of its caller.
struct FrameRule {
  enum class Where : std::uint8_t {
    same,    ///< the register was not touched
    memory,  ///< saved at CFA + offset
    value,   ///< is CFA + offset
    other,   ///< is the register `offset`
    unknown,
  };
  struct Register {
    Where where = Where::same;
    std::int32_t offset = 0;
  };
  /// The canonical frame address, which is SP as before the call: this register plus this offset.
  unsigned cfa_register = 13;
  std::int32_t cfa_offset = 0;
  std::array<Register, 16> registers{};
  unsigned return_register = 14;
};

/// One function's call frame instructions (DWARF 5, 6.4), with what they share with others.
struct FrameProgram {
  Addr begin = 0;
  Addr end = 0;
  std::span<const std::uint8_t> common_instructions;
  std::span<const std::uint8_t> instructions;
  std::uint32_t code_alignment = 1;
  std::int32_t data_alignment = 1;
  unsigned return_register = 14;
};

/// The rule at `pc`; nothing when the instructions are broken or use DWARF expressions.
std::optional<FrameRule> frame_rule_at(const FrameProgram& program, Addr pc);

}  // namespace sramscope::sim
