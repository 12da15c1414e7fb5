#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sramscope/types.h"

namespace sramscope::sim {

/// The build attributes that say what an image was compiled for (ABI addenda, Arm IHI 0045, section
/// 3).
struct ArmAttributes {
  /// Tag_CPU_name in lower case; "" when absent.
  std::string cpu_name;
  /// Tag_CPU_arch: 10 v7, 11 v6-M, 12 v6S-M, 13 v7E-M, 16 v8-M.base, 17 v8-M.main ...
  std::optional<std::uint32_t> arch;
  /// Tag_FP_arch: 0 none, 5 and 6 VFPv4, 7 and 8 FPv5.
  std::uint32_t fp_arch = 0;
};

/// Reads the contents of a section .ARM.attributes. What cannot be read is left out.
ArmAttributes parse_arm_attributes(std::span<const std::uint8_t> section);

/// The core named, else the smallest one with that architecture and FPU; nullopt when it is not an
/// M-profile architecture that sramscope knows.
std::optional<CoreKind> core_of(const ArmAttributes& attributes);

}  // namespace sramscope::sim
