// Settings such as "flash.wait=2" are applied to the board's JSON text, so that they mean exactly
// what the same key in a board file means and are checked by the same reader.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

#include "memory/board_keys.h"
#include "memory/suggest.h"
#include "sramscope/board.h"

namespace sramscope {
namespace {

using Json = nlohmann::json;

struct Setting {
  std::string object;
  std::string field;
  Json value;
};

/// Short forms on the command line.
struct ShortName {
  std::string_view name;
  std::string_view key;
};
constexpr std::array<ShortName, 5> kShortNames = {{{"wait", "wait_states"},
                                                   {"line", "line_bytes"},
                                                   {"clock", "clock_mhz"},
                                                   {"kind", "core"},
                                                   {"on", "enable"}}};

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

Error error_in(const std::string& setting, const std::string& reason) {
  return Error{fmt::format("--set {}: {}", setting, reason)};
}

Result<Setting> parse_setting(const std::string& text) {
  const auto equals = text.find('=');
  const auto dot = text.find('.');
  if (equals == text.npos || dot == text.npos || dot > equals || dot == 0 || dot + 1 == equals ||
      equals + 1 == text.size())
    return error_in(text, "expected OBJECT.FIELD=VALUE, such as flash.wait=2");
  Setting setting;
  setting.object = text.substr(0, dot);
  setting.field = text.substr(dot + 1, equals - dot - 1);
  const std::string value = text.substr(equals + 1);
  setting.value = Json::parse(value, nullptr, /*allow_exceptions=*/false);
  if (setting.value.is_discarded()) setting.value = value;
  return setting;
}

/// Replaces a short form, except where the key itself is one of `keys`.
std::optional<std::string> key_of(std::string_view field, std::span<const std::string_view> keys) {
  if (std::find(keys.begin(), keys.end(), field) != keys.end()) return std::string(field);
  for (const ShortName& known : kShortNames) {
    const bool fits = std::find(keys.begin(), keys.end(), known.key) != keys.end();
    if (known.name == field && fits) return std::string(known.key);
  }
  return std::nullopt;
}

/// The objects that a name stands for, and the keys they know. A kind ("flash") stands for all
/// regions of it when no region has that name.
struct Target {
  std::vector<Json*> objects;
  std::span<const std::string_view> keys;
};

Target find_target(Json& board, const std::string& name) {
  if (same_letters(name, "core") || same_letters(name, "board"))
    return {{&board}, memory::kBoardKeys};
  Target target;
  const auto collect = [&](const char* list, const char* key) {
    if (!board.contains(list)) return;
    for (Json& item : board[list]) {
      if (same_letters(item[key].get<std::string>(), name)) target.objects.push_back(&item);
    }
  };
  target.keys = memory::kCacheKeys;
  collect("caches", "name");
  if (!target.objects.empty()) return target;
  target.keys = memory::kRegionKeys;
  collect("regions", "name");
  if (target.objects.empty()) collect("regions", "kind");
  return target;
}

std::vector<std::string> names_of(const Board& board) {
  std::vector<std::string> names{"core"};
  for (const Region& region : board.regions) names.push_back(region.name);
  for (const Cache& cache : board.caches) names.push_back(cache.name);
  return names;
}

std::optional<Error> apply(Json& json, const Board& board, const std::string& text) {
  auto setting = parse_setting(text);
  if (!setting) return setting.error();
  const Target target = find_target(json, setting->object);
  if (target.objects.empty()) {
    const std::vector<std::string> names = names_of(board);
    const std::vector<std::string_view> views(names.begin(), names.end());
    return error_in(
        text, fmt::format("{} has no \"{}\"{}; it has {}", board.name, setting->object,
                          memory::did_you_mean(setting->object, views), fmt::join(names, ", ")));
  }
  const auto key = key_of(setting->field, target.keys);
  if (!key) {
    return error_in(text,
                    fmt::format("\"{}\" has no field \"{}\"{}; known are {}", setting->object,
                                setting->field, memory::did_you_mean(setting->field, target.keys),
                                fmt::join(target.keys, ", ")));
  }
  for (Json* object : target.objects) (*object)[*key] = setting->value;
  return std::nullopt;
}

}  // namespace

Result<Board> with_settings(const Board& board, const std::vector<std::string>& settings) {
  if (settings.empty()) return board;
  Json json = Json::parse(board_to_json(board));
  for (const std::string& setting : settings) {
    if (auto error = apply(json, board, setting)) return *error;
  }
  auto changed = parse_board(json.dump(), fmt::format("--set {}", fmt::join(settings, " ")));
  if (changed) changed->derived = board.derived;
  return changed;
}

Result<Board> load_board(const std::string& name_or_path,
                         const std::vector<std::string>& settings) {
  const auto board = load_board(name_or_path);
  if (!board) return board.error();
  return with_settings(*board, settings);
}

}  // namespace sramscope
