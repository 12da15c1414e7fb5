#include "sim/heap_info.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace sramscope::sim {
namespace {

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size() const { return end > begin ? end - begin : 0; }
};

/// RAM regions of the board, neighbours merged, from the lowest address.
std::vector<Range> ram_ranges(const Board& board) {
  std::vector<Range> ranges;
  for (const Region& region : board.regions) {
    const bool is_ram = region.kind == RegionKind::sram || region.kind == RegionKind::tcm;
    if (!is_ram || !region.readable || !region.writable) continue;
    if (ranges.empty() || ranges.back().end != region.base)
      ranges.push_back({region.base, region.base});
    ranges.back().end += region.size;
  }
  return ranges;
}

/// The range that holds `address`, else nullptr.
const Range* range_at(const std::vector<Range>& ranges, Addr address) {
  const auto found = std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) {
    return address >= range.begin && address < range.end;
  });
  return found == ranges.end() ? nullptr : &*found;
}

/// The RAM of the image's largest data segment (of code in RAM, when there is no data), else of its
/// initial stack, else the largest.
Range ram_of(const std::vector<Range>& ranges, const Image& image) {
  const Range* best = nullptr;
  std::pair<bool, std::uint32_t> best_rank;
  for (const Segment& segment : image.segments) {
    const Range* range = range_at(ranges, segment.virtual_address);
    const std::pair rank(!segment.executable, segment.memory_size);
    if (!range || !segment.writable || (best && rank <= best_rank)) continue;
    best = range;
    best_rank = rank;
  }
  if (!best && image.initial_sp >= 4) best = range_at(ranges, image.initial_sp - 4);
  if (best) return *best;
  const auto largest =
      std::max_element(ranges.begin(), ranges.end(),
                       [](const Range& a, const Range& b) { return a.size() < b.size(); });
  return largest == ranges.end() ? Range{} : *largest;
}

Range largest_gap(Range ram, const Image& image) {
  std::vector<Range> used;
  for (const Segment& segment : image.segments) {
    used.push_back(
        {segment.virtual_address, std::uint64_t{segment.virtual_address} + segment.memory_size});
    used.push_back({segment.address, std::uint64_t{segment.address} + segment.bytes.size()});
  }
  used.push_back({ram.end, ram.end});
  std::sort(used.begin(), used.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  Range best;
  std::uint64_t free_from = ram.begin;
  for (const Range& range : used) {
    const Range gap{free_from, std::min(range.begin, ram.end)};
    if (gap.size() > best.size()) best = gap;
    free_from = std::max(free_from, range.end);
  }
  return best;
}

}  // namespace

HeapInfo heap_info(const Board& board, const Image& image) {
  const Range ram = ram_of(ram_ranges(board), image);
  const Range gap = largest_gap(ram, image);
  // 8-byte alignment of both ends: the procedure call standard's for SP, malloc's for the heap.
  const Addr base = static_cast<Addr>((gap.begin + 7) & ~std::uint64_t{7});
  const Addr limit = static_cast<Addr>(gap.end & ~std::uint64_t{7});
  return {.heap_base = base, .heap_limit = limit, .stack_base = limit, .stack_limit = base};
}

}  // namespace sramscope::sim
