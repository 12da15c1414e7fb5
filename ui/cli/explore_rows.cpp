#include "ui/cli/explore_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "sramscope/codegen.h"
#include "ui/cli/board_room.h"
#include "ui/cli/measure_firmware.h"
#include "ui/cli/text.h"
#include "ui/cli/toolchain.h"

namespace sramscope::cli {
namespace {

/// The first layer whose planned bytes are not what was measured.
std::string plan_difference(const LayerMap& map, const FirmwareRun& run) {
  for (const auto& entry : map.entries) {
    const auto found = run.arena_by_layer.find(entry.marker);
    const std::uint64_t measured = found == run.arena_by_layer.end() ? 0 : found->second;
    if (measured != entry.planned_bytes) {
      return fmt::format("{}: {} bytes planned, {} measured", entry.marker, entry.planned_bytes,
                         measured);
    }
  }
  return "";
}

std::string padded(std::string_view text, std::size_t width, bool left) {
  return left ? fmt::format("{:<{}}", text, width) : fmt::format("{:>{}}", text, width);
}

std::string cycles_text(std::uint64_t cycles) { return format_count(cycles); }

std::vector<std::string> cells(const ExploreRow& row, const Board& board) {
  const double seconds = static_cast<double>(row.cycles) / static_cast<double>(board.clock_hz);
  return {row.schedule,
          format_bytes(row.planned_bytes),
          format_bytes(row.measured_bytes),
          cycles_text(row.cycles),
          fmt::format("{:.1f}", seconds * 1e3),
          fmt::format("{:.3f}x", row.mac_factor),
          format_bytes(row.flash_bytes),
          row.fits ? "yes" : "no",
          row.verified()  ? "bit-equal"
          : row.bit_equal ? "plan differs"
                          : "WRONG OUTPUT",
          row.remark.empty() ? "" : "<- " + row.remark};
}

}  // namespace

Result<ExploreRow> explore_plan(const ExploreRequest& request, const MemoryPlan& plan,
                                const std::string& directory,
                                const std::vector<std::int8_t>& expected) {
  const Network& network = request.network;
  const bool roomy = !lacking_room(network, plan, request.board).empty();
  // What does not fit is measured all the same, with more memory than the board has.
  const Board board =
      roomy ? extended(request.board, plan.arena_bytes + (std::uint64_t{4} << 20)) : request.board;
  const auto firmware = generate_firmware(network, plan, board);
  if (!firmware) return firmware.error();
  if (const auto written = write_firmware(*firmware, directory); !written) return written.error();
  const auto elf = compile_firmware(*firmware, directory, request.compiler);
  if (!elf) return elf.error();
  const auto run = measure_firmware(*firmware, expected.size(), *elf, board);
  if (!run) return run.error();

  ExploreRow row;
  row.schedule = schedule_name(network, plan.schedule);
  row.planned_bytes = std::ranges::max(live_bytes(network, plan));
  row.arena_bytes = plan.arena_bytes;
  row.measured_bytes = run->arena_peak;
  row.live_peak = run->report.memory.live_peak;
  row.cycles = run->report.total.cycles;
  row.instructions = run->report.total.instructions;
  row.macs = plan.macs;
  row.mac_factor = static_cast<double>(plan.macs) /
                   static_cast<double>(std::max<std::int64_t>(plan.layer_macs, 1));
  row.flash_bytes = run->flash_bytes;
  row.ram_bytes = run->ram_bytes;
  row.fits = !roomy && row.ram_bytes <= usable_ram(request.board);
  row.bit_equal = run->output == expected;
  row.plan_difference = plan_difference(firmware->map, *run);
  return row;
}

void add_remarks(std::vector<ExploreRow>& rows) {
  ExploreRow* fastest = nullptr;
  for (ExploreRow& row : rows) {
    if (row.fits && row.verified() && (fastest == nullptr || row.cycles < fastest->cycles))
      fastest = &row;
    if (&row != rows.data() && row.measured_bytes >= rows[0].measured_bytes)
      row.remark = "no better than layer by layer";
  }
  if (fastest != nullptr) fastest->remark = "fastest that fits";
}

std::string explore_text(const Network& network, const Board& board,
                         const std::vector<ExploreRow>& rows) {
  std::vector<std::vector<std::string>> table = {
      {"schedule", "planned peak", "measured", "cycles", "ms", "MACs", "flash",
       "fits " + format_bytes(usable_ram(board)), "verified", ""}};
  for (const ExploreRow& row : rows) table.push_back(cells(row, board));
  std::string text = fmt::format("{} on {} ({}, {} MHz)\n", network.name, board.name,
                                 core_name(board.core), board.clock_hz / 1000000);
  for (const auto& line : table) {
    std::string joined;
    for (std::size_t column = 0; column < line.size(); ++column) {
      std::size_t width = 0;
      for (const auto& other : table) width = std::max(width, other[column].size());
      const bool left = column == 0 || column + 2 >= line.size();
      joined += (column == 0 ? "" : "  ") + padded(line[column], width, left);
    }
    joined.erase(joined.find_last_not_of(' ') + 1);
    text += joined + "\n";
  }
  for (const ExploreRow& row : rows) {
    if (!row.plan_difference.empty())
      text += fmt::format("{}: {}\n", row.schedule, row.plan_difference);
  }
  return text +
         "peak: bytes of the arena that hold needed values in one layer; planned from the "
         "schedule, "
         "measured from every\n      access of the simulated firmware. Cycles: caches and flash "
         "prefetch on. kB = 1024 bytes.\n";
}

}  // namespace sramscope::cli
