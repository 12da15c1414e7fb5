#include "sim/mpu.h"

#include <algorithm>

namespace sramscope::sim {

namespace {

constexpr std::uint32_t kType = 0xed90, kControl = 0xed94, kNumber = 0xed98, kFirstBase = 0xed9c, kLastAlias = 0xedb8;
constexpr std::uint32_t kMair0 = 0xedc0, kMair1 = 0xedc4;
constexpr std::uint32_t kEnable = 1, kHfnmiena = 2, kPrivdefena = 4;

bool is_private_bus(Addr address) { return address >= 0xe0000000 && address < 0xe0100000; }

}  // namespace

// ---- registers (B3.5.4) ------------------------------------------------------------------------------------------------

/// RBAR and RASR/RLAR of the selected region, and their three aliases: on v8-M these stand for the other regions of a group
/// of four.
Mpu::Region* Mpu::region_at(std::uint32_t offset, bool& is_base) {
  if (offset < kFirstBase || offset > kLastAlias || regions_ == 0) return nullptr;
  const std::uint32_t index = (offset - kFirstBase) / 4;
  is_base = index % 2 == 0;
  const std::uint32_t alias = index / 2;
  const std::uint32_t number = kind_ == Kind::v8 && alias != 0 ? (number_ & ~3u) + alias : number_;
  return number < regions_ ? &table_[number] : nullptr;
}

std::uint32_t Mpu::read(std::uint32_t offset) const {
  if (offset == kType) return regions_ << 8;
  if (offset == kControl) return control_;
  if (offset == kNumber) return number_;
  if (offset == kMair0 || offset == kMair1) return attributes_[(offset - kMair0) / 4];
  bool is_base = false;
  const Region* region = const_cast<Mpu*>(this)->region_at(offset, is_base);
  if (region == nullptr) return 0;
  if (!is_base) return region->attributes;
  return kind_ == Kind::v8 ? region->base : region->base | number_;
}

void Mpu::write_base(Region& region, std::uint32_t value) {
  if (kind_ == Kind::v8) {
    region.base = value;
    return;
  }
  Region* target = &region;
  if ((value & 0x10) != 0) {  // VALID: the value names the region
    const std::uint32_t number = value & 15;
    if (number >= regions_) return;
    number_ = number;
    target = &table_[number];
  }
  target->base = value & ~31u;
}

void Mpu::write(std::uint32_t offset, std::uint32_t value) {
  if (regions_ == 0) return;
  if (offset == kControl) control_ = value & 7;
  if (offset == kNumber && (value & 0xff) < regions_) number_ = value & 0xff;
  if (kind_ == Kind::v8 && (offset == kMair0 || offset == kMair1)) attributes_[(offset - kMair0) / 4] = value;
  bool is_base = false;
  Region* region = region_at(offset, is_base);
  if (region == nullptr) return;
  if (is_base) return write_base(*region, value);
  // RASR: XN, AP, TEX, S, C, B, SRD, SIZE, ENABLE.
  region->attributes = kind_ == Kind::v8 ? value : value & 0x173fff3f;
}

// ---- matching (B3.5.3) -------------------------------------------------------------------------------------------------

Mpu::Range Mpu::range_of(const Region& region) const {
  if ((region.attributes & 1) == 0) return {};
  if (kind_ == Kind::v8) return {region.base & ~31u, region.attributes | 31, true};
  const std::uint32_t size_field = (region.attributes >> 1) & 31;
  if (size_field < 4) return {};  // below 32 bytes: UNPREDICTABLE, matches nothing here
  const std::uint32_t last_offset = size_field == 31 ? 0xffffffff : (2u << size_field) - 1;
  const Addr first = region.base & ~last_offset;
  return {first, first + last_offset, true};
}

bool Mpu::covers(const Region& region, Addr address) const {
  const Range range = range_of(region);
  if (!range.enabled || address < range.first || address > range.last) return false;
  const std::uint32_t size_field = (region.attributes >> 1) & 31;
  if (kind_ == Kind::v8 || size_field < 7) return true;  // subregions exist from 256 bytes on
  const std::uint32_t subregion = (address - range.first) >> (size_field - 2);
  return ((region.attributes >> (8 + subregion)) & 1) == 0;
}

bool Mpu::permits(const Region& region, Access access, bool privileged) const {
  if (kind_ == Kind::v8) return permits_v8(region, access, privileged);
  const std::uint32_t ap = (region.attributes >> 24) & 7;
  const bool never_execute = ((region.attributes >> 28) & 1) != 0;
  if (access == Access::fetch && never_execute) return false;
  const bool writes = access == Access::write;
  switch (ap) {
    case 1: return privileged;
    case 2: return privileged || !writes;
    case 3: return true;
    case 5: return privileged && !writes;
    case 6: case 7: return !writes;
    default: return false;
  }
}

bool Mpu::permits_v8(const Region& region, Access access, bool privileged) const {
  const bool never_execute = (region.base & 1) != 0;
  const bool read_only = (region.base & 4) != 0;
  const bool any_privilege = (region.base & 2) != 0;
  if (access == Access::fetch && never_execute) return false;
  if (access == Access::write && read_only) return false;
  return privileged || any_privilege;
}

bool Mpu::background(Addr address, Access access, bool privileged) const {
  // The default map lets code run everywhere but in the device and system regions (B3.1).
  const bool executable = address < 0x40000000 || (address >= 0x60000000 && address < 0xa0000000);
  return privileged && (control_ & kPrivdefena) != 0 && (access != Access::fetch || executable);
}

bool Mpu::guards(Context context) const {
  return (control_ & kEnable) != 0 && (!context.negative_priority || (control_ & kHfnmiena) != 0);
}

bool Mpu::allows(Addr address, Access access, Context context) const {
  if (!guards(context) || is_private_bus(address)) return true;
  const Region* match = nullptr;
  for (unsigned i = regions_; i-- > 0;) {
    if (!covers(table_[i], address)) continue;
    if (match != nullptr) return false;  // v8-M: regions must not overlap
    match = &table_[i];
    if (kind_ == Kind::v7) break;  // v7-M: the highest number wins
  }
  if (match == nullptr) return background(address, access, context.privileged);
  return permits(*match, access, context.privileged);
}

std::optional<unsigned> Mpu::region_of(Addr address, Context context) const {
  std::optional<unsigned> match;
  if (!guards(context) || is_private_bus(address)) return match;
  for (unsigned i = regions_; i-- > 0;) {
    if (!covers(table_[i], address)) continue;
    if (match) return std::nullopt;
    match = i;
    if (kind_ == Kind::v7) break;
  }
  return match;
}

bool Mpu::is_uniform(Addr address, std::uint32_t page_bytes) const {
  const Addr first = address & ~(page_bytes - 1);
  const Addr last = first + (page_bytes - 1);
  return std::none_of(table_.begin(), table_.begin() + regions_, [&](const Region& region) {
    const Range range = range_of(region);
    if (!range.enabled || range.last < first || range.first > last) return false;
    const std::uint32_t size_field = (region.attributes >> 1) & 31;
    const bool has_holes = kind_ == Kind::v7 && size_field >= 7 && (region.attributes & 0xff00) != 0;
    const bool holes_are_smaller = has_holes && (1u << (size_field - 2)) < page_bytes;
    return range.first > first || range.last < last || holes_are_smaller;
  });
}

}  // namespace sramscope::sim
