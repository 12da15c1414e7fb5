#include "profiler/kind_map.h"

#include <algorithm>

namespace sramscope::profiler {

void KindMap::set(Addr begin, std::uint32_t size, MemoryKind kind) {
  for (std::uint64_t at = begin, end = std::uint64_t{begin} + size; at < end;) {
    const std::uint64_t stop = std::min(end, (at | (kPageSize - 1)) + 1);
    std::unique_ptr<Page>& page = pages_[at >> kPageBits];
    if (page == nullptr) {
      page = std::make_unique<Page>();
      page->fill(MemoryKind::other);
    }
    const auto first = page->begin() + static_cast<std::ptrdiff_t>(at & (kPageSize - 1));
    std::fill(first, first + static_cast<std::ptrdiff_t>(stop - at), kind);
    at = stop;
  }
}

}  // namespace sramscope::profiler
