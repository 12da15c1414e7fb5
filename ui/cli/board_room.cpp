#include "ui/cli/board_room.h"

#include <fmt/format.h>

#include <algorithm>

#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

/// Stack and alignment of generated firmware.
constexpr std::uint64_t kReserved = 2048 + 64;
constexpr std::uint64_t kPageBytes = 4096;

bool is_ram(const Region& region) {
  return region.kind == RegionKind::sram || region.kind == RegionKind::tcm;
}

/// The last region of the largest run of adjoining RAM, and the run's size.
struct Run {
  std::size_t last = 0;
  std::uint64_t bytes = 0;
};

Run largest_run(const Board& board) {
  Run best, current;
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < board.regions.size(); ++i) {
    const Region& region = board.regions[i];
    if (!is_ram(region)) continue;
    current.bytes = (end == region.base ? current.bytes : 0) + region.size;
    current.last = i;
    end = std::uint64_t{region.base} + region.size;
    if (current.bytes > best.bytes) best = current;
  }
  return best;
}

/// Makes a region longer, as far as the next one allows.
void extend(Board& board, std::size_t index, std::uint64_t bytes) {
  Region& region = board.regions[index];
  const std::uint64_t end = std::uint64_t{region.base} + region.size;
  std::uint64_t limit = std::uint64_t{1} << 32;
  for (const Region& other : board.regions) {
    if (other.base >= end) limit = std::min<std::uint64_t>(limit, other.base);
  }
  const std::uint64_t rounded = (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  region.size += static_cast<std::uint32_t>(std::min(rounded, limit - end));
  region.aliases.clear();
}

}  // namespace

std::uint64_t usable_ram(const Board& board) { return largest_run(board).bytes; }

std::uint64_t arena_room(const Board& board) {
  const std::uint64_t ram = usable_ram(board);
  return ram > kReserved ? ram - kReserved : 0;
}

std::string lacking_room(const Network& network, const MemoryPlan& plan, const Board& board) {
  if (plan.arena_bytes > arena_room(board)) {
    return fmt::format(
        "{} in schedule {} needs an arena of {} bytes, {} has room for {} ({} bytes over); try "
        "--schedule auto",
        network.name, schedule_name(network, plan.schedule), plan.arena_bytes, board.name,
        arena_room(board), plan.arena_bytes - arena_room(board));
  }
  std::int64_t constants = 0;
  for (const Layer& layer : network.layers) constants += weight_bytes(network, layer);
  for (const Region& region : board.regions) {
    if (region.kind != RegionKind::flash) continue;
    if (constants <= std::int64_t{region.size}) return "";
    return fmt::format(
        "{} has {} bytes of constants, the flash of {} holds {}; take a smaller network",
        network.name, constants, board.name, region.size);
  }
  return "";
}

Board extended(Board board, std::uint64_t bytes) {
  extend(board, largest_run(board).last, bytes);
  for (std::size_t i = 0; i < board.regions.size(); ++i) {
    if (board.regions[i].kind != RegionKind::flash) continue;
    extend(board, i, bytes);
    break;
  }
  return board;
}

}  // namespace sramscope::cli
