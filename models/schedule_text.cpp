// Schedules as people write them: "layer", "patch:4x4@5b,rows,fetch+patch:2x1@12".
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/schedule.h"

namespace sramscope {
namespace {

constexpr std::string_view kGrammar =
    "expected \"layer\" or \"patch:ROWSxCOLUMNS@K\": the first K layers (\"5b\": 5 blocks) in "
    "patches; "
    "then \",rows\" (of 1xCOLUMNS) to cache halo rows, \",border=N\" for wider first and last "
    "columns, "
    "\",fetch\" to fetch the input by patches; \"+patch:...\" for another stage";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1) return std::nullopt;
  return value;
}

/// Position after the first `count` blocks of the order.
std::optional<std::uint32_t> end_of_blocks(const Network& network, const Schedule& schedule,
                                           int count) {
  int seen = 0;
  std::string_view block;
  for (std::uint32_t position = 0; position < schedule.order.size(); ++position) {
    const Layer& layer = network.layer(schedule.order[position]);
    if (position > 0 && layer.block == block) continue;
    block = layer.block;
    if (seen++ == count) return position;
  }
  return seen == count ? std::optional(static_cast<std::uint32_t>(schedule.order.size()))
                       : std::nullopt;
}

std::optional<std::uint32_t> parse_end(const Network& network, const Schedule& schedule,
                                       std::string_view text) {
  const bool blocks = text.ends_with('b');
  if (blocks) text.remove_suffix(1);
  const auto count = number(text);
  if (!count) return std::nullopt;
  if (blocks) return end_of_blocks(network, schedule, *count);
  if (static_cast<std::size_t>(*count) > schedule.order.size()) return std::nullopt;
  return static_cast<std::uint32_t>(*count);
}

/// Adds what one "patch:..." says; false when it cannot be read.
bool parse_stage(const Network& network, Schedule& schedule, std::string_view text) {
  constexpr std::string_view kPrefix = "patch:";
  if (!text.starts_with(kPrefix)) return false;
  const auto words = split(text.substr(kPrefix.size()), ',');
  const auto halves = split(words[0], '@');
  if (halves.size() != 2) return false;
  const auto sides = split(halves[0], 'x');
  // "@8-20": layers 8 (counted from 0) up to, not including, 20.
  const auto range = split(halves[1], '-');
  if (sides.size() != 2 || range.size() > 2) return false;
  const auto rows = number(sides[0]);
  const auto columns = number(sides[1]);
  const auto end = parse_end(network, schedule, range.back());
  std::uint32_t first = schedule.stages.empty() ? 0 : schedule.stages.back().last + 1;
  if (range.size() == 2) {
    const auto begin = parse_end(network, schedule, range.front());
    if (!begin) return false;
    first = *begin;
  }
  if (!rows || !columns || !end || *end <= first) return false;
  Stage stage{first, *end - 1, *rows, *columns, HaloCaching::none};
  for (std::size_t i = 1; i < words.size(); ++i) {
    constexpr std::string_view kBorder = "border=";
    const auto border =
        words[i].starts_with(kBorder) ? number(words[i].substr(kBorder.size())) : std::nullopt;
    if (border)
      stage.border = *border;
    else if (words[i] == "rows")
      stage.caching = HaloCaching::rows;
    else if (words[i] == "fetch" && schedule.stages.empty())
      schedule.fetch_input = true;
    else
      return false;
  }
  schedule.stages.push_back(stage);
  return true;
}

/// "5b" where the stage's borders are borders of blocks, else the number of layers.
std::string end_name(const Network& network, const Schedule& schedule, std::uint32_t end) {
  for (int blocks = 1; blocks <= static_cast<int>(network.layers.size()); ++blocks) {
    const auto position = end_of_blocks(network, schedule, blocks);
    if (!position || *position > end) break;
    if (*position == end) return fmt::format("{}b", blocks);
  }
  return std::to_string(end);
}

}  // namespace

Result<Schedule> parse_schedule(const Network& network, std::string_view text) {
  Schedule schedule = layer_by_layer(network);
  if (text == "layer") return schedule;
  for (const auto part : split(text, '+')) {
    if (!parse_stage(network, schedule, part))
      return Error{fmt::format("schedule '{}': cannot read '{}'; {}", text, part, kGrammar)};
  }
  if (const auto checked = check_schedule(network, schedule); !checked)
    return Error{fmt::format("schedule '{}': {}", text, checked.error().message)};
  return schedule;
}

std::string schedule_name(const Network& network, const Schedule& schedule) {
  if (schedule.stages.empty()) return "layer";
  std::string name;
  std::uint32_t next = 0;
  for (const Stage& stage : schedule.stages) {
    name += fmt::format("{}patch:{}x{}@", name.empty() ? "" : "+", stage.rows, stage.columns);
    if (stage.first != next) name += end_name(network, schedule, stage.first) + "-";
    name += end_name(network, schedule, stage.last + 1);
    if (stage.border > 0) name += fmt::format(",border={}", stage.border);
    if (stage.caching == HaloCaching::rows) name += ",rows";
    if (schedule.fetch_input && &stage == &schedule.stages.front()) name += ",fetch";
    next = stage.last + 1;
  }
  return name;
}

}  // namespace sramscope
