// The only reader of board JSON. A board file is one object:
//   name, description, core, clock_mhz, interrupts, priority_bits, mpu_regions, store_buffer,
//   regions: [{name, kind, base, size, aliases, access, wait_states or wait_table, line_bytes,
//     bus_divider, beat_bytes, beat_cycles, latency, prefetch}]
//   caches: [{name, regions, size, line_bytes, ways, serves, write_back, write_allocate,
//     critical_word_first, enable}]
// Keys that start with "_" or "$" are comments.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "memory/board_keys.h"
#include "memory/board_timing.h"
#include "memory/json_place.h"
#include "memory/suggest.h"
#include "sramscope/board.h"
#include "sramscope/observer.h"

namespace sramscope {
namespace {

// Not ordered_json: it copies nested values while it grows, by recursion as deep as the text.
using Json = nlohmann::json;
using Place = memory::JsonPlace<Json>;
using memory::check_keys;
using memory::kAddressSpace;
using memory::read_address;
using memory::read_name;
using memory::read_number;
using memory::read_size;

constexpr std::array<RegionKind, 4> kKinds = {RegionKind::flash, RegionKind::sram, RegionKind::tcm,
                                              RegionKind::device};

Result<RegionKind> read_kind(const Place& place) {
  for (RegionKind kind : kKinds) {
    if (place.value == region_kind_name(kind)) return kind;
  }
  return place.expected("one of \"flash\", \"sram\", \"tcm\", \"device\"");
}

/// Sets the access rights from letters out of "rwx".
std::optional<Error> read_access(const Place& place, Region& region) {
  constexpr std::string_view kWanted = "letters out of \"rwx\", each at most once";
  if (!place.value.is_string()) return place.expected(kWanted);
  const auto& text = place.value.get_ref<const std::string&>();
  const auto count = [&](char c) { return std::count(text.begin(), text.end(), c); };
  const auto known = count('r') + count('w') + count('x');
  if (text.empty() || known != std::ssize(text) || count('r') > 1 || count('w') > 1 ||
      count('x') > 1) {
    return place.expected(kWanted);
  }
  region.readable = count('r') == 1;
  region.writable = count('w') == 1;
  region.executable = count('x') == 1;
  return std::nullopt;
}

/// What a region of this kind allows unless "access" says otherwise.
void set_default_access(Region& region) {
  region.writable = region.kind != RegionKind::flash;
  region.executable = region.kind != RegionKind::device;
}

/// Stores the value of `result` in `target`, or gives back its error.
template <class T>
std::optional<Error> store(Result<T> result, T& target) {
  if (!result) return result.error();
  target = *std::move(result);
  return std::nullopt;
}

std::optional<Error> check_end(const Place& place, Addr base, const Region& region) {
  if (std::uint64_t{base} + region.size <= kAddressSpace) return std::nullopt;
  return place.error(fmt::format(
      "0x{:x} bytes from 0x{:08x} wrap around the end of the address space", region.size, base));
}

std::optional<Error> read_aliases(const Place& place, Region& region) {
  if (!place.value.is_array()) return place.expected("a list of addresses");
  for (std::size_t i = 0; i < place.value.size(); ++i) {
    const Place item = place.at(i);
    const auto alias = read_address(item);
    if (!alias) return alias.error();
    if (auto error = check_end(item, *alias, region)) return error;
    region.aliases.push_back(*alias);
  }
  return std::nullopt;
}

Result<bool> read_flag(const Place& place) {
  if (!place.value.is_boolean()) return place.expected("true or false");
  return place.value.get<bool>();
}

/// Reads the number under `key`, if it is there, into `target`.
std::optional<Error> read_optional(const Place& place, const char* key, std::uint32_t least,
                                   std::uint32_t most, std::uint32_t& target) {
  const auto item = place.find(key);
  return item ? store(read_number(*item, least, most), target) : std::nullopt;
}
std::optional<Error> read_optional(const Place& place, const char* key, bool& target) {
  const auto item = place.find(key);
  return item ? store(read_flag(*item), target) : std::nullopt;
}
/// The same for a number that must be a power of two.
std::optional<Error> read_power(const Place& place, const char* key, std::uint32_t& target) {
  if (auto error = read_optional(place, key, 1, 1024, target)) return error;
  const auto item = place.find(key);
  if (item && !std::has_single_bit(target)) return item->expected("a power of two");
  return std::nullopt;
}

/// The word address of a register.
Result<Addr> read_register(const Place& place) {
  const bool is_text = place.value.is_string();
  const auto value =
      is_text ? memory::parse_hex(place.value.get_ref<const std::string&>()) : std::nullopt;
  if (!value || *value >= kAddressSpace || *value % 4 != 0)
    return place.expected("the address of a word, such as \"0x40023c00\"");
  return static_cast<Addr>(*value);
}

Result<Switch> read_switch(const Place& place) {
  Switch result;
  if (place.value == "always") return result;
  result.by = Switch::By::core_icache;
  if (place.value == "ccr.ic") return result;
  result.by = Switch::By::core_dcache;
  if (place.value == "ccr.dc") return result;
  if (!place.value.is_object())
    return place.expected("\"always\", \"ccr.ic\", \"ccr.dc\" or {register, bit, on_at_reset}");
  static constexpr std::array<std::string_view, 3> kKeys = {"register", "bit", "on_at_reset"};
  if (auto error = check_keys<Json>(place, kKeys, 2)) return *error;
  result.by = Switch::By::peripheral_bit;
  if (auto error = store(read_register(*place.find("register")), result.address)) return *error;
  if (auto error = read_optional(place, "bit", 0, 31, result.bit)) return *error;
  if (auto error = read_optional(place, "on_at_reset", result.on_at_reset)) return *error;
  return result;
}

Result<std::uint64_t> read_hertz(const Place& place) {
  constexpr double kMostMhz = 10000;
  const double mhz = place.value.is_number() ? place.value.get<double>() : 0;
  if (!(mhz >= 0.001 && mhz <= kMostMhz)) return place.expected("a number of MHz above 0");
  return static_cast<std::uint64_t>(std::llround(mhz * 1e6));
}

/// [[up to MHz, wait states], ...]
std::optional<Error> read_wait_table(const Place& place, Region& region) {
  constexpr std::string_view kWanted = "a list of [MHz, wait states], both ascending";
  if (!place.value.is_array() || place.value.empty()) return place.expected(kWanted);
  for (std::size_t i = 0; i < place.value.size(); ++i) {
    const Place row = place.at(i);
    if (!row.value.is_array() || row.value.size() != 2) return row.expected("[MHz, wait states]");
    WaitStep step;
    if (auto error = store(read_hertz(row.at(0)), step.up_to_hz)) return error;
    if (auto error = store(read_number(row.at(1), 0, 1000), step.wait_states)) return error;
    const bool ascends = i == 0 || (step.up_to_hz > region.wait_table.back().up_to_hz &&
                                    step.wait_states > region.wait_table.back().wait_states);
    if (!ascends) return place.error("expected " + std::string(kWanted));
    region.wait_table.push_back(step);
  }
  return std::nullopt;
}

std::optional<Error> read_timing(const Place& place, const Board& board, Region& region) {
  if (auto error = read_power(place, "line_bytes", region.line_bytes)) return error;
  region.beat_bytes = region.line_bytes;
  if (auto error = read_power(place, "beat_bytes", region.beat_bytes)) return error;
  if (auto error = read_optional(place, "beat_cycles", 1, 1000, region.beat_cycles)) return error;
  if (auto error = read_optional(place, "bus_divider", 1, 64, region.bus_divider)) return error;
  if (auto error = read_optional(place, "latency", 0, 10000, region.latency)) return error;
  if (const auto item = place.find("wait_table")) {
    if (auto error = read_wait_table(*item, region)) return error;
    region.wait_states = memory::wait_states_at(region, board.clock_hz);
  }
  if (auto error = read_optional(place, "wait_states", 0, 1000, region.wait_states)) return error;
  if (const auto item = place.find("prefetch")) {
    region.prefetch.emplace();
    if (auto error = store(read_switch(*item), *region.prefetch)) return error;
  }
  return std::nullopt;
}

Result<Region> read_region(const Place& place, const Board& board) {
  if (auto error = check_keys<Json>(place, memory::kRegionKeys, 4)) return *error;
  Region region;
  if (auto error = store(read_name(*place.find("name")), region.name)) return *error;
  if (auto error = store(read_kind(*place.find("kind")), region.kind)) return *error;
  if (auto error = store(read_address(*place.find("base")), region.base)) return *error;
  if (auto error = store(read_size(*place.find("size")), region.size)) return *error;
  if (auto error = check_end(place, region.base, region)) return *error;
  set_default_access(region);
  if (const auto item = place.find("access")) {
    if (auto error = read_access(*item, region)) return *error;
  }
  if (const auto item = place.find("aliases")) {
    if (auto error = read_aliases(*item, region)) return *error;
  }
  if (auto error = read_timing(place, board, region)) return *error;
  return region;
}

Result<Cache::Serves> read_serves(const Place& place) {
  if (place.value == "code") return Cache::Serves::code;
  if (place.value == "data") return Cache::Serves::data;
  if (place.value == "both") return Cache::Serves::both;
  return place.expected("\"code\", \"data\" or \"both\"");
}

std::optional<Error> read_served_regions(const Place& place, const Board& board, Cache& cache) {
  if (!place.value.is_array() || place.value.empty())
    return place.expected("a list of names of regions");
  std::vector<std::string_view> known;
  for (const Region& region : board.regions) known.push_back(region.name);
  for (std::size_t i = 0; i < place.value.size(); ++i) {
    const Place item = place.at(i);
    std::string name;
    if (auto error = store(read_name(item), name)) return error;
    if (std::find(known.begin(), known.end(), name) == known.end())
      return item.error(fmt::format("no region \"{}\"{}", name, memory::did_you_mean(name, known)));
    cache.regions.push_back(std::move(name));
  }
  return std::nullopt;
}

/// Lines must fill the sets, and lines and sets are found by bits of the address.
std::optional<Error> check_shape(const Place& place, const Cache& cache) {
  const std::uint32_t lines = cache.size / cache.line_bytes;
  if (cache.size % cache.line_bytes != 0 || lines == 0)
    return place.error(
        fmt::format("{} bytes are no whole number of {}-byte lines", cache.size, cache.line_bytes));
  const std::uint32_t ways = cache.ways == 0 ? lines : cache.ways;
  constexpr std::uint32_t kMostWays = 65536;
  if (ways > kMostWays) return place.error(fmt::format("{} ways; at most {}", ways, kMostWays));
  if (lines % ways != 0 || !std::has_single_bit(lines / ways))
    return place.error(
        fmt::format("{} lines in {} ways make no power of two of sets", lines, ways));
  return std::nullopt;
}

Result<Cache> read_cache(const Place& place, const Board& board) {
  if (auto error = check_keys<Json>(place, memory::kCacheKeys, 3)) return *error;
  Cache cache;
  if (auto error = store(read_name(*place.find("name")), cache.name)) return *error;
  if (auto error = read_served_regions(*place.find("regions"), board, cache)) return *error;
  if (auto error = store(read_size(*place.find("size")), cache.size)) return *error;
  if (auto error = read_power(place, "line_bytes", cache.line_bytes)) return *error;
  if (auto error = read_optional(place, "ways", 0, 65536, cache.ways)) return *error;
  if (auto error = read_optional(place, "write_back", cache.write_back)) return *error;
  if (auto error = read_optional(place, "write_allocate", cache.write_allocate)) return *error;
  if (auto error = read_optional(place, "critical_word_first", cache.critical_word_first))
    return *error;
  if (const auto item = place.find("serves")) {
    if (auto error = store(read_serves(*item), cache.serves)) return *error;
  }
  if (const auto item = place.find("enable")) {
    if (auto error = store(read_switch(*item), cache.enable)) return *error;
  }
  if (auto error = check_shape(place, cache)) return *error;
  return cache;
}

std::optional<Error> read_caches(const Place& place, Board& board) {
  if (!place.value.is_array()) return place.expected("a list of caches");
  if (place.value.size() > kMostCaches)
    return place.error(fmt::format("more than {} caches", kMostCaches));
  for (std::size_t i = 0; i < place.value.size(); ++i) {
    auto cache = read_cache(place.at(i), board);
    if (!cache) return cache.error();
    board.caches.push_back(*std::move(cache));
  }
  return std::nullopt;
}

/// Regions and aliases must not share an address, and a board needs RAM.
std::optional<Error> check_map(const Place& place, const Board& board) {
  struct View {
    Addr base;
    std::uint64_t end;
    const Region* region;
  };
  std::vector<View> views;
  for (const Region& region : board.regions) {
    views.push_back({region.base, std::uint64_t{region.base} + region.size, &region});
    for (Addr alias : region.aliases)
      views.push_back({alias, std::uint64_t{alias} + region.size, &region});
  }
  std::sort(views.begin(), views.end(),
            [](const View& a, const View& b) { return a.base < b.base; });
  for (std::size_t i = 1; i < views.size(); ++i) {
    if (views[i].base >= views[i - 1].end) continue;
    return place.error(fmt::format("{} at 0x{:08x} overlaps {}, which ends at 0x{:08x}",
                                   views[i].region->name, views[i].base, views[i - 1].region->name,
                                   views[i - 1].end));
  }
  const bool has_ram = std::any_of(
      board.regions.begin(), board.regions.end(),
      [](const Region& region) { return region.writable && region.kind != RegionKind::device; });
  if (!has_ram)
    return place.error("no RAM: at least one region of kind \"sram\" or \"tcm\" is needed");
  return std::nullopt;
}

std::optional<Error> read_regions(const Place& place, Board& board) {
  if (!place.value.is_array() || place.value.empty()) return place.expected("a list of regions");
  constexpr std::size_t kMostRegions = 256;
  if (place.value.size() > kMostRegions)
    return place.error(fmt::format("more than {} regions", kMostRegions));
  for (std::size_t i = 0; i < place.value.size(); ++i) {
    auto region = read_region(place.at(i), board);
    if (!region) return region.error();
    board.regions.push_back(*std::move(region));
  }
  std::sort(board.regions.begin(), board.regions.end(),
            [](const Region& a, const Region& b) { return a.base < b.base; });
  return check_map(place, board);
}

std::optional<Error> read_core(const Place& place, Board& board) {
  const auto name = read_name(place);
  if (!name) return name.error();
  const auto core = core_from_name(*name);
  if (!core) return place.error(core.error().message);
  board.core = *core;
  return std::nullopt;
}

/// The interrupt controller: ARMv6-M has at most 32 lines and always 2 priority bits, ARMv7-M 240
/// and 3 to 8.
std::optional<Error> read_interrupts(const Place& place, Board& board) {
  const bool is_small = board.core == CoreKind::cortex_m0 || board.core == CoreKind::cortex_m0plus;
  if (is_small || board.core == CoreKind::cortex_m23) board.priority_bits = 2;
  if (const auto item = place.find("interrupts")) {
    if (auto error = store(read_number(*item, 1, is_small ? 32 : 240), board.interrupts))
      return error;
  }
  if (const auto item = place.find("priority_bits")) {
    if (auto error = store(read_number(*item, 2, 8), board.priority_bits)) return error;
  }
  if (const auto item = place.find("mpu_regions")) {
    const auto regions = read_number(*item, 0, 16);
    if (!regions) return regions.error();
    board.mpu_regions = *regions;
  }
  return std::nullopt;
}

Result<Board> read_board(const Json& json) {
  const Place place{json, ""};
  if (auto error = check_keys<Json>(place, memory::kBoardKeys, 4)) return *error;
  Board board;
  if (auto error = store(read_name(*place.find("name")), board.name)) return *error;
  if (const auto item = place.find("description")) {
    if (auto error = store(read_name(*item), board.description)) return *error;
  }
  if (auto error = read_core(*place.find("core"), board)) return *error;
  if (auto error = store(read_hertz(*place.find("clock_mhz")), board.clock_hz)) return *error;
  if (auto error = read_interrupts(place, board)) return *error;
  if (auto error = read_optional(place, "store_buffer", 1, 64, board.store_buffer)) return *error;
  if (auto error = read_regions(*place.find("regions"), board)) return *error;
  if (const auto item = place.find("caches")) {
    if (auto error = read_caches(*item, board)) return *error;
  }
  return board;
}

/// "line 3, column 14" of the byte at `offset`.
std::string line_and_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("line {}, column {}", 1 + std::count(before.begin(), before.end(), '\n'),
                     before.size() - line_start + 1);
}

}  // namespace

Result<Board> parse_board(std::string_view json, const std::string& where) {
  try {
    auto board = read_board(Json::parse(json));
    if (!board) return Error{fmt::format("{}: {}", where, board.error().message)};
    return board;
  } catch (const Json::parse_error& error) {
    const std::size_t offset = error.byte > 0 ? error.byte - 1 : 0;
    return Error{fmt::format("{}: not valid JSON at {}", where, line_and_column(json, offset))};
  } catch (const Json::exception&) {  // a number that no double can hold
    return Error{fmt::format("{}: not valid JSON: a number is out of range", where)};
  }
}

}  // namespace sramscope
