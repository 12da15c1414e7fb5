#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sramscope/types.h"

namespace sramscope {

/// A place in the code where layers begin or end. The machine acts just before the instruction at
/// `address` runs.
struct LayerPoint {
  enum class What : std::uint8_t {
    call,          ///< A call or a tail call: opens a layer until that call returns.
    entry,         ///< First instruction of a function: opens a layer until the function returns.
    region_begin,  ///< Opens a layer until a `region_end`.
    region_end,    ///< Closes the layer of the last `region_begin`.
    container,     ///< First instruction of a container: the count of its calls starts again.
  };
  Addr address = 0;
  What what = What::call;
  /// For calls: where a direct one goes; none for calls through a register.
  std::optional<Addr> target;
  /// The layer's name; "" where it is worked out when the layer begins.
  std::string name;
};

/// What tells two layers of the same name apart.
enum class LayerKey : std::uint8_t {
  site,      ///< where it is called from
  callee,    ///< which function it is
  ordinal,   ///< the how manieth call of its container's activation it is
  argument,  ///< the value of an argument register when it begins
};

/// Names of operators that an interpreter keeps in a structure that an argument leads to, as TFLite
/// Micro does: argument -> node; node + one of `registration_offsets` -> registration; the
/// registration holds the function, a code, and the name of a custom operator.
struct OperatorNames {
  unsigned argument = 0;
  /// Candidates; the one whose registration holds the called function at `function_offset` is
  /// right.
  std::vector<std::uint32_t> registration_offsets;
  std::uint32_t function_offset = 0;
  std::uint32_t code_offset = 0;
  /// Code of custom operators, and where the pointer to their name stands.
  std::uint32_t custom_code = 0;
  std::uint32_t custom_name_offset = 0;
  /// By code.
  std::vector<std::string> names;
};

/// Arguments of the function that computes one patch, which is a container as well; from them the
/// grid of patches follows.
struct PatchArguments {
  /// First instruction of the function.
  Addr function = 0;
  /// Argument registers that hold the padding above and to the left: not 0 in the first row or
  /// column only.
  unsigned top = 0;
  unsigned left = 0;
};

/// Where a run is to be cut into layers, worked out for one image before it runs.
struct LayerPlan {
  /// "markers", "none", "generic" or the name of a rule.
  std::string rule = "markers";
  /// The inference engine, such as "TensorFlow Lite Micro"; "" where there is none.
  std::string engine;
  /// One sentence: why this rule, and what is missing.
  std::string reason;
  /// Follow the markers that the firmware writes.
  bool markers = true;
  std::vector<LayerPoint> points;
  LayerKey key = LayerKey::site;
  /// For `LayerKey::argument`: r0 to r3.
  unsigned key_argument = 0;
  /// For calls through a register: names of known functions by address, ascending; and those that
  /// are no layers.
  std::vector<std::pair<Addr, std::string>> callees;
  std::vector<Addr> excluded;
  /// Calls through a register to functions that `callees` lacks are no layers.
  bool only_callees = false;
  std::optional<OperatorNames> operator_names;
  std::optional<PatchArguments> patches;
  /// Layers with fewer instructions per execution count as outside.
  std::uint64_t fewest_instructions = 0;
};

/// The grid of patches that a run shows.
struct PatchGrid {
  unsigned rows = 0;
  unsigned columns = 0;
};

}  // namespace sramscope
