#include "tests/support/random_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <vector>

#include "models/network_builder.h"

namespace sramscope::test {
namespace {

using models::NetworkBuilder;
using models::Padding;

class Drawer {
 public:
  explicit Drawer(std::uint32_t seed) : random_(seed), builder_("random", seed) {}

  Network draw() {
    std::vector<TensorId> tensors = {
        builder_.input({between(5, 19), between(5, 19), between(1, 4)})};
    const int layers = between(2, 9);
    for (number_ = 0; number_ < layers; ++number_) tensors.push_back(layer(tensors));
    TensorId last = tensors.back();
    if (between(0, 2) == 0) {
      last = builder_.simple({"", "mean"}, OperatorKind::mean, last);
      last = builder_.reshape({"", "reshape"}, last, {1, 1, builder_.shape(last).channels});
      last = builder_.fully_connected({"", "classifier"}, last, between(2, 5), Activation::none);
      builder_.simple({"", "softmax"}, OperatorKind::softmax, last);
    }
    return std::move(builder_).finish();
  }

 private:
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  models::Place place(const std::string& kind) { return {"", fmt::format("{}_{}", kind, number_)}; }

  Window window(const Shape& shape, int largest) {
    Window w;
    w.kernel_height = std::min(between(1, largest), shape.height);
    w.kernel_width = std::min(between(1, largest), shape.width);
    w.stride_y = between(1, 3) == 3 ? 2 : 1;
    w.stride_x = between(1, 3) == 3 ? 2 : 1;
    return w;
  }
  Padding padding() { return between(0, 2) == 0 ? Padding::valid : Padding::same; }
  Activation activation() { return static_cast<Activation>(between(0, 3)); }

  TensorId layer(const std::vector<TensorId>& tensors) {
    const TensorId last = tensors.back();
    const Shape shape = builder_.shape(last);
    switch (between(0, 7)) {
      case 0:
        return builder_.conv(place("conv"), last, between(1, 5), window(shape, 4), padding(),
                             activation());
      case 1:
      case 2:
        return builder_.depthwise(place("depthwise"), last, window(shape, 5), padding(),
                                  activation());
      case 3:
        return builder_.pool(
            place("pool"),
            between(0, 1) == 0 ? OperatorKind::average_pool_2d : OperatorKind::max_pool_2d, last,
            window(shape, 3), padding());
      case 4: {
        Window pads;
        pads.pad_top = between(0, 2);
        pads.pad_left = between(0, 2);
        pads.pad_bottom = between(0, 2);
        pads.pad_right = between(0, 2);
        return builder_.pad(place("pad"), last, pads);
      }
      case 5:
        return residual(tensors);
      default:
        return builder_.conv(place("pointwise"), last, between(1, 8), {}, Padding::same,
                             activation());
    }
  }

  /// Joins the last tensor with an earlier one of its shape, else with a branch from itself.
  TensorId residual(const std::vector<TensorId>& tensors) {
    const TensorId last = tensors.back();
    const Shape shape = builder_.shape(last);
    for (auto other = tensors.rbegin() + 1; other != tensors.rend(); ++other) {
      if (builder_.shape(*other) == shape)
        return builder_.add(place("add"), last, *other, activation());
    }
    const TensorId branch = builder_.depthwise(place("branch"), last, {3, 3, 1, 1, 0, 0, 0, 0},
                                               Padding::same, Activation::none);
    return builder_.add(place("add"), branch, last, activation());
  }

  std::mt19937 random_;
  NetworkBuilder builder_;
  int number_ = 0;
};

}  // namespace

Network random_network(std::uint32_t seed) { return Drawer(seed).draw(); }

}  // namespace sramscope::test
