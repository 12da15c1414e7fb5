#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/network.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

/// A rectangle of a tensor, half open: rows [top, bottom), columns [left, right), all channels.
struct Region {
  int top = 0, bottom = 0, left = 0, right = 0;

  int height() const { return bottom - top; }
  int width() const { return right - left; }
  bool empty() const { return bottom <= top || right <= left; }
  friend bool operator==(const Region&, const Region&) = default;
};
Region whole(const Shape& shape);
/// The smallest region that holds both; an empty one counts for nothing.
Region unite(const Region& a, const Region& b);
/// What `layer` reads of input `index` to compute `output`, halo included, clipped to the tensor:
/// what was clipped away is padding.
Region input_region(const Network& network, const Layer& layer, const Region& output,
                    std::size_t index = 0);

/// How the patches of a fused stage share rows.
enum class HaloCaching : std::uint8_t {
  none,  ///< every patch is computed by itself, layer by layer: the halo is computed again
  rows,  ///< a column of patches is computed from top to bottom; rows that the next patch needs
         ///< again stay in ring buffers, and only the columns' halo is computed again
};

/// Consecutive layers of the schedule's order that are computed patch by patch.
struct Stage {
  /// Positions in `Schedule::order`, both included.
  std::uint32_t first = 0, last = 0;
  /// Patches per axis of the stage's output: rows x columns; strips where one of them is 1. Patch
  /// (r, c) covers output rows [r * height / rows, (r + 1) * height / rows), columns likewise.
  int rows = 1, columns = 1;
  HaloCaching caching = HaloCaching::none;

  friend bool operator==(const Stage&, const Stage&) = default;
};

/// In which order and which pieces a network is computed.
struct Schedule {
  std::vector<LayerId> order;
  /// Ascending, disjoint; the layers outside are computed whole.
  std::vector<Stage> stages;
  /// The network's input is fetched region by region (a camera, flash) where the first stage wants
  /// it, by a function of the application, and never stands in RAM as a whole. Else it lies in the
  /// arena.
  bool fetch_input = false;
};

/// "layer", "patch:NxM@K" (K layers, or K blocks as "patch:NxM@Kb"; ",rows" caches halo rows,
/// ",fetch" fetches the input; stages joined by "+": "patch:4x4@5b+patch:2x1@12").
Result<Schedule> parse_schedule(const Network& network, std::string_view text);
std::string schedule_name(const Network& network, const Schedule& schedule);
/// Layer by layer, in the network's order.
Schedule layer_by_layer(const Network& network);
/// Refuses what cannot be computed patch by patch (mean, softmax, a tensor that leaves the stage
/// from its middle ...), naming the layer.
Result<bool> check_schedule(const Network& network, const Schedule& schedule);

// ---- the plan: a schedule with every step and every byte
// ------------------------------------------

using BufferId = Id<struct PlanBufferTag>;

enum class BufferUse : std::uint8_t {
  tensor,   ///< a whole tensor; the assembled output of a stage too
  patch,    ///< a region of a tensor inside a stage
  ring,     ///< rows of a tensor inside a stage: row y stands in slot y % rows
  scratch,  ///< a kernel's working memory: im2col, the plane of an in-place depthwise ...
};

/// A piece of the arena with a lifetime.
struct PlanBuffer {
  std::string name;
  BufferUse use = BufferUse::tensor;
  /// Not for scratch.
  TensorId tensor;
  std::uint32_t bytes = 0;
  /// From the arena's start; a multiple of the plan's alignment.
  std::uint32_t offset = 0;
  /// ring: rows that it holds.
  int rows = 0;
  /// Steps, both included, while it is needed.
  std::uint32_t first_step = 0, last_step = 0;
  /// It stands at the start of another buffer that dies in the step in which this one is born: the
  /// kernel works in place.
  std::optional<BufferId> in_place_of;
};

/// A buffer as a step uses it. The buffer holds region `holds` of the tensor densely (row stride =
/// holds.width() * channels; pixel (y, x) at row y - holds.top; in a ring at row y % rows), and the
/// step reads or writes `region` of it.
struct Operand {
  BufferId buffer;
  Region holds;
  Region region;
};

/// One call of a kernel, or one call of the application's function that fetches input.
struct Step {
  /// No layer: fetch the input.
  std::optional<LayerId> layer;
  /// Index into `Schedule::stages`, and which patch of it; -1 outside.
  int stage = -1;
  int patch_row = -1, patch_column = -1;
  /// As many as the layer has inputs; constants have no operand (`constant` set in the tensor).
  std::vector<std::optional<Operand>> inputs;
  Operand output;
  /// Output stands on input 0 (or on the one that dies there) of the same step.
  bool in_place = false;
  std::optional<BufferId> scratch;
  std::int64_t macs = 0;
};

/// A schedule compiled: every kernel call in order, every buffer with its place in one arena.
struct MemoryPlan {
  Schedule schedule;
  std::vector<Step> steps;
  std::vector<PlanBuffer> buffers;
  /// Bytes of the arena, from its start to the end of the last buffer.
  std::uint32_t arena_bytes = 0;
  /// Most bytes of buffers needed in one step: no arrangement can be smaller. `arena_bytes` minus
  /// this is the gap.
  std::uint32_t lower_bound = 0;
  /// A step that needs `lower_bound` bytes.
  std::uint32_t peak_step = 0;
  /// Sums over the steps; `macs - layer_macs` is recomputed.
  std::int64_t macs = 0;
  /// Of the network, layer by layer.
  std::int64_t layer_macs = 0;

  const PlanBuffer& buffer(BufferId id) const { return buffers[id.value]; }
};

struct PlanOptions {
  /// Multiple to which offsets are rounded up.
  std::uint32_t alignment = 4;
  /// Depthwise convolutions overwrite their input where it dies.
  bool in_place_depthwise = true;
  /// Add, mul, quantize, logistic, softmax overwrite an input that dies there.
  bool in_place_elementwise = true;
};

/// Steps, buffers and offsets of a schedule. Errors: those of `check_schedule`.
Result<MemoryPlan> make_plan(const Network& network, const Schedule& schedule,
                             const PlanOptions& options = {});
/// Bytes that are needed while step `step` runs, buffers in place counted once.
std::uint32_t needed_bytes(const MemoryPlan& plan, std::uint32_t step);

/// The scratch that the kernel of `layer` wants when it computes `output` from `input`; in_place:
/// the output stands on the input. The one place where planner and kernels agree on it.
std::uint32_t scratch_bytes(const Network& network, const Layer& layer, const Region& input,
                            const Region& output, bool in_place);

// ---- what generated code says about itself
// --------------------------------------------------------

/// Which marker of the firmware stands for which layer, and what was planned for it. Written beside
/// the generated sources; compared with the report of a run.
struct LayerMap {
  struct Entry {
    LayerId layer;
    /// The marker's path as the report gives it: "block2/expand".
    std::string marker;
    OperatorKind kind = OperatorKind::conv_2d;
    std::int64_t macs = 0;
    /// Most bytes of the arena that are needed in any of the layer's steps.
    std::uint32_t planned_bytes = 0;
  };
  std::string network;
  std::string schedule;
  std::uint32_t arena_bytes = 0;
  std::vector<Entry> entries;
};
LayerMap make_layer_map(const Network& network, const MemoryPlan& plan);

}  // namespace sramscope
