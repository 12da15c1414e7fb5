#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sramscope/layer_plan.h"
#include "sramscope/report.h"

namespace sramscope::profiler {

/// The schedule that a run shows. `sequence`: the executions of layers without layers inside, as
/// indices into `layers`, in order of their begin. `patches`: the grid where the firmware tells it.
ScheduleReport detect_schedule(std::span<const LayerReport> layers,
                               std::span<const std::uint32_t> sequence,
                               const std::optional<PatchGrid>& patches);

/// The same for a report. `numbers`: the layers' places after those that were dropped.
void fill_schedule(Report& report, const std::vector<std::uint32_t>& sequence,
                   const std::vector<std::uint32_t>& numbers,
                   const std::optional<PatchGrid>& patches);

/// What a step accounts for, over the whole run.
struct StepFigures {
  std::uint64_t layers = 0;
  Cycles cycles = 0;
  /// Executions of the sequence in the whole run.
  std::uint64_t runs = 0;
  std::uint64_t live_peak = 0;
};
StepFigures step_figures(const Report& report, const ScheduleStep& step);

}  // namespace sramscope::profiler
