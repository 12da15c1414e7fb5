#include <nlohmann/json.hpp>

#include "memory/board_timing.h"
#include "sramscope/board.h"

namespace sramscope {
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

std::string address_text(Addr address) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[(address >> shift) & 15];
  return text;
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

Json switch_json(const Switch& by) {
  switch (by.by) {
    case Switch::By::always:
      return "always";
    case Switch::By::core_icache:
      return "ccr.ic";
    case Switch::By::core_dcache:
      return "ccr.dc";
    case Switch::By::peripheral_bit:
      break;
  }
  Json json;
  json["register"] = address_text(by.address);
  json["bit"] = by.bit;
  json["on_at_reset"] = by.on_at_reset;
  return json;
}

/// Wait states that follow from the table are left to it.
void add_timing(Json& json, const Region& region, std::uint64_t core_hz) {
  for (const WaitStep& step : region.wait_table)
    json["wait_table"].push_back({clock_json(step.up_to_hz), step.wait_states});
  const bool by_table =
      !region.wait_table.empty() && region.wait_states == memory::wait_states_at(region, core_hz);
  if (!by_table) json["wait_states"] = region.wait_states;
  json["line_bytes"] = region.line_bytes;
  if (region.bus_divider != 1) json["bus_divider"] = region.bus_divider;
  if (region.beat_bytes != region.line_bytes) json["beat_bytes"] = region.beat_bytes;
  if (region.beat_cycles != 1) json["beat_cycles"] = region.beat_cycles;
  if (region.latency != 0) json["latency"] = region.latency;
  if (region.prefetch) json["prefetch"] = switch_json(*region.prefetch);
}

Json region_json(const Region& region, std::uint64_t core_hz) {
  Json json;
  json["name"] = region.name;
  json["kind"] = region_kind_name(region.kind);
  json["base"] = address_text(region.base);
  json["size"] = size_json(region.size);
  for (const Addr alias : region.aliases) json["aliases"].push_back(address_text(alias));
  add_timing(json, region, core_hz);
  json["access"] = access_letters(region);
  return json;
}

Json cache_json(const Cache& cache) {
  Json json;
  json["name"] = cache.name;
  json["serves"] = cache.serves == Cache::Serves::code   ? "code"
                   : cache.serves == Cache::Serves::data ? "data"
                                                         : "both";
  json["regions"] = cache.regions;
  json["size"] = size_json(cache.size);
  json["line_bytes"] = cache.line_bytes;
  json["ways"] = cache.ways;
  if (cache.write_back) json["write_back"] = true;
  if (cache.write_allocate) json["write_allocate"] = true;
  if (cache.critical_word_first) json["critical_word_first"] = true;
  json["enable"] = switch_json(cache.enable);
  return json;
}

Json board_json(const Board& board) {
  Json json;
  json["name"] = board.name;
  json["description"] = board.description;
  json["core"] = core_name(board.core);
  json["clock_mhz"] = clock_json(board.clock_hz);
  json["interrupts"] = board.interrupts;
  json["priority_bits"] = board.priority_bits;
  if (board.mpu_regions) json["mpu_regions"] = *board.mpu_regions;
  if (board.store_buffer != 1) json["store_buffer"] = board.store_buffer;
  for (const Region& region : board.regions)
    json["regions"].push_back(region_json(region, board.clock_hz));
  for (const Cache& cache : board.caches) json["caches"].push_back(cache_json(cache));
  return json;
}

}  // namespace

std::string board_to_json(const Board& board) { return board_json(board).dump(2) + "\n"; }

}  // namespace sramscope
