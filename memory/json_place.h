#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "memory/suggest.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

// Readers of JSON values that know where they stand. Templates, so that this header needs no JSON
// library.
namespace sramscope::memory {

/// Regions start on pages of the simulated bus (memory/bus.h).
inline constexpr Addr kRegionAlignment = 4096;
inline constexpr std::uint64_t kAddressSpace = std::uint64_t{1} << 32;

/// A value of the file and where it stands, such as "regions[2].base".
template <class Json>
struct JsonPlace {
  const Json& value;
  std::string path;

  Error error(std::string_view reason) const {
    return Error{path.empty() ? std::string(reason) : path + ": " + std::string(reason)};
  }
  /// "expected ..., got <the value, shortened>". Lists and objects are not shown: they may be deep.
  Error expected(std::string_view what) const {
    if (value.is_structured()) {
      return error("expected " + std::string(what) + ", got " +
                   (value.is_array() ? "a list" : "an object"));
    }
    std::string got = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    constexpr std::size_t kShown = 40;
    if (got.size() > kShown) got = got.substr(0, kShown) + "...";
    return error("expected " + std::string(what) + ", got " + got);
  }
  std::optional<JsonPlace> find(const char* key) const {
    const auto found = value.find(key);
    if (found == value.end()) return std::nullopt;
    return JsonPlace{*found, path.empty() ? key : path + "." + key};
  }
  JsonPlace at(std::size_t index) const {
    return {value[index], path + "[" + std::to_string(index) + "]"};
  }
};

/// Refuses what is no object, keys that nobody reads, and missing ones (the first `required` of
/// `keys`).
template <class Json>
std::optional<Error> check_keys(const JsonPlace<Json>& place,
                                std::span<const std::string_view> keys, std::size_t required) {
  if (!place.value.is_object()) return place.expected("an object");
  for (const auto& [key, unused] : place.value.items()) {
    if (key.starts_with("_") || key.starts_with("$")) continue;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return place.error("unknown key \"" + key + "\"" + did_you_mean(key, keys));
  }
  for (std::string_view key : keys.first(required)) {
    if (!place.value.contains(key))
      return place.error("key \"" + std::string(key) + "\" is missing");
  }
  return std::nullopt;
}

template <class Json>
Result<std::string> read_name(const JsonPlace<Json>& place) {
  if (!place.value.is_string() || place.value.template get_ref<const std::string&>().empty()) {
    return place.expected("a string that is not empty");
  }
  return place.value.template get<std::string>();
}

/// Hexadecimal digits behind "0x" as a number.
inline std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Decimal digits and a unit, as in "64K" (1024) or "2M" (1024 * 1024).
inline std::optional<std::uint64_t> parse_with_unit(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 10);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || value > kAddressSpace) return std::nullopt;
  if (unit == "K") return value << 10;
  if (unit == "M") return value << 20;
  return std::nullopt;
}

template <class Json>
Result<Addr> read_address(const JsonPlace<Json>& place) {
  constexpr std::string_view kWanted = "a number or hex string like \"0x20000000\"";
  std::optional<std::uint64_t> value;
  if (place.value.is_number_unsigned()) value = place.value.template get<std::uint64_t>();
  if (place.value.is_string())
    value = parse_hex(place.value.template get_ref<const std::string&>());
  if (!value) return place.expected(kWanted);
  if (*value >= kAddressSpace) return place.expected("an address below 4 GiB");
  if (*value % kRegionAlignment != 0) return place.expected("a multiple of 4096 (0x1000)");
  return static_cast<Addr>(*value);
}

template <class Json>
Result<std::uint32_t> read_size(const JsonPlace<Json>& place) {
  constexpr std::string_view kWanted =
      "a number of bytes or a string like \"64K\", \"1M\" or \"0x10000\"";
  std::optional<std::uint64_t> value;
  if (place.value.is_number_unsigned()) value = place.value.template get<std::uint64_t>();
  if (place.value.is_string()) {
    const auto& text = place.value.template get_ref<const std::string&>();
    value = parse_hex(text);
    if (!value) value = parse_with_unit(text);
  }
  if (!value) return place.expected(kWanted);
  constexpr std::uint64_t kLargest = std::uint64_t{512} << 20;
  if (*value == 0 || *value > kLargest) return place.expected("a size from 1 byte to 512 MiB");
  return static_cast<std::uint32_t>(*value);
}

template <class Json>
Result<std::uint32_t> read_number(const JsonPlace<Json>& place, std::uint32_t least,
                                  std::uint32_t most) {
  const bool ok = place.value.is_number_unsigned() &&
                  place.value.template get<std::uint64_t>() >= least &&
                  place.value.template get<std::uint64_t>() <= most;
  if (!ok)
    return place.expected("a whole number from " + std::to_string(least) + " to " +
                          std::to_string(most));
  return place.value.template get<std::uint32_t>();
}

}  // namespace sramscope::memory
