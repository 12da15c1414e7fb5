#include "memory/bus.h"

#include <sys/mman.h>

#include <algorithm>
#include <bitset>
#include <cstring>
#include <new>
#include <utility>

#include "memory/memory_system.h"

namespace sramscope::memory {

struct Bus::CodePage {
  std::uint32_t page = 0;
  std::bitset<kPageSize / 2> halfwords;
};

namespace {

/// Untouched parts of the table and of big memories cost nothing: the host maps zero pages on first
/// use.
void* allocate_zeroed(std::size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return memory;
}

bool within(const Region& region, Addr base, Addr address) {
  return address >= base && address - base < region.size;
}

}  // namespace

Bus::Bus(const Board& board)
    : board_(board), pages_(static_cast<Page*>(allocate_zeroed(kPageCount * sizeof(Page)))) {
  for (const Region& region : board_.regions) {
    if (region.kind == RegionKind::device) continue;
    const std::size_t rounded = (std::size_t{region.size} + kPageMask) & ~std::size_t{kPageMask};
    auto* bytes = static_cast<std::uint8_t*>(std::calloc(rounded, 1));
    if (bytes == nullptr) throw std::bad_alloc();
    storages_.push_back({region, {bytes, &std::free}});
    map_storage(storages_.size() - 1, region.base);
    for (const Addr alias : region.aliases) map_storage(storages_.size() - 1, alias);
  }
  set_timing(std::make_unique<MemorySystem>(board_));
}

void Bus::set_timing(std::unique_ptr<MemoryTiming> timing) {
  timing_ = std::move(timing);
  flag_timed_pages();
}

void Bus::note_code_timing_changed() {
  ++timing_changes_;
  flag_timed_pages();
  note_narrowed();
}

void Bus::set_ordered_data() {
  ordered_data_ = true;
  flag_timed_pages();
}

void Bus::flag_timed_pages() {
  const auto flag = [&](const Region& region, Addr base) {
    const std::uint64_t end = std::uint64_t{base} + region.size;
    for (std::uint64_t at = base & ~kPageMask; at < end; at += kPageSize) {
      Page& page = pages_[at >> kPageBits];
      const auto address = static_cast<Addr>(std::max<std::uint64_t>(at, base));
      const bool waits = timing_ != nullptr && !timing_->data_is_free(address);
      const bool is_ordered = ordered_data_ && region.writable;
      page.timed = static_cast<std::uint16_t>((waits ? kTimedLoad | kTimedStore : 0) |
                                              (is_ordered ? kOrdered : 0));
    }
  };
  for (const Storage& storage : storages_) {
    flag(storage.region, storage.region.base);
    for (const Addr alias : storage.region.aliases) flag(storage.region, alias);
  }
}

Bus::~Bus() { munmap(pages_, kPageCount * sizeof(Page)); }

std::uint8_t* Bus::fast_write_pointer(const Storage& storage, std::uint32_t offset) const {
  return storage.region.writable ? storage.bytes.get() + offset : nullptr;
}

void Bus::map_storage(std::size_t index, Addr base) {
  const Storage& storage = storages_[index];
  const Region& region = storage.region;
  const std::uint64_t end = std::uint64_t{base} + region.size;
  for (std::uint64_t at = base & ~kPageMask; at < end; at += kPageSize) {
    Page& page = pages_[at >> kPageBits];
    page.storage = static_cast<std::uint16_t>(index + 1);
    page.flash_mask = region.kind == RegionKind::flash ? 0xffff : 0;
    // A page that the region does not fill is always resolved by the slow path, byte-exact.
    const bool whole = at >= base && at + kPageSize <= end;
    if (!whole) continue;
    const auto offset = static_cast<std::uint32_t>(at - base);
    page.read = region.readable ? storage.bytes.get() + offset : nullptr;
    page.write = fast_write_pointer(storage, offset);
  }
}

void Bus::map_device(Addr base, std::uint32_t size, Device& device) {
  devices_.push_back({base, size, &device});
  for (std::uint64_t at = base; at < std::uint64_t{base} + size; at += kPageSize) {
    pages_[at >> kPageBits].device = static_cast<std::uint16_t>(devices_.size());
  }
}

Device* Bus::device_at(Addr address, std::uint32_t& offset) const {
  const std::uint16_t index = pages_[address >> kPageBits].device;
  if (index == 0) return nullptr;
  const DeviceRange& range = devices_[index - 1u];
  offset = address - range.base;
  return range.device;
}

std::uint8_t* Bus::host(Addr address, std::uint32_t size) const {
  for (const Storage& storage : storages_) {
    const Region& region = storage.region;
    const auto hit = [&](Addr base) {
      return within(region, base, address) && size <= region.size - (address - base);
    };
    if (hit(region.base)) return storage.bytes.get() + (address - region.base);
    for (const Addr alias : region.aliases) {
      if (hit(alias)) return storage.bytes.get() + (address - alias);
    }
  }
  return nullptr;
}

const Region* Bus::region_of(Addr address) const { return board_.region_at(address); }

bool Bus::poke(Addr address, std::span<const std::uint8_t> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const Addr at = address + static_cast<Addr>(done);
    const auto in_page = std::min<std::size_t>(kPageSize - (at & kPageMask), bytes.size() - done);
    std::uint8_t* to = host(at, static_cast<std::uint32_t>(in_page));
    const std::size_t count = to ? in_page : 1;
    if (to == nullptr) to = host(at, 1);
    if (to == nullptr) return false;
    std::memcpy(to, bytes.data() + done, count);
    done += count;
  }
  return true;
}

