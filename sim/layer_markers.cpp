#include "sim/layer_markers.h"

#include <algorithm>

namespace sramscope::sim {

LayerMarkers::Event LayerMarkers::write(unsigned port, std::uint32_t value) {
  Event event;
  switch (port) {
    case kTensorAddress: tensor_address_ = value; return event;
    case kTensorSize: tensor_size_ = value; return event;
    case kTensorName:
      event.what = Event::What::tensor;
      event.name = image_.marker_name(value & 0xffffff);
      event.address = tensor_address_;
      event.size = tensor_size_;
      return event;
    default: break;
  }
  const std::uint32_t kind = value >> 24;
  event.name = image_.marker_name(value & 0xffffff);
  if (kind < 1 || kind > 3 || event.name.empty()) {
    event.what = Event::What::invalid;
    return event;
  }
  event.kind = static_cast<LayerKind>(kind);
  if (port == kBegin) {
    event.what = Event::What::begin;
    open_.push_back({event.kind, event.name});
    return event;
  }
  event.what = Event::What::end;
  // The profiler reports an end that does not match; here only the path must stay right.
  const auto match = std::find_if(open_.rbegin(), open_.rend(),
                                  [&](const Open& open) {
                                    return open.kind == event.kind && open.name == event.name;
                                  });
  if (match != open_.rend()) open_.erase(std::prev(match.base()), open_.end());
  return event;
}

std::string LayerMarkers::path() const {
  std::string path;
  for (const Open& open : open_) {
    if (!path.empty()) path += '/';
    path += open.name;
  }
  return path;
}

std::string_view LayerMarkers::innermost() const {
  return open_.empty() ? std::string_view{} : open_.back().name;
}

}  // namespace sramscope::sim
