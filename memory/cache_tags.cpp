#include "memory/cache_tags.h"

#include <algorithm>
#include <bit>

namespace sramscope::memory {

namespace {
/// No line starts at an odd address.
constexpr Addr kEmpty = 1;
}  // namespace

CacheTags::CacheTags(const Cache& cache)
    : line_mask_(~(cache.line_bytes - 1)),
      line_bits_(static_cast<unsigned>(std::countr_zero(cache.line_bytes))),
      ways_(cache.ways == 0 ? cache.size / cache.line_bytes : cache.ways),
      tags_(cache.size / cache.line_bytes, kEmpty),
      ages_(tags_.size()),
      dirty_(tags_.size()) {
  set_mask_ = static_cast<std::uint32_t>(tags_.size()) / ways_ - 1;
}

std::uint32_t CacheTags::search(Addr line) {
  const std::uint32_t first = first_of_set(line);
  for (std::uint32_t place = first; place < first + ways_; ++place) {
    if (tags_[place] == line) return hint(line) = place;
  }
  return kAbsent;
}

CacheTags::Filled CacheTags::fill(Addr line) {
  const std::uint32_t first = first_of_set(line);
  std::uint32_t oldest = first;
  for (std::uint32_t place = first; place < first + ways_; ++place) {
    if (tags_[place] == kEmpty) {
      oldest = place;
      break;
    }
    // Ages are compared as distances from now, so that their counter may wrap.
    if (now_ - ages_[place] > now_ - ages_[oldest]) oldest = place;
  }
  const Filled filled{oldest, dirty_[oldest]};
  tags_[oldest] = line;
  dirty_[oldest] = false;
  touch(oldest);
  hint(line) = oldest;
  return filled;
}

void CacheTags::invalidate() {
  std::fill(tags_.begin(), tags_.end(), kEmpty);
  std::fill(ages_.begin(), ages_.end(), 0);
  std::fill(dirty_.begin(), dirty_.end(), false);
}

}  // namespace sramscope::memory
