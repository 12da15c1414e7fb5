#include "ui/viewer/address_axis.h"

#include <algorithm>

namespace sramscope::viewer {
namespace {

/// Unused addresses up to this many bytes are shown as they are.
constexpr std::uint64_t kSmallGap = 4096;

}  // namespace

std::vector<AddressBand> address_bands(const Report& report) {
  std::vector<AddressBand> ranges;
  for (const auto& row : report.memory_map.rows)
    ranges.push_back({row.address, static_cast<Addr>(row.address + row.bytes)});
  for (const BufferReport& buffer : report.buffers)
    ranges.push_back({buffer.address, static_cast<Addr>(buffer.address + buffer.size)});
  std::ranges::sort(ranges, {}, &AddressBand::begin);
  std::vector<AddressBand> bands;
  for (const AddressBand& range : ranges) {
    if (range.end <= range.begin) continue;
    if (!bands.empty() && range.begin <= bands.back().end + kSmallGap)
      bands.back().end = std::max(bands.back().end, range.end);
    else
      bands.push_back(range);
  }
  return bands;
}

AddressAxis::AddressAxis(const std::vector<AddressBand>& bands, const Box& box, double view_begin,
                         double view_end, float gap)
    : bands_(bands) {
  double bytes = 0;
  for (const AddressBand& band : bands) bytes += band.end - band.begin;
  const double whole = box.height() / std::max(view_end - view_begin, 1e-6);
  const double gaps = gap * static_cast<double>(bands.empty() ? 0 : bands.size() - 1);
  per_byte_ = static_cast<float>(std::max(whole - gaps, 1.0) / std::max(bytes, 1.0));
  double bottom = box.y1 + view_begin * whole;
  for (const AddressBand& band : bands) {
    bottoms_.push_back(static_cast<float>(bottom));
    bottom -= static_cast<double>(band.end - band.begin) * per_byte_ + gap;
  }
}

std::optional<float> AddressAxis::y(Addr address) const {
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    if (address >= bands_[i].begin && address <= bands_[i].end)
      return bottoms_[i] - static_cast<float>(address - bands_[i].begin) * per_byte_;
  }
  return std::nullopt;
}

std::optional<Box> AddressAxis::span(Addr begin, std::uint64_t bytes, float x0, float x1) const {
  const auto low = y(begin);
  if (!low) return std::nullopt;
  return Box{x0, *low - static_cast<float>(bytes) * per_byte_, x1, *low};
}

std::optional<Addr> AddressAxis::address(float height) const {
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const float above = (bottoms_[i] - height) / per_byte_;
    if (above >= 0 && above < static_cast<float>(bands_[i].end - bands_[i].begin))
      return bands_[i].begin + static_cast<Addr>(above);
  }
  return std::nullopt;
}

Box AddressAxis::band_box(std::size_t band, float x0, float x1) const {
  const float height = static_cast<float>(bands_[band].end - bands_[band].begin) * per_byte_;
  return {x0, bottoms_[band] - height, x1, bottoms_[band]};
}

}  // namespace sramscope::viewer
