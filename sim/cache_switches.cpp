#include "sim/cache_switches.h"

#include <algorithm>

#include "sim/core.h"

namespace sramscope::sim {

CacheSwitches::CacheSwitches(const Board& board, memory::MemoryTiming& timing) : timing_(timing) {
  for (const Cache& cache : board.caches) add(cache.enable);
  for (const Region& region : board.regions) {
    if (region.prefetch) add(*region.prefetch);
  }
}

void CacheSwitches::add(const Switch& by) {
  if (by.by != Switch::By::peripheral_bit) return;
  const Addr base = by.address & ~memory::kPageMask;
  const auto page = std::find_if(pages_.begin(), pages_.end(),
                           [&](const PageOfRegisters& p) { return p.base() == base; });
  (page == pages_.end() ? pages_.emplace_back(base, timing_) : *page).add(by);
}

void CacheSwitches::map(memory::Bus& bus) {
  for (PageOfRegisters& page : pages_) bus.map_device(page.base(), memory::kPageSize, page);
}

void CacheSwitches::PageOfRegisters::add(const Switch& by) {
  words_[by.address - base_] |= std::uint32_t{by.on_at_reset} << by.bit;
}

std::uint32_t& CacheSwitches::PageOfRegisters::word_at(std::uint32_t offset, unsigned size,
                                                       bool writes) {
  const auto found = words_.find(offset & ~3u);
  if (found != words_.end()) return found->second;
  GuestFault fault;
  fault.kind = writes ? GuestFault::Kind::write : GuestFault::Kind::read;
  fault.address = base_ + offset;
  fault.size = size;
  throw fault;
}

std::uint32_t CacheSwitches::PageOfRegisters::read(std::uint32_t offset, unsigned size) {
  const std::uint32_t word = word_at(offset, size, false) >> (8 * (offset & 3));
  return size == 4 ? word : word & ((1u << (8 * size)) - 1);
}

void CacheSwitches::PageOfRegisters::write(std::uint32_t offset, unsigned size,
                                           std::uint32_t value) {
  std::uint32_t& word = word_at(offset, size, true);
  const unsigned shift = 8 * (offset & 3);
  const std::uint32_t mask = size == 4 ? 0xffffffff : ((1u << (8 * size)) - 1) << shift;
  word = (word & ~mask) | (value << shift & mask);
  timing_.set_register(base_ + (offset & ~3u), word);
}

}  // namespace sramscope::sim
