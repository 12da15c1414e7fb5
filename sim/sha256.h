#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace sramscope::sim {

/// SHA-256 (FIPS 180-4) of `bytes` as 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::uint8_t> bytes);

}  // namespace sramscope::sim
