// Plain loops, one per operator, that follow TensorFlow Lite's reference kernels step by step.
// Written to be compared with, not to be fast.
#include <algorithm>
#include <bit>
#include <cassert>

#include "models/fixed_point.h"
#include "sramscope/network.h"

namespace sramscope {
namespace {

using Values = std::vector<std::int8_t>;

std::size_t pixel(const Shape& shape, int y, int x) {
  return (static_cast<std::size_t>(y) * static_cast<std::size_t>(shape.width) +
          static_cast<std::size_t>(x)) *
         static_cast<std::size_t>(shape.channels);
}

std::int8_t clamped(int value, QuantizedRange range) {
  return static_cast<std::int8_t>(std::clamp(value, range.min, range.max));
}

/// A layer with its tensors and their values: what each operator below starts from.
struct Call {
  const Network& network;
  const Layer& layer;
  const std::vector<Values>& values;

  const Tensor& tensor(std::size_t index) const { return network.input_of(layer, index); }
  const Tensor& out() const { return network.output_of(layer); }
  const Values& input(std::size_t index) const {
    const Tensor& in = tensor(index);
    return in.is_constant() ? in.constant : values[layer.inputs[index].value];
  }
  Values result() const { return Values(static_cast<std::size_t>(out().shape.size())); }
};

/// Calls `visit(input y, input x, kernel y, kernel x)` for what the window reads inside the tensor.
template <class Visit>
void for_each_tap(const Window& window, const Shape& input, int y, int x, Visit visit) {
  for (int ky = 0; ky < window.kernel_height; ++ky) {
    const int input_y = y * window.stride_y - window.pad_top + ky;
    if (input_y < 0 || input_y >= input.height) continue;
    for (int kx = 0; kx < window.kernel_width; ++kx) {
      const int input_x = x * window.stride_x - window.pad_left + kx;
      if (input_x >= 0 && input_x < input.width) visit(input_y, input_x, ky, kx);
    }
  }
}

/// Calls `compute(y, x)` for every pixel of a shape.
template <class Compute>
void for_each_pixel(const Shape& shape, Compute compute) {
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) compute(y, x);
  }
}

/// Turns a channel's accumulator into its output.
class Requantizer {
 public:
  Requantizer(const Network& network, const Layer& layer)
      : multipliers_(output_multipliers(network, layer)),
        range_(activation_range(network, layer)),
        zero_point_(network.output_of(layer).zero_point) {}
  std::int8_t operator()(std::int32_t sum, std::size_t channel) const {
    return clamped(models::multiply(sum, multipliers_[channel]) + zero_point_, range_);
  }

 private:
  std::vector<FixedPointMultiplier> multipliers_;
  QuantizedRange range_;
  int zero_point_;
};

Values convolve(const Call& call) {
  const Tensor& in = call.tensor(0);
  const Values& input = call.input(0);
  const Filter& filter = call.layer.filter;
  const Window& window = call.layer.window;
  const auto depth = static_cast<std::size_t>(in.shape.channels);
  const auto taps = static_cast<std::size_t>(window.kernel_height * window.kernel_width);
  const Requantizer requantize(call.network, call.layer);
  Values output = call.result();
  for_each_pixel(call.out().shape, [&](int y, int x) {
    std::int8_t* to = &output[pixel(call.out().shape, y, x)];
    for (std::size_t o = 0; o < filter.bias.size(); ++o) {
      std::int32_t sum = filter.bias[o];
      for_each_tap(window, in.shape, y, x, [&](int iy, int ix, int ky, int kx) {
        const std::int8_t* values = &input[pixel(in.shape, iy, ix)];
        const auto tap = static_cast<std::size_t>(ky * window.kernel_width + kx);
        const std::int8_t* weights = &filter.weights[(o * taps + tap) * depth];
        for (std::size_t i = 0; i < depth; ++i) sum += weights[i] * (values[i] - in.zero_point);
      });
      to[o] = requantize(sum, o);
    }
  });
  return output;
}

Values convolve_depthwise(const Call& call) {
  const Tensor& in = call.tensor(0);
  const Values& input = call.input(0);
  const Filter& filter = call.layer.filter;
  const Window& window = call.layer.window;
  const auto depth = static_cast<std::size_t>(in.shape.channels);
  const Requantizer requantize(call.network, call.layer);
  Values output = call.result();
  std::vector<std::int32_t> sums;
  for_each_pixel(call.out().shape, [&](int y, int x) {
    sums.assign(filter.bias.begin(), filter.bias.end());
    for_each_tap(window, in.shape, y, x, [&](int iy, int ix, int ky, int kx) {
      const std::int8_t* values = &input[pixel(in.shape, iy, ix)];
      const std::int8_t* weights =
          &filter.weights[static_cast<std::size_t>(ky * window.kernel_width + kx) * depth];
      for (std::size_t c = 0; c < depth; ++c) sums[c] += weights[c] * (values[c] - in.zero_point);
    });
    std::int8_t* to = &output[pixel(call.out().shape, y, x)];
    for (std::size_t c = 0; c < depth; ++c) to[c] = requantize(sums[c], c);
  });
  return output;
}

