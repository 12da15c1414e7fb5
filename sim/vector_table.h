#pragma once

#include <optional>

#include "sramscope/image.h"

namespace sramscope::sim {

/// The first two words of a vector table (Armv7-M ARM B1.5.3).
struct VectorTable {
  /// Where the loader puts it.
  Addr address = 0;
  /// SP[1:0] cleared.
  Addr initial_sp = 0;
  /// Thumb bit cleared.
  Addr reset = 0;
};

/// Looks for a vector table: at a symbol or section of a usual name, else at the lowest address of
/// a segment of code, else of any segment. A place counts when its first word can be a stack
/// pointer and its second is an odd address inside executable contents of the image.
std::optional<VectorTable> find_vector_table(const Image& image);

}  // namespace sramscope::sim
