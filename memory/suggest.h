#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sramscope::memory {

/// Whether `word`, of three letters or more, stands in `text`, in capitals or not.
bool mentions(std::string_view text, std::string_view word);

/// ` (did you mean "x"?)` for the candidate nearest to `word`, or "" when none is near: one that
/// contains it, or one that at most a third of its letters separate from it.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace sramscope::memory
