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

/// Wait states that a memory needs up to a clock, both of its bus.
struct WaitStep {
  std::uint64_t up_to_hz = 0;
  std::uint32_t wait_states = 0;
};

/// What switches a cache or a prefetch buffer on.
struct Switch {
  enum class By : std::uint8_t {
    always,         ///< there is no switch
    core_icache,    ///< CCR.IC of a Cortex-M7
    core_dcache,    ///< CCR.DC
    peripheral_bit  ///< a bit of a register of the part
  };
  By by = By::always;
  Addr address = 0;
  unsigned bit = 0;
  /// State after reset.
  bool on_at_reset = false;
};

/// One memory of the board as the core sees it. An access that no cache answers takes
/// `latency + bus_divider * (arrays * wait_states + beats * beat_cycles)` core cycles, where arrays
/// is the number of accesses of the memory array (`line_bytes` each) and beats the number of
/// transfers on the bus (`beat_bytes` each).
struct Region {
  std::string name;
  RegionKind kind = RegionKind::sram;
  Addr base = 0;
  /// Bytes.
  std::uint32_t size = 0;
  /// Further base addresses at which the same bytes appear.
  std::vector<Addr> aliases;
  /// Cycles of its bus that an access of the memory array takes beyond the first.
  std::uint32_t wait_states = 0;
  /// What the part's manual asks for, by clock of the bus, ascending; empty where nothing is known.
  std::vector<WaitStep> wait_table;
  /// Bytes delivered by one access of the memory array (flash line); a sequential fetch pays the
  /// wait states once per line. 4 for plain SRAM.
  std::uint32_t line_bytes = 4;
  /// Core clocks per clock of the bus.
  std::uint32_t bus_divider = 1;
  /// Bytes per transfer on the bus and bus cycles each takes.
  std::uint32_t beat_bytes = 4;
  std::uint32_t beat_cycles = 1;
  /// Core cycles of the way there and back (bridges, or the command of a serial flash).
  std::uint32_t latency = 0;
  /// Reads the next line while the current one is executed.
  std::optional<Switch> prefetch;
  bool readable = true;
  bool writable = true;
  bool executable = true;
};

/// A cache, or the line cache of a flash accelerator, in front of some regions. LRU.
struct Cache {
  enum class Serves : std::uint8_t { code, data, both };
  std::string name;
  /// Instruction fetches, data accesses, or both.
  Serves serves = Serves::both;
  /// Bytes; a multiple of `line_bytes * ways`.
  std::uint32_t size = 0;
  /// 0: fully associative.
  std::uint32_t ways = 0;
  std::uint32_t line_bytes = 32;
  /// Stores that hit only mark the line; otherwise they go on to memory.
  bool write_back = false;
  /// Stores that miss fetch the line.
  bool write_allocate = false;
  /// Reads go on as soon as the wanted word is there.
  bool critical_word_first = false;
  Switch enable;
  /// Names of the regions it serves.
  std::vector<std::string> regions;
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
  /// At most `kMostCaches`; their order is that of `Counters::caches`.
  std::vector<Cache> caches;
  /// Stores that the core or its bus may have on the way at once before it has to wait.
  std::uint32_t store_buffer = 1;
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
/// The same with settings applied: "flash.wait=2", "core.clock_mhz=80", "icache.size=16K"; the part
/// before the dot is "core" or the name of a region or cache. Where the clock is set, wait states
/// follow the part's table unless they are set too. Errors name the setting and the nearest names.
Result<Board> load_board(const std::string& name_or_path, const std::vector<std::string>& settings);
/// `board` with settings applied, for one that was not loaded.
Result<Board> with_settings(const Board& board, const std::vector<std::string>& settings);
/// The board as the JSON text that `parse_board` reads.
std::string board_to_json(const Board& board);
/// `board` with every cache and prefetch buffer on from the start, whatever the firmware does.
Board with_caches_on(Board board);
/// Core cycles of an access of `bytes` bytes to `region` that no cache answers.
std::uint32_t access_cycles(const Region& region, std::uint32_t bytes);
/// Parses the JSON text of one board; `where` names the source in messages.
Result<Board> parse_board(std::string_view json, const std::string& where);
/// A map for an image that came without a board: flash and SRAM sized to its segments and stack,
/// core from the build attributes as far as the image tells, zero wait states.
Board derive_board(const Image& image);
/// Checks that every segment of `image` lies in memory of `board`; the error says by how many bytes
/// it does not.
Result<bool> check_fits(const Image& image, const Board& board);

}  // namespace sramscope
