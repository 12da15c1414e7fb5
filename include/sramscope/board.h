#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

enum class RegionKind : std::uint8_t { flash, sram, tcm, device };

/// One memory of the board as the core sees it.
struct Region {
  std::string name;
  RegionKind kind = RegionKind::sram;
  Addr base = 0;
  /// Bytes.
  std::uint32_t size = 0;
  /// Further base addresses at which the same bytes appear.
  std::vector<Addr> aliases;
  /// Extra core cycles per access beyond the first.
  std::uint32_t wait_states = 0;
  /// Bytes delivered by one access of the memory array (flash line); a sequential fetch pays the
  /// wait states once per line. 4 for plain SRAM.
  std::uint32_t line_bytes = 4;
  bool readable = true;
  bool writable = true;
  bool executable = true;
};

/// A core with its memory map.
struct Board {
  std::string name;
  std::string description;
  CoreKind core = CoreKind::cortex_m4;
  /// Core clock in Hz.
  std::uint64_t clock_hz = 0;
  /// External interrupt lines of the NVIC, and implemented bits of their priorities (2 to 8).
  unsigned interrupts = 32;
  unsigned priority_bits = 4;
  /// Regions of the memory protection unit, 0 to 16; none: what the core usually has (8, none on
  /// the M0, M0+ and M23).
  std::optional<unsigned> mpu_regions;
  /// Sorted by base; neither regions nor aliases overlap.
  std::vector<Region> regions;
  /// True when the map was made up from the ELF file.
  bool derived = false;

  /// The region (by base or alias) that holds `address`, else nullptr.
  const Region* region_at(Addr address) const;
  /// Bytes of all regions of kind sram and tcm.
  std::uint64_t ram_bytes() const;
};

/// "cortex-m4" and the like.
std::string_view core_name(CoreKind core);
/// The reverse; an error lists the known names.
Result<CoreKind> core_from_name(std::string_view name);
std::string_view region_kind_name(RegionKind kind);

/// Every compiled-in board, sorted by name.
const std::vector<Board>& builtin_boards();
/// A compiled-in board by name, or a JSON file by path (anything containing '/' or ending in
/// ".json"). Errors: unknown name (with the nearest known one), unreadable file, or place and
/// reason inside the JSON.
Result<Board> load_board(const std::string& name_or_path);
/// Parses the JSON text of one board; `where` names the source in messages.
Result<Board> parse_board(std::string_view json, const std::string& where);
/// A map for an image that came without a board: flash and SRAM sized to its segments and stack,
/// core from the build attributes as far as the image tells, zero wait states.
Board derive_board(const Image& image);
/// Checks that every segment of `image` lies in memory of `board`; the error says by how many bytes
/// it does not.
Result<bool> check_fits(const Image& image, const Board& board);

}  // namespace sramscope
