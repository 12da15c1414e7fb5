#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/layer_plan.h"
#include "sramscope/report.h"

namespace sramscope::profiler {

inline constexpr std::uint32_t kDroppedLayer = 0xffffffff;

/// Notes how the run was cut into layers, and gives layers that are too small for the plan to what
/// is around them. Returns the new number of each layer, kDroppedLayer for those that are gone.
std::vector<std::uint32_t> fill_layer_source(Report& report, const LayerPlan& plan);

/// Cycles of layers proper: without what ran outside, and in networks and blocks between layers.
Cycles cycles_in_layers(const Report& report);

/// "engine: TensorFlow Lite Micro (rule tflm, 31 layers, 99.2 % of cycles)", or why there are no
/// layers; one sentence without a line end.
std::string layer_source_sentence(const Report& report);

}  // namespace sramscope::profiler