Values connect_fully(const Call& call) {
  const Values& input = call.input(0);
  const int zero_point = call.tensor(0).zero_point;
  const Filter& filter = call.layer.filter;
  const Requantizer requantize(call.network, call.layer);
  Values output = call.result();
  for (std::size_t o = 0; o < output.size(); ++o) {
    std::int32_t sum = filter.bias[o];
    const std::int8_t* weights = &filter.weights[o * input.size()];
    for (std::size_t i = 0; i < input.size(); ++i) sum += weights[i] * (input[i] - zero_point);
    output[o] = requantize(sum, o);
  }
  return output;
}

/// Position in the second input of an element of the output; 1x1xC and 1x1x1 are repeated.
std::size_t broadcast(const Shape& shape, std::size_t element) {
  if (shape.height != 1 || shape.width != 1) return element;
  return element % static_cast<std::size_t>(shape.channels);
}

Values add(const Call& call) {
  const AddConstants constants = add_constants(call.network, call.layer);
  const QuantizedRange range = activation_range(call.network, call.layer);
  const auto scaled = [&](int value, FixedPointMultiplier multiplier) {
    return models::multiply(value * (1 << constants.left_shift), multiplier);
  };
  Values output = call.result();
  for (std::size_t i = 0; i < output.size(); ++i) {
    const std::size_t j = broadcast(call.tensor(1).shape, i);
    const std::int32_t sum =
        scaled(call.input(0)[i] - call.tensor(0).zero_point, constants.input1) +
        scaled(call.input(1)[j] - call.tensor(1).zero_point, constants.input2);
    output[i] = clamped(models::multiply(sum, constants.output) + call.out().zero_point, range);
  }
  return output;
}

Values mul(const Call& call) {
  const FixedPointMultiplier multiplier = mul_multiplier(call.network, call.layer);
  const QuantizedRange range = activation_range(call.network, call.layer);
  Values output = call.result();
  for (std::size_t i = 0; i < output.size(); ++i) {
    const std::size_t j = broadcast(call.tensor(1).shape, i);
    const std::int32_t product = (call.input(0)[i] - call.tensor(0).zero_point) *
                                 (call.input(1)[j] - call.tensor(1).zero_point);
    output[i] = clamped(models::multiply(product, multiplier) + call.out().zero_point, range);
  }
  return output;
}

