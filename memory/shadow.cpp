#include "memory/shadow.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

namespace sramscope::memory {

namespace {

constexpr std::size_t kFinishedCapacity = 1u << 14;
/// Ranges of ticks up to this are sorted by a bitmap.
constexpr Tick kBitmapSpan = 1u << 26;

std::vector<Tick> sorted_by_bitmap(const std::vector<Tick>& ticks, Tick first, Tick last) {
  std::vector<std::uint64_t> bits((last - first) / 64 + 1);
  for (const Tick tick : ticks)
    bits[(tick - first) / 64] |= std::uint64_t{1} << ((tick - first) % 64);
  std::vector<Tick> result;
  for (std::size_t word = 0; word < bits.size(); ++word) {
    for (std::uint64_t left = bits[word]; left != 0; left &= left - 1) {
      result.push_back(first + static_cast<Tick>(word * 64) +
                       static_cast<Tick>(std::countr_zero(left)));
    }
  }
  return result;
}

std::vector<Tick> sorted_distinct(std::vector<Tick> ticks) {
  if (ticks.empty()) return ticks;
  const auto [first, last] = std::minmax_element(ticks.begin(), ticks.end());
  if (*last - *first < kBitmapSpan) return sorted_by_bitmap(ticks, *first, *last);
  std::sort(ticks.begin(), ticks.end());
  ticks.erase(std::unique(ticks.begin(), ticks.end()), ticks.end());
  return ticks;
}

}  // namespace

Shadow::Shadow(Bus& bus)
    : bus_(bus),
      index_(static_cast<std::uint32_t*>(std::calloc(kPageCount, sizeof(std::uint32_t))),
             &std::free) {
  if (index_ == nullptr) throw std::bad_alloc();
  finished_.reserve(kFinishedCapacity + kPageSize);
  for (const Region& region : bus.board().regions) {
    if (region.kind != RegionKind::sram && region.kind != RegionKind::tcm) continue;
    for (std::uint64_t at = region.base; at < std::uint64_t{region.base} + region.size;
         at += kPageSize) {
      for (const std::uint32_t view : bus.views_of(static_cast<Addr>(at))) {
        bus.pages()[view].read = nullptr;
        bus.pages()[view].write = nullptr;
      }
    }
  }
}

Shadow::~Shadow() = default;

Shadow::StampPage* Shadow::page_of(Addr address) {
  const std::uint32_t index = index_[address >> kPageBits];
  return index == 0 ? nullptr : pages_[index - 1].get();
}

Shadow::StampPage& Shadow::allocate(Addr address) {
  auto page = std::make_unique<StampPage>();
  page->stamps = std::make_unique<Tick[]>(2 * kPageSize);
  page->views = bus_.views_of(address);
  page->base = page->views.front() << kPageBits;
  pages_.push_back(std::move(page));
  StampPage& added = *pages_.back();
  for (const std::uint32_t view : added.views) {
    index_[view] = static_cast<std::uint32_t>(pages_.size());
  }
  return added;
}

void Shadow::set_pointers(StampPage& page) {
  std::uint8_t* bytes = bus_.host(page.base, kPageSize);
  if (bytes == nullptr) return;  // a page that the region does not fill stays on the slow path
  const Region* region = bus_.region_of(page.base);
  const bool writable = region->writable && !bus_.has_code(page.base);
  for (const std::uint32_t view : page.views) {
    Page& entry = bus_.pages()[view];
    entry.stamps = page.stamps.get();
    entry.read = region->readable ? bytes : nullptr;
    entry.write = writable ? bytes : nullptr;
  }
}

bool Shadow::arm(Addr address) {
  StampPage* page = page_of(address);
  if (page == nullptr) {
    const Region* region = bus_.region_of(address);
    if (region == nullptr) return false;
    if (region->kind != RegionKind::sram && region->kind != RegionKind::tcm) return false;
    page = &allocate(address);
  }
  if (page->armed) return false;
  page->armed = true;
  set_pointers(*page);
  return true;
}

void Shadow::disarm_all(Tick now) {
  bus_.note_narrowed();
  for (const auto& page : pages_) {
    if (!page->armed) continue;
    page->armed = false;
    page->inactive_since = now;
    for (const std::uint32_t view : page->views) {
      bus_.pages()[view].read = nullptr;
      bus_.pages()[view].write = nullptr;
      bus_.pages()[view].stamps = nullptr;
    }
  }
}

void Shadow::mark_loaded(Addr address, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    arm(address + i);
    StampPage* page = page_of(address + i);
    if (page != nullptr) page->stamps[(address + i) & kPageMask] = kLoadedStamp;
  }
}

void Shadow::note_read(Addr address, std::uint32_t count, Tick now) {
  for (std::uint32_t i = 0; i < count; ++i) {
    arm(address + i);
    StampPage* page = page_of(address + i);
    if (page == nullptr) continue;
    stamp_read<1>(page->stamps.get(), (address + i) & kPageMask, now);
  }
}

void Shadow::note_write(Addr address, std::uint32_t count, Tick now) {
  for (std::uint32_t i = 0; i < count; ++i) {
    arm(address + i);
    StampPage* page = page_of(address + i);
    if (page == nullptr) continue;
    stamp_write<1>(*this, page->stamps.get(), (address + i) & kPageMask, now, address + i);
  }
}

void Shadow::close(const Tick* written, std::uint32_t count, Addr address) {
  const Tick* read = written + kPageSize;
  for (std::uint32_t i = 0; i < count;) {
    std::uint32_t end = i + 1;
    while (end < count && written[end] == written[i] && read[end] == read[i]) ++end;
    if (read[i] > written[i]) {
      finished_.push_back({written[i], read[i], address + i, end - i});
    }
    i = end;
  }
  if (finished_.size() >= kFinishedCapacity) flush();
}

