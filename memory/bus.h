#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "memory/device.h"
#include "memory/memory_timing.h"
#include "sramscope/board.h"
#include "sramscope/types.h"

namespace sramscope::memory {

inline constexpr unsigned kPageBits = 12;
inline constexpr std::uint32_t kPageSize = 1u << kPageBits;
inline constexpr std::uint32_t kPageMask = kPageSize - 1;
inline constexpr std::uint32_t kPageCount = 1u << (32 - kPageBits);

/// Why an access cannot be charged to its instruction alone.
enum TimedAccess : std::uint16_t {
  kTimedLoad = 1,   ///< the memory may make loads wait
  kTimedStore = 2,  ///< and stores
  kOrdered = 4,     ///< the core compares loads with the stores before them
};

/// What the core's fast path knows about 4 KiB of address space. A null pointer sends the access to
/// the slow path.
struct Page {
  /// Host bytes of the page for reading, or null.
  std::uint8_t* read = nullptr;
  /// Host bytes for writing, or null (read-only, holds decoded code, device, or not armed yet).
  std::uint8_t* write = nullptr;
  /// Stamps of the page's bytes: `kPageSize` write ticks, then `kPageSize` read ticks; null when
  /// not measured.
  Tick* stamps = nullptr;
  /// `TimedAccess` flags: which accesses take time of their own.
  std::uint16_t timed = 0;
  /// All ones when the page is flash, so that `size & flash_mask` counts flash bytes.
  std::uint16_t flash_mask = 0;
  /// 1 + index of the Storage behind this page; 0: unmapped or device.
  std::uint16_t storage = 0;
  /// 1 + index of the device; 0: none.
  std::uint16_t device = 0;
};

/// The bytes of one region and what may be done with them.
struct Storage {
  Region region;
  /// Zero-filled, `region.size` bytes rounded up to whole pages.
  std::unique_ptr<std::uint8_t, decltype(&std::free)> bytes{nullptr, &std::free};
};

/// Where an address that is not memory lies relative to the board's regions.
struct Nearest {
  const Region* region = nullptr;
  /// Bytes between the address and the region: past its end when `after`, before its base
  /// otherwise.
  std::uint64_t distance = 0;
  bool after = false;
};

/// The address space: a table of pages over the board's regions and the devices.
class Bus {
 public:
  explicit Bus(const Board& board);
  ~Bus();
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  Page* pages() { return pages_; }
  const Board& board() const { return board_; }

  /// How the memories respond in time; null: at once.
  MemoryTiming* timing() const { return timing_.get(); }
  void set_timing(std::unique_ptr<MemoryTiming> timing);
  /// The answers of `MemoryTiming::fetch_is_free` or `data_is_free` have changed.
  void note_code_timing_changed();
  /// Counts those calls.
  std::uint32_t timing_changes() const { return timing_changes_; }
  /// Flags every page of memory (not of flash) in addition.
  void set_ordered_data();

  /// Maps `device` at [base, base + size); whole pages.
  void map_device(Addr base, std::uint32_t size, Device& device);

  /// Copies bytes in, whatever the access rights (loader, debugger). False when a byte has no
  /// memory behind it.
  bool poke(Addr address, std::span<const std::uint8_t> bytes);
  bool peek(Addr address, std::span<std::uint8_t> bytes) const;

  /// Host pointer of a byte of memory, or null. `size` bytes from it must lie in the same region.
  std::uint8_t* host(Addr address, std::uint32_t size) const;
  /// The region that holds `address`, or null.
  const Region* region_of(Addr address) const;
  Device* device_at(Addr address, std::uint32_t& offset) const;
  Nearest nearest(Addr address) const;

  /// Every page index under which the page of `address` appears, its region's base first.
  std::vector<std::uint32_t> views_of(Addr address) const;

  /// Halfword at `address` for fetching; nullopt when it is not executable memory.
  std::optional<std::uint16_t> fetch(Addr address) const;

  /// Notes that [begin, end) has been decoded: writes to its pages take the slow path from now on.
  void protect_code(Addr begin, Addr end);
  /// True when a write to [address, address + size) hits a decoded byte.
  bool hits_code(Addr address, unsigned size) const;
  /// Counts how often pages lost their fast path; those who keep copies of pages look at it.
  std::uint32_t narrowed() const { return narrowed_; }
  void note_narrowed() { ++narrowed_; }

  /// Forgets all decoded ranges and gives the pages their fast path back.
  void unprotect_code();
  /// True when writes of this page must be checked against decoded code.
  bool has_code(Addr address) const;

 private:
  struct CodePage;
  struct DeviceRange {
    Addr base;
    std::uint32_t size;
    Device* device;
  };
  void map_storage(std::size_t index, Addr base);
  void flag_timed_pages();
  std::uint8_t* fast_write_pointer(const Storage& storage, std::uint32_t offset) const;
  /// The same byte under its region's base address, whatever alias was used.
  Addr canonical(Addr address) const;
  CodePage* code_page_of(Addr address) const;

  Board board_;
  std::unique_ptr<MemoryTiming> timing_;
  std::uint32_t timing_changes_ = 0;
  bool ordered_data_ = false;
  std::uint32_t narrowed_ = 0;
  Page* pages_;
  std::vector<Storage> storages_;
  std::vector<DeviceRange> devices_;
  /// Decoded halfwords of writable memory, by canonical page.
  std::vector<std::unique_ptr<CodePage>> code_pages_;
};

}  // namespace sramscope::memory
