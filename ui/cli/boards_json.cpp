#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "ui/cli/boards.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

// Keeps the order in which the keys are written.
using Json = nlohmann::ordered_json;

/// "64K", "1M", or the bare number.
Json size_json(std::uint32_t bytes) {
  constexpr std::uint32_t kKilo = 1024;
  constexpr std::uint32_t kMega = kKilo * kKilo;
  if (bytes % kMega == 0) return std::to_string(bytes / kMega) + "M";
  if (bytes % kKilo == 0) return std::to_string(bytes / kKilo) + "K";
  return bytes;
}

/// Whole megahertz as an integer.
Json clock_json(std::uint64_t hz) {
  constexpr std::uint64_t kMega = 1'000'000;
  if (hz % kMega == 0) return hz / kMega;
  return static_cast<double>(hz) / static_cast<double>(kMega);
}

std::string access_letters(const Region& region) {
  std::string letters;
  if (region.readable) letters += 'r';
  if (region.writable) letters += 'w';
  if (region.executable) letters += 'x';
  return letters;
}

Json region_json(const Region& region) {
  Json json;
  json["name"] = region.name;
  json["kind"] = region_kind_name(region.kind);
  json["base"] = format_address(region.base);
  json["size"] = size_json(region.size);
  for (const Addr alias : region.aliases) json["aliases"].push_back(format_address(alias));
  json["wait_states"] = region.wait_states;
  json["line_bytes"] = region.line_bytes;
  json["access"] = access_letters(region);
  return json;
}

Json board_json(const Board& board) {
  Json json;
  json["name"] = board.name;
  json["description"] = board.description;
  json["core"] = core_name(board.core);
  json["clock_mhz"] = clock_json(board.clock_hz);
  for (const auto& region : board.regions) json["regions"].push_back(region_json(region));
  return json;
}

}  // namespace

std::string board_to_json(const Board& board) { return board_json(board).dump(2) + "\n"; }

std::string boards_to_json(const std::vector<Board>& boards) {
  Json json = Json::array();
  for (const auto& board : boards) json.push_back(board_json(board));
  return json.dump(2) + "\n";
}

}  // namespace sramscope::cli
