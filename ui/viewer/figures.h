#pragma once

#include <cstdint>
#include <string>

#include "ui/viewer/document.h"

namespace sramscope::viewer {

/// "+9.1 %", "\u221260.0 %", "\u22480 %"; "new" when there was nothing before, "gone" when there is
/// nothing now.
std::string change_text(std::uint64_t before, std::uint64_t after);
/// "7.6 %", "" when there is no whole.
std::string share_text(std::uint64_t part, std::uint64_t whole);
/// "+1.2 kB", "\u2212160.9 kB".
std::string bytes_change_text(std::uint64_t before, std::uint64_t after);
/// "38.21 M cycles (176.9 ms)"; without the time where the clock is unknown.
std::string cycles_text(const Document& document, Cycles cycles);
/// "176.9 ms" or "" without a clock.
std::string time_text(const Document& document, Cycles cycles);
/// "308,634".
std::string grouped(std::uint64_t value);

/// A step of 1, 2 or 5 times a power of ten (`base` 10) or of a power of two (`base` 2) that puts
/// at most `most` steps into `length`.
double nice_step(double length, double most, int base);

}  // namespace sramscope::viewer
