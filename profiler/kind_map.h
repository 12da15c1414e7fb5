#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sramscope/report_memory.h"
#include "sramscope/types.h"

namespace sramscope::profiler {

/// What each byte of RAM is used for, as far as it is known at the moment: changes when heap and
/// stacks grow.
class KindMap {
 public:
  KindMap() : pages_(std::size_t{1} << (32 - kPageBits)) {}

  MemoryKind at(Addr address) const {
    const Page* page = pages_[address >> kPageBits].get();
    return page == nullptr ? MemoryKind::other : (*page)[address & (kPageSize - 1)];
  }
  /// How many of the `count` bytes from `address` on are of the first one's kind, at least 1.
  std::uint32_t same_kind(Addr address, std::uint32_t count) const {
    if (count == 1) {
      return 1;
    }
    const MemoryKind kind = at(address);
    std::uint32_t same = 1;
    while (same < count && at(address + same) == kind) {
      ++same;
    }
    return same;
  }
  void set(Addr begin, std::uint32_t size, MemoryKind kind);

 private:
  static constexpr unsigned kPageBits = 12;
  static constexpr std::size_t kPageSize = std::size_t{1} << kPageBits;
  using Page = std::array<MemoryKind, kPageSize>;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace sramscope::profiler
