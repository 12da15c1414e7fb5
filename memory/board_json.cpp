// The only reader of board JSON. A board file is one object:
//   name, description, core, clock_mhz, interrupts, priority_bits, mpu_regions, regions: [{name, kind, base, size, aliases, wait_states,
//   line_bytes, access}]
// Keys that start with "_" or "$" are comments.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "memory/suggest.h"
#include "sramscope/board.h"

namespace sramscope {
namespace {

// Not ordered_json: it copies nested values while it grows, by recursion as deep as the text.
using Json = nlohmann::json;

/// Regions start on pages of the simulated bus (memory/bus.h).
constexpr Addr kPageBytes = 4096;
constexpr std::uint64_t kAddressSpace = std::uint64_t{1} << 32;
constexpr std::array<RegionKind, 4> kKinds = {RegionKind::flash, RegionKind::sram, RegionKind::tcm,
                                              RegionKind::device};

/// A value of the file and where it stands, such as "regions[2].base".
struct Place {
  const Json& value;
  std::string path;

  Error error(std::string_view reason) const {
    return Error{path.empty() ? std::string(reason) : fmt::format("{}: {}", path, reason)};
  }
  /// "expected ..., got <the value, shortened>". Lists and objects are not shown: they may be deep.
  Error expected(std::string_view what) const {
    if (value.is_structured()) {
      return error(
          fmt::format("expected {}, got {}", what, value.is_array() ? "a list" : "an object"));
    }
    std::string got = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    constexpr std::size_t kShown = 40;
    if (got.size() > kShown) got = got.substr(0, kShown) + "...";
    return error(fmt::format("expected {}, got {}", what, got));
  }
  std::optional<Place> find(const char* key) const {
    const auto found = value.find(key);
    if (found == value.end()) return std::nullopt;
    return Place{*found, path.empty() ? key : fmt::format("{}.{}", path, key)};
  }
  Place at(std::size_t index) const { return {value[index], fmt::format("{}[{}]", path, index)}; }
};

/// Refuses what is no object, keys that nobody reads, and missing ones (the first `required` of
/// `keys`).
std::optional<Error> check_keys(const Place& place, std::span<const std::string_view> keys,
                                std::size_t required) {
  if (!place.value.is_object()) return place.expected("an object");
  for (const auto& [key, unused] : place.value.items()) {
    if (key.starts_with("_") || key.starts_with("$")) continue;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return place.error(fmt::format("unknown key \"{}\"{}", key, memory::did_you_mean(key, keys)));
  }
  for (std::string_view key : keys.first(required)) {
    if (!place.value.contains(key)) return place.error(fmt::format("key \"{}\" is missing", key));
  }
  return std::nullopt;
}

Result<std::string> read_name(const Place& place) {
  if (!place.value.is_string() || place.value.get_ref<const std::string&>().empty()) {
    return place.expected("a string that is not empty");
  }
  return place.value.get<std::string>();
}

/// Hexadecimal digits behind "0x" as a number.
std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Decimal digits and a unit, as in "64K" (1024) or "2M" (1024 * 1024).
std::optional<std::uint64_t> parse_with_unit(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 10);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || value > kAddressSpace) return std::nullopt;
  if (unit == "K") return value << 10;
  if (unit == "M") return value << 20;
  return std::nullopt;
}

Result<Addr> read_address(const Place& place) {
  constexpr std::string_view kWanted = "a number or hex string like \"0x20000000\"";
  std::optional<std::uint64_t> value;
  if (place.value.is_number_unsigned()) value = place.value.get<std::uint64_t>();
  if (place.value.is_string()) value = parse_hex(place.value.get_ref<const std::string&>());
  if (!value) return place.expected(kWanted);
  if (*value >= kAddressSpace) return place.expected("an address below 4 GiB");
  if (*value % kPageBytes != 0) return place.expected("a multiple of 4096 (0x1000)");
  return static_cast<Addr>(*value);
}

