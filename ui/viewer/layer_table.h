#pragma once

#include <optional>
#include <vector>

#include "ui/viewer/table.h"

namespace sramscope::viewer {

/// A layer in two reports, as far as they have it.
struct LayerPair {
  std::optional<std::size_t> a;
  std::optional<std::size_t> b;
};
/// Layers of the same path, in the order of `a`; what only `b` has stands behind what precedes it
/// there.
std::vector<LayerPair> pair_layers(const Document& a, const Document& b);

/// The layers of the shown report with their figures, and the changes against the other one.
Table layer_table(const ViewerState& state);
/// The stalls of each layer and the hit rates of the caches.
Table stall_table(const ViewerState& state);
/// The pairs of both reports, with both figures and the change.
Table compare_table(const ViewerState& state, const std::vector<LayerPair>& pairs);
/// Functions with their figures, and the changes against the other report.
Table function_table(const ViewerState& state);
/// What the run found out about the firmware's memory.
Table finding_table(const ViewerState& state);

}  // namespace sramscope::viewer
