// A memory map for an image that came without a board. Nothing here is known about the real part:
// sizes are rounded up, wait states are zero, and the board says that it is derived.
#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "sramscope/board.h"

namespace sramscope {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kAddressSpace = std::uint64_t{1} << 32;
/// Segments of one window share one region: memories of real parts lie further apart, or right
/// behind each other.
constexpr std::uint64_t kWindow = 16 * kMiB;
constexpr std::uint64_t kLeastFlash = kMiB;
constexpr std::uint64_t kLeastRam = 256 * kKiB;
/// Room for stack and heap where no vector table says how far they reach.
constexpr std::uint64_t kUnknownStackAndHeap = kMiB;
constexpr std::uint64_t kClockHz = 100'000'000;

/// A range that the image uses.
struct Need {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool writable = false;
};

/// Everything between 0x20000000 and 0x40000000 and between 0x60000000 and 0xa0000000 is RAM by the
/// architecture (Armv7-M ARM B3.1), also where a segment is read-only.
bool is_ram_address(std::uint64_t address) {
  return (address >= 0x20000000 && address < 0x40000000) ||
         (address >= 0x60000000 && address < 0xa0000000);
}

/// Code that is marked writable though it stays where it was loaded, because of a stray writable
/// section (picolibc's interrupt vectors, .init_array): flash, when the stack is in another memory.
bool is_flash_marked_writable(const Segment& segment, const Image& image) {
  return segment.executable && segment.address == segment.virtual_address &&
         segment.bytes.size() == segment.memory_size && image.initial_sp >= 4 &&
         (image.initial_sp - 4) / kWindow != segment.address / kWindow;
}

std::vector<Need> needs_of(const Image& image) {
  std::vector<Need> needs;
  bool has_ram = false;
  for (const Segment& segment : image.segments) {
    const std::uint64_t run = segment.virtual_address;
    const std::uint64_t load = segment.address;
    const bool writable =
        (segment.writable && !is_flash_marked_writable(segment, image)) || is_ram_address(run);
    const std::uint64_t room = writable && !image.vector_table ? kUnknownStackAndHeap : 0;
    needs.push_back({run, run + segment.memory_size + room, writable});
    if (load != run && !segment.bytes.empty()) {
      needs.push_back({load, load + segment.bytes.size(), is_ram_address(load)});
    }
    has_ram = has_ram || writable;
  }
  if (image.initial_sp >= 4) {
    needs.push_back({image.initial_sp - 4, image.initial_sp, true});
  } else if (!has_ram) {
    needs.push_back({0x20000000, 0x20000000 + kUnknownStackAndHeap, true});
  }
  for (Need& need : needs) need.end = std::min(need.end, kAddressSpace);
  std::sort(needs.begin(), needs.end(),
            [](const Need& a, const Need& b) { return a.begin < b.begin; });
  return needs;
}

/// Merges needs whose windows touch.
std::vector<Need> clusters_of(const std::vector<Need>& needs) {
  std::vector<Need> clusters;
  for (const Need& need : needs) {
    if (!clusters.empty() && need.begin / kWindow <= (clusters.back().end - 1) / kWindow) {
      clusters.back().end = std::max(clusters.back().end, need.end);
      clusters.back().writable = clusters.back().writable || need.writable;
    } else {
      clusters.push_back(need);
    }
  }
  return clusters;
}

Region region_of(const Need& need) {
  const std::uint64_t least = need.writable ? kLeastRam : kLeastFlash;
  const std::uint64_t window = need.begin / kWindow * kWindow;
  // Memories usually start where their window does; otherwise align down by the smallest size.
  const std::uint64_t base = need.begin - window < kMiB ? window : need.begin / least * least;
  const std::uint64_t windows_end = (need.end + kWindow - 1) / kWindow * kWindow;
  const std::uint64_t size =
      std::min(std::max(std::bit_ceil(need.end - base), least), windows_end - base);
  Region region;
  region.kind = need.writable ? RegionKind::sram : RegionKind::flash;
  region.base = static_cast<Addr>(base);
  region.size = static_cast<std::uint32_t>(size);
  region.writable = need.writable;
  return region;
}

/// "SRAM" when there is one of the kind, else "SRAM1", "SRAM2" ...
void name_regions(std::vector<Region>& regions, RegionKind kind, const std::string& name) {
  const auto of_kind = [&](const Region& region) { return region.kind == kind; };
  const auto count = std::count_if(regions.begin(), regions.end(), of_kind);
  int number = 0;
  for (Region& region : regions) {
    if (!of_kind(region)) continue;
    ++number;
    region.name = count == 1 ? name : name + std::to_string(number);
  }
}

}  // namespace

Board derive_board(const Image& image) {
  Board board;
  board.name = "derived";
  board.description = "made up from the segments of the ELF file: zero wait states, 100 MHz";
  board.core = image.core.value_or(CoreKind::cortex_m4);
  board.clock_hz = kClockHz;
  board.derived = true;
  for (const Need& cluster : clusters_of(needs_of(image)))
    board.regions.push_back(region_of(cluster));
  name_regions(board.regions, RegionKind::flash, "FLASH");
  name_regions(board.regions, RegionKind::sram, "SRAM");
  return board;
}

}  // namespace sramscope
