#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/network.h"
#include "sramscope/result.h"
#include "sramscope/schedule.h"

namespace sramscope::cli {

/// One schedule of a network, planned, generated, compiled, simulated and checked.
struct ExploreRow {
  std::string schedule;
  /// Most bytes of buffers that the plan needs at once, and the arena it reserves.
  std::uint64_t planned_bytes = 0;
  std::uint64_t arena_bytes = 0;
  /// Most bytes of the arena that held needed values during one layer, counted from the run.
  std::uint64_t measured_bytes = 0;
  /// Most bytes of RAM live at one instant, stack included.
  std::uint64_t live_peak = 0;
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;
  std::int64_t macs = 0;
  /// macs / those of the network layer by layer.
  double mac_factor = 1;
  std::uint64_t flash_bytes = 0;
  std::uint64_t ram_bytes = 0;
  bool fits = false;
  bool bit_equal = false;
  /// "" or the first layer in which plan and measurement differ.
  std::string plan_difference;
  /// "fastest that fits", "no better than layer by layer" or "".
  std::string remark;

  bool verified() const { return bit_equal && plan_difference.empty(); }
};

struct ExploreRequest {
  const Network& network;
  const Board& board;
  std::string compiler;
  /// Firmwares go to numbered folders in it.
  std::string directory;
};

/// Does everything for one schedule. Errors: generator, compiler, run.
Result<ExploreRow> explore_plan(const ExploreRequest& request, const MemoryPlan& plan,
                                const std::string& directory,
                                const std::vector<std::int8_t>& expected);

/// Fills in the remarks; the first row is the baseline.
void add_remarks(std::vector<ExploreRow>& rows);

/// The table, its legend and what the best schedule saves.
std::string explore_text(const Network& network, const Board& board,
                         const std::vector<ExploreRow>& rows);
std::string explore_json(const Network& network, const Board& board,
                         const std::vector<ExploreRow>& rows);

}  // namespace sramscope::cli
