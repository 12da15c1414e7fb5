#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "sramscope/image.h"

namespace sramscope::sim {

/// r0..r15 on the way up the call stack.
using Registers = std::array<std::uint32_t, 16>;
/// A word of memory, or nothing where there is none.
using ReadWord = std::function<std::optional<std::uint32_t>(Addr)>;

/// Leaves the function at `pc` as .ARM.exidx tells (Arm IHI 0038, "Exception Handling ABI"): right
/// anywhere behind the function's prologue. Afterwards r15 is the return address. False, with the
/// registers as they were, when there is no entry.
bool unwind_by_index(const Image& image, Addr pc, const ReadWord& read, Registers& registers);

}  // namespace sramscope::sim
