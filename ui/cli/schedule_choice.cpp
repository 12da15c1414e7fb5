#include "ui/cli/schedule_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "ui/cli/board_room.h"

namespace sramscope::cli {
namespace {

/// Plans of a first stage of some blocks in some patches, with and without fetched input.
std::vector<MemoryPlan> patched_plans(const Network& network) {
  std::set<std::string> blocks;
  for (const Layer& layer : network.layers) blocks.insert(layer.block);
  std::vector<MemoryPlan> plans;
  for (std::size_t count = 1; count <= blocks.size(); ++count) {
    for (const char* patches : {"2x1", "2x2", "3x3", "4x4", "6x6"}) {
      for (const char* fetch : {"", ",fetch"}) {
        const auto schedule =
            parse_schedule(network, fmt::format("patch:{}@{}b{}", patches, count, fetch));
        if (!schedule) continue;
        auto plan = make_plan(network, *schedule);
        if (plan) plans.push_back(std::move(*plan));
      }
    }
  }
  return plans;
}

/// The best plan that is `allowed`, by the order `less`; null when none is.
const MemoryPlan* best(const std::vector<MemoryPlan>& plans,
                       const std::function<bool(const MemoryPlan&)>& allowed,
                       const std::function<bool(const MemoryPlan&, const MemoryPlan&)>& less) {
  const MemoryPlan* found = nullptr;
  for (const MemoryPlan& plan : plans) {
    if (allowed(plan) && (found == nullptr || less(plan, *found))) found = &plan;
  }
  return found;
}

bool less_work(const MemoryPlan& a, const MemoryPlan& b) {
  return a.macs != b.macs ? a.macs < b.macs : a.arena_bytes < b.arena_bytes;
}

bool less_memory(const MemoryPlan& a, const MemoryPlan& b) {
  return a.arena_bytes != b.arena_bytes ? a.arena_bytes < b.arena_bytes : a.macs < b.macs;
}

bool within(const MemoryPlan& plan, double factor) {
  return static_cast<double>(plan.macs) <= factor * static_cast<double>(plan.layer_macs);
}

}  // namespace

Result<MemoryPlan> choose_plan(const Network& network, const std::string& schedule,
                               const Board& board) {
  if (schedule != "auto") {
    const auto parsed = parse_schedule(network, schedule);
    if (!parsed) return parsed.error();
    return make_plan(network, *parsed);
  }
  auto layer = make_plan(network, layer_by_layer(network));
  if (!layer || layer->arena_bytes <= arena_room(board)) return layer;
  const auto plans = patched_plans(network);
  const auto* found = best(
      plans, [&](const MemoryPlan& plan) { return plan.arena_bytes <= arena_room(board); },
      less_work);
  if (found != nullptr) return *found;
  return Error{
      fmt::format("{}: no schedule fits the {} bytes that {} has for the arena; layer by "
                  "layer needs {}",
                  network.name, arena_room(board), board.name, layer->arena_bytes)};
}

Result<std::vector<MemoryPlan>> candidate_plans(const Network& network, const Board& board) {
  const auto layer = make_plan(network, layer_by_layer(network));
  if (!layer) return layer.error();
  const auto plans = patched_plans(network);
  std::vector<MemoryPlan> chosen = {*layer};
  std::set<std::string> names = {schedule_name(network, layer->schedule)};
  const auto take = [&](const MemoryPlan* plan) {
    if (plan != nullptr && names.insert(schedule_name(network, plan->schedule)).second)
      chosen.push_back(*plan);
  };
  const std::uint64_t room = std::min<std::uint64_t>(arena_room(board), layer->arena_bytes - 1);
  take(best(
      plans, [&](const MemoryPlan& plan) { return plan.arena_bytes <= room; }, less_work));
  for (const double factor : {1.1, 1.25, 1e9}) {
    take(best(
        plans, [&](const MemoryPlan& plan) { return within(plan, factor); }, less_memory));
  }
  return chosen;
}

}  // namespace sramscope::cli
