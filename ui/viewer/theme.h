#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sramscope/observer.h"
#include "sramscope/report_memory.h"
#include "ui/viewer/geometry.h"

namespace sramscope::viewer {

enum class Theme : std::uint8_t { light, dark };

/// What a part of a memory bar stands for: the kinds of memory, with activations told apart by
/// their role in the layer where the report tells.
enum class Segment : std::uint8_t {
  input,
  output,
  scratch,
  held,
  activations,  ///< of unknown role
  static_data,
  heap,
  stack,
  other,
};
inline constexpr std::size_t kSegments = 9;
std::string_view segment_name(Segment segment);
/// One sentence for the tooltip.
std::string_view segment_meaning(Segment segment);
/// The segment that stands for a kind where roles are not told.
Segment segment_of(MemoryKind kind);

/// Every colour of the viewer. Categories differ in lightness as well as in hue (after Okabe and
/// Ito, and Tol), so that they stay apart under each kind of colour blindness and in print.
struct Palette {
  Rgba background = 0;
  Rgba surface = 0;
  Rgba raised = 0;
  Rgba border = 0;
  Rgba text = 0;
  Rgba faint = 0;
  Rgba grid = 0;
  Rgba accent = 0;
  Rgba warning = 0;
  Rgba better = 0;
  std::array<Rgba, kSegments> segments = {};
  std::array<Rgba, kCycleCauses> causes = {};
  /// Blocks and layers in bands and flames, in turn.
  std::array<Rgba, 6> bands = {};

  Rgba of(Segment segment) const { return segments[static_cast<std::size_t>(segment)]; }
  Rgba band(std::size_t index) const { return bands[index % bands.size()]; }
};
const Palette& palette_of(Theme theme);

/// Black or white, whichever is legible on `background`.
Rgba ink_on(Rgba background);

}  // namespace sramscope::viewer
