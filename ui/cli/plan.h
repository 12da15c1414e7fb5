#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/accounting.h"
#include "sramscope/board.h"
#include "sramscope/network.h"
#include "sramscope/schedule.h"
#include "sramscope/search.h"

namespace sramscope::cli {

/// What `sramscope plan` shows.
struct PlanView {
  const Network& network;
  const MemoryPlan& plan;
  const MemoryPlan& layer_plan;
  std::vector<BlockSummary> blocks;
  std::vector<BlockSummary> layer_blocks;
  /// Bytes that the arena may take, and whose they are ("stm32f746g-disco", "--sram").
  std::optional<std::uint64_t> limit;
  std::string limit_name;
};

/// The whole plan for people; `layers`: a row for each layer, too.
std::string plan_text(const PlanView& view, bool layers);
std::string plan_json(const PlanView& view);

std::string frontier_text(const Network& network, const std::vector<Candidate>& frontier,
                          std::optional<std::uint64_t> limit);
std::string frontier_json(const Network& network, const std::vector<Candidate>& frontier);

}  // namespace sramscope::cli
