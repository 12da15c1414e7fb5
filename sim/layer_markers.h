#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/observer.h"

namespace sramscope::sim {

/// Decodes the writes of include/sramscope/marker.h: kind and name offset on ITM stimulus ports.
class LayerMarkers {
 public:
  static constexpr unsigned kBegin = 24;
  static constexpr unsigned kEnd = 25;
  static constexpr unsigned kTensorAddress = 26;
  static constexpr unsigned kTensorSize = 27;
  static constexpr unsigned kTensorName = 28;

  struct Event {
    enum class What : std::uint8_t { none, begin, end, tensor, invalid } what = What::none;
    LayerKind kind = LayerKind::layer;
    std::string_view name;
    Addr address = 0;
    std::uint32_t size = 0;
  };

  explicit LayerMarkers(const Image& image) : image_(image) {}

  /// What a 32-bit write of `value` to `port` means. Keeps the stack of open layers.
  Event write(unsigned port, std::uint32_t value);

  /// "net/block2/expand", or "" outside.
  std::string path() const;
  /// The innermost open layer's name, or "".
  std::string_view innermost() const;

 private:
  struct Open {
    LayerKind kind = LayerKind::layer;
    std::string_view name;
  };
  const Image& image_;
  std::vector<Open> open_;
  Addr tensor_address_ = 0;
  std::uint32_t tensor_size_ = 0;
};

}  // namespace sramscope::sim
