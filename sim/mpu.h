#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sramscope/types.h"

namespace sramscope::sim {

/// The memory protection unit: PMSAv7 (ARMv7-M ARM B3.5; the optional one of ARMv6-M is the same) or PMSAv8 (ARMv8-M B9).
class Mpu {
 public:
  enum class Access : std::uint8_t { read, write, fetch };
  enum class Kind : std::uint8_t { none, v7, v8 };
  /// Whose access it is.
  struct Context {
    bool privileged = true;
    /// NMI, HardFault or FAULTMASK: the MPU is off unless MPU_CTRL.HFNMIENA.
    bool negative_priority = false;
  };
  static constexpr unsigned kMaxRegions = 16;
  /// Registers from MPU_TYPE to MPU_MAIR1, offsets from 0xE0000000.
  static constexpr std::uint32_t kBegin = 0xed90, kEnd = 0xedc8;

  Mpu(Kind kind, unsigned regions) : kind_(kind), regions_(kind == Kind::none ? 0 : regions) {}

  std::uint32_t read(std::uint32_t offset) const;
  void write(std::uint32_t offset, std::uint32_t value);

  bool enabled() const { return (control_ & 1) != 0; }
  /// False while the default memory map alone decides.
  bool guards(Context context) const;
  bool allows(Addr address, Access access, Context context) const;
  /// The number of the one region that decides about an address; none while the default map does,
  /// or where two overlap.
  std::optional<unsigned> region_of(Addr address, Context context) const;
  /// True when the whole page of `page_bytes` (a power of two) around `address` is treated alike.
  bool is_uniform(Addr address, std::uint32_t page_bytes) const;

 private:
  struct Region {
    /// RBAR and RASR (v7) or RLAR (v8), as written.
    std::uint32_t base = 0;
    std::uint32_t attributes = 0;
  };
  struct Range {
    Addr first = 0;
    Addr last = 0;
    bool enabled = false;
  };
  Range range_of(const Region& region) const;
  bool covers(const Region& region, Addr address) const;
  bool permits(const Region& region, Access access, bool privileged) const;
  bool permits_v8(const Region& region, Access access, bool privileged) const;
  bool background(Addr address, Access access, bool privileged) const;
  Region* region_at(std::uint32_t offset, bool& is_base);
  void write_base(Region& region, std::uint32_t value);

  Kind kind_;
  unsigned regions_;
  std::uint32_t control_ = 0;
  std::uint32_t number_ = 0;
  std::array<Region, kMaxRegions> table_{};
  std::uint32_t attributes_[2] = {};
};

}  // namespace sramscope::sim
