#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/result.h"

namespace sramscope::cli {

/// "25.31 M", "1.92 k", "812": four significant digits, decimal prefixes.
std::string format_count(std::uint64_t count);
/// "210.9 ms", "31.04 us", "1.250 s": four significant digits.
std::string format_seconds(double seconds);
/// "320.0 kB", "1.0 MB", "512 B"; 1 kB = 1024 bytes.
std::string format_bytes(std::uint64_t bytes);
/// "0x08000000".
std::string format_address(std::uint32_t address);

/// "5000000", "5M", "1.5G", "0x1000": decimal prefixes k, M, G.
Result<std::uint64_t> parse_count(std::string_view text);
/// "262144", "256K", "256kB", "1M", "0x40000": prefixes of 1024.
Result<std::uint64_t> parse_bytes(std::string_view text);

/// The candidate nearest to `word` in spelling, or "" when none is near enough to be what was
/// meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sramscope::cli
