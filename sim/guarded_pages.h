#pragma once

#include <cstdint>
#include <vector>

#include "memory/bus.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// The page table that the core's fast path uses while the MPU is on: empty at first, so that every access takes the slow path,
/// which checks it and then admits its page, if the MPU treats all of it alike.
class GuardedPages {
 public:
  GuardedPages() = default;
  ~GuardedPages();
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  /// The table, made when first asked for.
  memory::Page* pages();
  void admit(std::uint32_t index, const memory::Page& page, bool readable, bool writable);
  /// Everything takes the slow path again.
  void clear();

 private:
  memory::Page* pages_ = nullptr;
  std::vector<std::uint32_t> admitted_;
};

}  // namespace sramscope::sim
