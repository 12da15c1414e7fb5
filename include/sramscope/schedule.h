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
struct TensorRegion {
  int top = 0, bottom = 0, left = 0, right = 0;

  int height() const { return bottom - top; }
  int width() const { return right - left; }
  bool empty() const { return bottom <= top || right <= left; }
  friend bool operator==(const TensorRegion&, const TensorRegion&) = default;
};
TensorRegion whole(const Shape& shape);
/// The smallest region that holds both; an empty one counts for nothing.
TensorRegion unite(const TensorRegion& a, const TensorRegion& b);
/// What `layer` reads of input `index` to compute `output`, halo included, clipped to the tensor:
/// what was clipped away is padding.
TensorRegion input_region(const Network& network, const Layer& layer, const TensorRegion& output,
                          std::size_t index = 0);

/// What a fused stage does about the halo, the rows and columns that neighbouring patches share.
enum class HaloCaching : std::uint8_t {
  none,  ///< every patch is computed by itself, layer by layer: the halo is computed again
  rows,  ///< patches are strips from top to bottom, streamed row by row: each layer computes one
         ///< row when its reader wants it, ring buffers keep the rows that are read again, and only
         ///< the columns' halo is computed again
};

/// Consecutive layers of the schedule's order that are computed patch by patch.
struct Stage {
  /// Positions in `Schedule::order`, both included.
  std::uint32_t first = 0, last = 0;
  /// Patches per axis of the stage's output: rows x columns; strips where one of them is 1. Patch
  /// (r, c) covers output rows [r * height / rows, (r + 1) * height / rows), columns likewise. With
  /// cached rows, `rows` is 1.
  int rows = 1, columns = 1;
  HaloCaching caching = HaloCaching::none;
  /// Where not 0: columns of the first and of the last patch of a row, which have less halo, so
  /// that they may be wider; the patches between share the rest equally.
  int border = 0;

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

/// "layer", "patch:NxM@K" (K layers, or K blocks as "patch:NxM@Kb"; ",fetch" fetches the input;
/// "patch:1xM@K,rows" caches halo rows; stages joined by "+": "patch:4x4@5b+patch:2x1@12").
Result<Schedule> parse_schedule(const Network& network, std::string_view text);
std::string schedule_name(const Network& network, const Schedule& schedule);
/// An order of the layers whose largest set of tensors alive at once is smallest: the network's own
/// where none is better. Exact, unless the network branches so much that 2,000 sets of finished
/// layers do not suffice; then it is the network's own.
std::vector<LayerId> lower_peak_order(const Network& network);
/// Layer by layer, in that order; what `parse_schedule` and the search start from, too.
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
  /// Slots (`Step::slot`), both included, while it is needed.
  std::uint32_t first_slot = 0, last_slot = 0;
  /// It stands at the start of another buffer that dies in the slot in which this one is born: the
  /// kernel works in place.
  std::optional<BufferId> in_place_of;
};

/// A buffer as a step uses it. The buffer holds region `holds` of the tensor densely (row stride =
/// holds.width() * channels; pixel (y, x) at row y - holds.top; in a ring at row y % rows), and the
/// step reads or writes `region` of it.
struct Operand {
  BufferId buffer;
  TensorRegion holds;
  TensorRegion region;
};

/// One call of a kernel, or one call of the application's function that fetches input.
struct Step {
  /// Where in the sequence of distinct calls it stands, for lifetimes: all patches of a layer share
  /// a slot, for they share its buffers.
  std::uint32_t slot = 0;
  /// No layer: fetch the input.
  std::optional<LayerId> layer;
  /// Index into `Schedule::stages`, and which patch of it; -1 outside. Outside cached rows, each
  /// layer has at most one step per patch.
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
  /// Slots that the steps take.
  std::uint32_t slots = 0;
  /// Most bytes of buffers needed in one slot: no arrangement can be smaller. `arena_bytes` minus
  /// this is the gap.
  std::uint32_t lower_bound = 0;
  /// The first slot that needs `lower_bound` bytes.
  std::uint32_t peak_slot = 0;
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
  /// Count the kernels' working memory (`scratch_bytes`); other tools leave it out.
  bool kernel_scratch = true;
};

/// Steps, buffers and offsets of a schedule. Errors: those of `check_schedule`.
Result<MemoryPlan> make_plan(const Network& network, const Schedule& schedule,
                             const PlanOptions& options = {});
/// Bytes of the buffers that are needed in a slot, those in place counted once.
std::uint32_t needed_bytes(const MemoryPlan& plan, std::uint32_t slot);

/// The scratch that the kernel of `layer` wants when it computes `output` from `input`; in_place:
/// the output stands on the input. The one place where planner and kernels agree on it.
std::uint32_t scratch_bytes(const Network& network, const Layer& layer, const TensorRegion& input,
                            const TensorRegion& output, bool in_place);

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