bool Bus::peek(Addr address, std::span<std::uint8_t> bytes) const {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t* from = host(address + static_cast<Addr>(i), 1);
    if (from == nullptr) return false;
    bytes[i] = *from;
  }
  return true;
}

Nearest Bus::nearest(Addr address) const {
  Nearest best;
  const auto consider = [&](const Region& region, Addr base) {
    const std::uint64_t end = std::uint64_t{base} + region.size;
    const bool after = address >= end;
    const std::uint64_t distance = after ? address - end : std::uint64_t{base} - address;
    if (best.region == nullptr || distance < best.distance) best = {&region, distance, after};
  };
  for (const Region& region : board_.regions) {
    if (region.kind == RegionKind::device) continue;
    consider(region, region.base);
    for (const Addr alias : region.aliases) consider(region, alias);
  }
  return best;
}

std::optional<std::uint16_t> Bus::fetch(Addr address) const {
  const Page& page = pages_[address >> kPageBits];
  if (page.storage == 0) return std::nullopt;
  if (!storages_[page.storage - 1u].region.executable) return std::nullopt;
  const std::uint8_t* bytes = host(address, 2);
  if (bytes == nullptr) return std::nullopt;
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

Addr Bus::canonical(Addr address) const {
  const Region* region = region_of(address);
  if (region == nullptr) return address;
  for (const Addr alias : region->aliases) {
    if (within(*region, alias, address)) return region->base + (address - alias);
  }
  return address;
}

std::vector<std::uint32_t> Bus::views_of(Addr address) const {
  std::vector<std::uint32_t> views{address >> kPageBits};
  const Region* region = region_of(address);
  if (region == nullptr) return views;
  const Addr offset = canonical(address) - region->base;
  views.front() = (region->base + offset) >> kPageBits;
  for (const Addr alias : region->aliases) views.push_back((alias + offset) >> kPageBits);
  return views;
}

Bus::CodePage* Bus::code_page_of(Addr address) const {
  const std::uint32_t index = canonical(address) >> kPageBits;
  for (const auto& page : code_pages_) {
    if (page->page == index) return page.get();
  }
  return nullptr;
}

void Bus::protect_code(Addr begin, Addr end) {
  for (Addr at = begin; at < end; at += 2) {
    const Region* region = region_of(at);
    if (region == nullptr || !region->writable) continue;
    CodePage* code = code_page_of(at);
    if (code == nullptr) {
      code_pages_.push_back(std::make_unique<CodePage>());
      code = code_pages_.back().get();
      code->page = canonical(at) >> kPageBits;
      for (const std::uint32_t view : views_of(at)) pages_[view].write = nullptr;
      note_narrowed();
    }
    code->halfwords.set((canonical(at) & kPageMask) / 2);
  }
}

bool Bus::has_code(Addr address) const { return code_page_of(address) != nullptr; }

bool Bus::hits_code(Addr address, unsigned size) const {
  for (Addr at = address & ~1u; at < address + size; at += 2) {
    const CodePage* code = code_page_of(at);
    if (code != nullptr && code->halfwords.test((canonical(at) & kPageMask) / 2)) return true;
  }
  return false;
}

void Bus::unprotect_code() {
  for (const auto& code : code_pages_) {
    const Addr base = code->page << kPageBits;
    for (const std::uint32_t view : views_of(base)) {
      Page& page = pages_[view];
      if (page.read != nullptr) page.write = host(base, kPageSize);
    }
  }
  code_pages_.clear();
}

}  // namespace sramscope::memory
