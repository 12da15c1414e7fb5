#include "tests/support/random_operators.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "models/network_builder.h"

namespace sramscope::test {
namespace {

using models::NetworkBuilder;
using models::Padding;

/// Appends random layers to a network, each to the last one's output.
class Grower {
 public:
  explicit Grower(std::uint32_t seed)
      : random_(seed),
        builder_("random" + std::to_string(seed), seed),
        last_(builder_.input(input_shape())) {}

  Network grow(int layers) && {
    for (int i = 0; i < layers; ++i) append();
    finish_with_vector();
    return std::move(builder_).finish();
  }

 private:
  int pick(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<std::uint32_t>(high - low + 1));
  }
  Shape input_shape() { return {pick(9, 17), pick(8, 15), pick(1, 5)}; }
  models::Place place(const char* name) { return {"", name + std::to_string(count_++)}; }
  const Shape& shape() const { return builder_.shape(last_); }
  Activation activation() {
    constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::relu6,
                                   Activation::relu_n1_to_1};
    return kAll[pick(0, 3)];
  }
  Padding padding() { return pick(0, 2) == 0 ? Padding::valid : Padding::same; }
  Window window(int largest) {
    const int most = std::min({largest, shape().height, shape().width});
    const int strides = shape().height > 5 && shape().width > 5 ? 2 : 1;
    return {pick(1, most), pick(1, most), pick(1, strides), pick(1, strides), 0, 0, 0, 0};
  }
  /// 3, 5 or 7 wide, which have kernels of their own.
  Window square() {
    const int size = std::min({pick(1, 3) * 2 + 1, shape().height, shape().width});
    const int stride = shape().height > 5 && shape().width > 5 ? pick(1, 2) : 1;
    return {size, size, stride, stride, 0, 0, 0, 0};
  }

  void append() {
    switch (pick(0, 11)) {
      case 0:
      case 1:
        last_ =
            builder_.conv(place("conv"), last_, pick(1, 19), window(4), padding(), activation());
        break;
      case 2:
      case 3:
        last_ =
            builder_.conv(place("pointwise"), last_, pick(1, 33), {}, Padding::same, activation());
        break;
      case 4:
        last_ = builder_.depthwise(place("depthwise"), last_, window(4), padding(), activation());
        break;
      case 5:
      case 6:
        last_ = builder_.depthwise(place("depthwise"), last_, square(), padding(), activation());
        break;
      default:
        append_other();
    }
  }

  void append_other() {
    switch (pick(0, 6)) {
      case 0:
        last_ = builder_.add(place("residual"), last_, branch(), activation());
        break;
      case 1:
        last_ = builder_.mul(place("gate"), last_, gate());
        break;
      case 2:
        last_ = builder_.pool(
            place("pool"),
            pick(0, 1) == 0 ? OperatorKind::average_pool_2d : OperatorKind::max_pool_2d, last_,
            window(3), padding());
        break;
      case 3:
        last_ = builder_.pad(place("pad"), last_,
                             {1, 1, 1, 1, pick(0, 2), pick(0, 2), pick(0, 2), pick(1, 2)});
        break;
      case 4: {
        const TensorId other = branch();
        last_ = builder_.concatenate(place("concatenation"), {last_, other}, 2);
        break;
      }
      case 5:
        last_ = builder_.simple(place("quantize"), OperatorKind::quantize, last_);
        break;
      default:
        last_ = builder_.simple(place("logistic"), OperatorKind::logistic, last_);
    }
  }

  /// A tensor of the same shape, computed from the last one, which stays alive meanwhile.
  TensorId branch() {
    return builder_.depthwise(place("branch"), last_, {3, 3, 1, 1, 0, 0, 0, 0}, Padding::same,
                              Activation::none);
  }
  /// One value per channel: a constant, or squeezed from the last tensor.
  TensorId gate() {
    if (pick(0, 1) == 0)
      return builder_.constant("constant" + std::to_string(count_++), shape().channels);
    return builder_.simple(place("squeeze"), OperatorKind::mean, last_);
  }

  void finish_with_vector() {
    if (pick(0, 1) == 0) last_ = builder_.simple(place("mean"), OperatorKind::mean, last_);
    last_ = builder_.fully_connected(place("dense"), last_, pick(2, 13), Activation::none);
    last_ = builder_.simple(place("softmax"), OperatorKind::softmax, last_);
  }

  std::mt19937 random_;
  int count_ = 0;
  NetworkBuilder builder_;
  TensorId last_;
};

}  // namespace

Network random_operators(std::uint32_t seed) { return Grower(seed).grow(10); }

}  // namespace sramscope::test
