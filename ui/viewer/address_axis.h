#pragma once

#include <optional>
#include <vector>

#include "sramscope/report.h"
#include "ui/viewer/geometry.h"

namespace sramscope::viewer {

/// A range of addresses that the memory map shows; `end` is outside of it.
struct AddressBand {
  Addr begin = 0;
  Addr end = 0;
};

/// The ranges of RAM that a report tells something about, ascending; small gaps are part of them.
std::vector<AddressBand> address_bands(const Report& report);

/// Addresses to pixels and back: bands above each other, the lowest address at the bottom, with a
/// gap in place of the addresses between bands.
class AddressAxis {
 public:
  /// `view_begin` and `view_end` are the part of the axis that `box` shows, 0 (bottom) to 1.
  AddressAxis(const std::vector<AddressBand>& bands, const Box& box, double view_begin,
              double view_end, float gap);

  /// The edge below an address; none where it is in no band.
  std::optional<float> y(Addr address) const;
  /// The pixels of [begin, begin + bytes), cut to the bands.
  std::optional<Box> span(Addr begin, std::uint64_t bytes, float x0, float x1) const;
  /// The address at a height, if one is there.
  std::optional<Addr> address(float y) const;
  Box band_box(std::size_t band, float x0, float x1) const;

 private:
  const std::vector<AddressBand>& bands_;
  /// Lower edge of each band in pixels, and pixels per byte.
  std::vector<float> bottoms_;
  float per_byte_ = 1;
};

}  // namespace sramscope::viewer