Result<std::uint32_t> read_size(const Place& place) {
  constexpr std::string_view kWanted =
      "a number of bytes or a string like \"64K\", \"1M\" or \"0x10000\"";
  std::optional<std::uint64_t> value;
  if (place.value.is_number_unsigned()) value = place.value.get<std::uint64_t>();
  if (place.value.is_string()) {
    const auto& text = place.value.get_ref<const std::string&>();
    value = parse_hex(text);
    if (!value) value = parse_with_unit(text);
  }
  if (!value) return place.expected(kWanted);
  constexpr std::uint64_t kLargest = std::uint64_t{512} << 20;
  if (*value == 0 || *value > kLargest) return place.expected("a size from 1 byte to 512 MiB");
  return static_cast<std::uint32_t>(*value);
}

Result<std::uint32_t> read_number(const Place& place, std::uint32_t least, std::uint32_t most) {
  const bool ok = place.value.is_number_unsigned() && place.value.get<std::uint64_t>() >= least &&
                  place.value.get<std::uint64_t>() <= most;
  if (!ok) return place.expected(fmt::format("a whole number from {} to {}", least, most));
  return place.value.get<std::uint32_t>();
}

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

std::optional<Error> read_timing(const Place& place, Region& region) {
  if (const auto item = place.find("wait_states")) {
    if (auto error = store(read_number(*item, 0, 1000), region.wait_states)) return error;
  }
  if (const auto item = place.find("line_bytes")) {
    if (auto error = store(read_number(*item, 1, 1024), region.line_bytes)) return error;
    if (!std::has_single_bit(region.line_bytes)) return item->expected("a power of two");
  }
  return std::nullopt;
}

Result<Region> read_region(const Place& place) {
  static constexpr std::array<std::string_view, 8> kKeys = {
      "name", "kind", "base", "size", "aliases", "wait_states", "line_bytes", "access"};
  if (auto error = check_keys(place, kKeys, 4)) return *error;
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
  if (auto error = read_timing(place, region)) return *error;
  return region;
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
    auto region = read_region(place.at(i));
    if (!region) return region.error();
    board.regions.push_back(*std::move(region));
  }
  std::sort(board.regions.begin(), board.regions.end(),
            [](const Region& a, const Region& b) { return a.base < b.base; });
  return check_map(place, board);
}

std::optional<Error> read_clock(const Place& place, Board& board) {
  constexpr double kMostMhz = 10000;
  const double mhz = place.value.is_number() ? place.value.get<double>() : 0;
  if (!(mhz >= 0.001 && mhz <= kMostMhz)) return place.expected("a number of MHz above 0");
  board.clock_hz = static_cast<std::uint64_t>(std::llround(mhz * 1e6));
  return std::nullopt;
}

std::optional<Error> read_core(const Place& place, Board& board) {
  const auto name = read_name(place);
  if (!name) return name.error();
  const auto core = core_from_name(*name);
  if (!core) return place.error(core.error().message);
  board.core = *core;
  return std::nullopt;
}

/// The interrupt controller: ARMv6-M has at most 32 lines and always 2 priority bits, ARMv7-M 240 and 3 to 8.
std::optional<Error> read_interrupts(const Place& place, Board& board) {
  const bool is_small = board.core == CoreKind::cortex_m0 || board.core == CoreKind::cortex_m0plus;
  if (is_small || board.core == CoreKind::cortex_m23) board.priority_bits = 2;
  if (const auto item = place.find("interrupts")) {
    if (auto error = store(read_number(*item, 1, is_small ? 32 : 240), board.interrupts)) return error;
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
  static constexpr std::array<std::string_view, 8> kKeys = {
      "name", "core", "clock_mhz", "regions", "description", "interrupts", "priority_bits",
      "mpu_regions"};
  const Place place{json, ""};
  if (auto error = check_keys(place, kKeys, 4)) return *error;
  Board board;
  if (auto error = store(read_name(*place.find("name")), board.name)) return *error;
  if (const auto item = place.find("description")) {
    if (auto error = store(read_name(*item), board.description)) return *error;
  }
  if (auto error = read_core(*place.find("core"), board)) return *error;
  if (auto error = read_clock(*place.find("clock_mhz"), board)) return *error;
  if (auto error = read_interrupts(place, board)) return *error;
  if (auto error = read_regions(*place.find("regions"), board)) return *error;
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