void Shadow::flush() {
  if (sink_ && !finished_.empty()) sink_(finished_);
  finished_.clear();
}

std::vector<Tick> Shadow::renumber() {
  flush();
  const std::vector<Tick> old = live_stamps(kFirstTick);
  for (const auto& page : pages_) {
    for (std::uint32_t i = 0; i < 2 * kPageSize; ++i) {
      Tick& stamp = page->stamps[i];
      if (stamp < kFirstTick) continue;
      const auto rank = std::lower_bound(old.begin(), old.end(), stamp) - old.begin();
      stamp = kFirstTick + static_cast<Tick>(rank);
    }
    // Not known any more when the page was last used: assume just now.
    page->inactive_since = kFirstTick + static_cast<Tick>(old.size());
  }
  return old;
}

std::uint64_t Shadow::bytes_touched_since(Tick since) const {
  std::uint64_t touched = 0;
  for (const auto& page : pages_) {
    if (!page->armed && page->inactive_since < since) continue;
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < kPageSize; ++i) {
      count += static_cast<std::uint32_t>((written[i] >= since) | (read[i] >= since));
    }
    touched += count;
  }
  return touched;
}

std::vector<Lifetime> Shadow::open_lifetimes() const {
  std::vector<Lifetime> open;
  for (const auto& page : pages_) {
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    for (std::uint32_t i = 0; i < kPageSize; ++i) {
      if (read[i] <= written[i] || written[i] == kNeverStamp) continue;
      const Addr address = page->base + i;
      const bool joins = !open.empty() && open.back().born == written[i] &&
                         open.back().last_read == read[i] &&
                         open.back().address + open.back().bytes == address;
      if (joins) {
        ++open.back().bytes;
      } else {
        open.push_back({written[i], read[i], address, 1});
      }
    }
  }
  return open;
}

std::vector<Lifetime> Shadow::open_values() const {
  std::vector<Lifetime> open;
  for (const auto& page : pages_) {
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    for (std::uint32_t i = 0; i < kPageSize; ++i) {
      if (written[i] == kNeverStamp) continue;
      const Tick last_read = read[i] > written[i] ? read[i] : kNeverStamp;
      const Addr address = page->base + i;
      const bool joins = !open.empty() && open.back().born == written[i] &&
                         open.back().last_read == last_read &&
                         open.back().address + open.back().bytes == address;
      if (joins) {
        ++open.back().bytes;
      } else {
        open.push_back({written[i], last_read, address, 1});
      }
    }
  }
  return open;
}

std::vector<const Shadow::StampPage*> Shadow::pages_in_order() const {
  std::vector<const StampPage*> pages;
  for (const auto& page : pages_) pages.push_back(page.get());
  std::sort(pages.begin(), pages.end(),
            [](const StampPage* a, const StampPage* b) { return a->base < b->base; });
  return pages;
}

std::vector<AccessedRange> Shadow::accessed_since(Tick since) const {
  std::vector<AccessedRange> ranges;
  since = std::max(since, kFirstTick);
  for (const StampPage* page : pages_in_order()) {
    if (!page->armed && page->inactive_since < since) continue;
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    for (std::uint32_t i = 0; i < kPageSize; ++i) {
      const bool is_written = written[i] >= since;
      const bool is_read = read[i] >= since;
      if (!is_written && !is_read) continue;
      const bool uninitialised = written[i] == kNeverStamp;
      const Addr address = page->base + i;
      AccessedRange* last = ranges.empty() ? nullptr : &ranges.back();
      if (last == nullptr || last->address + last->bytes != address ||
          last->written != is_written || last->read != is_read ||
          last->uninitialised != uninitialised) {
        last =
            &ranges.emplace_back(AccessedRange{address, 0, is_written, is_read, uninitialised,
                                               is_written ? written[i] : kNeverStamp, kNeverStamp});
      }
      ++last->bytes;
      if (is_written) last->first_write = std::min(last->first_write, written[i]);
      if (is_read) last->last_read = std::max(last->last_read, read[i]);
    }
  }
  return ranges;
}

LiveStamps Shadow::live_stamps_by_kind(Tick since) const {
  LiveStamps stamps;
  const auto add = [since](std::vector<Tick>& ticks, Tick tick) {
    if (tick < since || tick < kFirstTick) return;
    if (ticks.empty() || ticks.back() != tick) ticks.push_back(tick);
  };
  for (const auto& page : pages_) {
    if (!page->armed && page->inactive_since < since) continue;
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    for (std::uint32_t i = 0; i < kPageSize; ++i) {
      if (written[i] == kNeverStamp) continue;
      add(stamps.births, written[i]);
      if (read[i] > written[i]) add(stamps.last_reads, read[i]);
    }
  }
  stamps.births = sorted_distinct(std::move(stamps.births));
  stamps.last_reads = sorted_distinct(std::move(stamps.last_reads));
  return stamps;
}

std::vector<Tick> Shadow::live_stamps(Tick since) const {
  std::vector<Tick> ticks;
  const auto add = [&](Tick tick) {
    if (tick >= since && tick >= kFirstTick && (ticks.empty() || ticks.back() != tick)) {
      ticks.push_back(tick);
    }
  };
  for (const auto& page : pages_) {
    if (!page->armed && page->inactive_since < since) continue;
    const Tick* written = page->stamps.get();
    const Tick* read = written + kPageSize;
    for (std::uint32_t i = 0; i < kPageSize; ++i) add(written[i]);
    for (std::uint32_t i = 0; i < kPageSize; ++i) add(read[i]);
  }
  return sorted_distinct(std::move(ticks));
}

}  // namespace sramscope::memory