/// sum / count, halves away from zero.
int rounded_quotient(int sum, int count) {
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

Values pool(const Call& call) {
  const Shape& shape = call.tensor(0).shape;
  const Values& input = call.input(0);
  const QuantizedRange range = activation_range(call.network, call.layer);
  const bool average = call.layer.kind == OperatorKind::average_pool_2d;
  Values output = call.result();
  for_each_pixel(call.out().shape, [&](int y, int x) {
    for (int c = 0; c < shape.channels; ++c) {
      int sum = 0, count = 0, largest = -128;
      for_each_tap(call.layer.window, shape, y, x, [&](int iy, int ix, int, int) {
        const int value = input[pixel(shape, iy, ix) + static_cast<std::size_t>(c)];
        sum += value;
        largest = std::max(largest, value);
        ++count;
      });
      output[pixel(call.out().shape, y, x) + static_cast<std::size_t>(c)] =
          clamped(average ? rounded_quotient(sum, count) : largest, range);
    }
  });
  return output;
}

Values mean(const Call& call) {
  const Shape& shape = call.tensor(0).shape;
  const FixedPointMultiplier multiplier = mean_multiplier(call.network, call.layer);
  Values output = call.result();
  for (std::size_t c = 0; c < output.size(); ++c) {
    std::int32_t sum = -call.tensor(0).zero_point * shape.height * shape.width;
    for_each_pixel(shape, [&](int y, int x) { sum += call.input(0)[pixel(shape, y, x) + c]; });
    output[c] = clamped(models::multiply(sum, multiplier) + call.out().zero_point, {});
  }
  return output;
}

void softmax_row(const SoftmaxConstants& constants, std::span<const std::int8_t> input,
                 std::span<std::int8_t> output) {
  constexpr int kDifferenceIntegerBits = 5;
  constexpr int kSumIntegerBits = 12;
  const int largest = *std::max_element(input.begin(), input.end());
  const auto exp_of = [&](int difference) {
    return models::exp_on_negative_values(models::multiply(difference, constants.input),
                                          kDifferenceIntegerBits);
  };
  std::int32_t sum = 0;
  for (const int value : input) {
    if (value - largest >= constants.diff_min)
      sum += models::divide_by_power_of_two(exp_of(value - largest), kSumIntegerBits);
  }
  // sum = (1 + x) * 2^(31 - headroom) in Q12; scale = 1 / (1 + x).
  const int headroom = std::countl_zero(static_cast<std::uint32_t>(sum));
  const auto x = static_cast<std::int32_t>((static_cast<std::uint32_t>(sum) << headroom) -
                                           (std::uint32_t{1} << 31));
  const std::int32_t scale = models::one_over_one_plus_x(x);
  const int exponent = kSumIntegerBits - headroom + 31 - 8;
  for (std::size_t i = 0; i < input.size(); ++i) {
    const int difference = input[i] - largest;
    int value = -128;
    if (difference >= constants.diff_min) {
      value += models::divide_by_power_of_two(
          models::doubling_high_multiply(scale, exp_of(difference)), exponent);
    }
    output[i] = clamped(value, {});
  }
}

Values softmax(const Call& call) {
  const SoftmaxConstants constants = softmax_constants(call.network, call.layer);
  const auto depth = static_cast<std::size_t>(call.out().shape.channels);
  Values output = call.result();
  for (std::size_t row = 0; row < output.size(); row += depth) {
    softmax_row(constants, std::span(call.input(0)).subspan(row, depth),
                std::span(output).subspan(row, depth));
  }
  return output;
}

Values logistic(const Call& call) {
  const auto table = logistic_table(call.network, call.layer);
  Values output = call.result();
  for (std::size_t i = 0; i < output.size(); ++i)
    output[i] = table[static_cast<std::size_t>(call.input(0)[i] + 128)];
  return output;
}

Values pad(const Call& call) {
  const Shape& in = call.tensor(0).shape;
  const Window& window = call.layer.window;
  Values output(static_cast<std::size_t>(call.out().shape.size()),
                static_cast<std::int8_t>(call.out().zero_point));
  for_each_pixel(in, [&](int y, int x) {
    const auto from = call.input(0).begin() + static_cast<std::ptrdiff_t>(pixel(in, y, x));
    std::copy_n(from, in.channels,
                output.begin() + static_cast<std::ptrdiff_t>(pixel(
                                     call.out().shape, y + window.pad_top, x + window.pad_left)));
  });
  return output;
}

Values concatenate(const Call& call) {
  Values output = call.result();
  int before[3] = {0, 0, 0};  // height, width, channels of the inputs already placed
  for (std::size_t i = 0; i < call.layer.inputs.size(); ++i) {
    const Shape& in = call.tensor(i).shape;
    for_each_pixel(in, [&](int y, int x) {
      const auto from = call.input(i).begin() + static_cast<std::ptrdiff_t>(pixel(in, y, x));
      const std::size_t to = pixel(call.out().shape, y + before[0], x + before[1]) +
                             static_cast<std::size_t>(before[2]);
      std::copy_n(from, in.channels, output.begin() + static_cast<std::ptrdiff_t>(to));
    });
    const int sizes[3] = {in.height, in.width, in.channels};
    before[call.layer.axis] += sizes[call.layer.axis];
  }
  return output;
}

Values quantize(const Call& call) {
  const FixedPointMultiplier multiplier = quantize_multiplier(call.network, call.layer);
  Values output = call.result();
  for (std::size_t i = 0; i < output.size(); ++i) {
    output[i] = clamped(models::multiply(call.input(0)[i] - call.tensor(0).zero_point, multiplier) +
                            call.out().zero_point,
                        {});
  }
  return output;
}

Values run_layer(const Call& call) {
  switch (call.layer.kind) {
    case OperatorKind::conv_2d:
      return convolve(call);
    case OperatorKind::depthwise_conv_2d:
      return convolve_depthwise(call);
    case OperatorKind::fully_connected:
      return connect_fully(call);
    case OperatorKind::add:
      return add(call);
    case OperatorKind::mul:
      return mul(call);
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      return pool(call);
    case OperatorKind::mean:
      return mean(call);
    case OperatorKind::softmax:
      return softmax(call);
    case OperatorKind::logistic:
      return logistic(call);
    case OperatorKind::reshape:
      return call.input(0);
    case OperatorKind::pad:
      return pad(call);
    case OperatorKind::concatenation:
      return concatenate(call);
    case OperatorKind::quantize:
      return quantize(call);
  }
  return {};
}

}  // namespace

std::vector<std::vector<std::int8_t>> run_reference(const Network& network,
                                                    std::span<const std::int8_t> input) {
  assert(std::ssize(input) == network.tensor(network.input).shape.size());
  std::vector<Values> values(network.tensors.size());
  values[network.input.value].assign(input.begin(), input.end());
  for (const Layer& layer : network.layers)
    values[layer.output.value] = run_layer({network, layer, values});
  return values;
}

}  // namespace sramscope
