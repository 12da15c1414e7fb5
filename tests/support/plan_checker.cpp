#include "tests/support/plan_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace sramscope::test {
namespace {

bool contains(const TensorRegion& outer, const TensorRegion& inner) {
  return inner.empty() || (inner.top >= outer.top && inner.bottom <= outer.bottom &&
                           inner.left >= outer.left && inner.right <= outer.right);
}

/// The pixels of input `index` that one pixel of the output reads, found tap by tap.
TensorRegion taps_of(const Network& network, const Layer& layer, std::size_t index, int y, int x) {
  const Shape& in = network.input_of(layer, index).shape;
  const Window& w = layer.window;
  TensorRegion taps;
  const auto add = [&](int tap_y, int tap_x) {
    if (tap_y >= 0 && tap_y < in.height && tap_x >= 0 && tap_x < in.width)
      taps = unite(taps, {tap_y, tap_y + 1, tap_x, tap_x + 1});
  };
  switch (layer.kind) {
    case OperatorKind::conv_2d:
    case OperatorKind::depthwise_conv_2d:
    case OperatorKind::average_pool_2d:
    case OperatorKind::max_pool_2d:
      for (int ky = 0; ky < w.kernel_height; ++ky) {
        for (int kx = 0; kx < w.kernel_width; ++kx)
          add(y * w.stride_y - w.pad_top + ky, x * w.stride_x - w.pad_left + kx);
      }
      return taps;
    case OperatorKind::pad:
      add(y - w.pad_top, x - w.pad_left);
      return taps;
    case OperatorKind::add:
    case OperatorKind::mul:
      return in == network.output_of(layer).shape ? TensorRegion{y, y + 1, x, x + 1} : whole(in);
    case OperatorKind::softmax:
    case OperatorKind::logistic:
    case OperatorKind::quantize:
      return {y, y + 1, x, x + 1};
    case OperatorKind::concatenation:
      if (layer.axis == 2) return {y, y + 1, x, x + 1};
      return whole(in);
    default:
      return whole(in);
  }
}

class Checker {
 public:
  Checker(const Network& network, const MemoryPlan& plan)
      : network_(network), plan_(plan), arena_(plan.arena_bytes, kNothing) {
    for (std::uint32_t t = 0; t < network.tensors.size(); ++t) root_.push_back(t);
    for (const Layer& layer : network.layers) {
      if (layer.kind == OperatorKind::reshape)
        root_[layer.output.value] = root_[layer.inputs[0].value];
    }
  }

  std::string run() {
    if (!plan_.schedule.fetch_input) {
      for (const PlanBuffer& buffer : plan_.buffers) {
        if (buffer.use == BufferUse::tensor && buffer.tensor == network_.input) {
          for (std::uint32_t i = 0; i < buffer.bytes; ++i)
            arena_[buffer.offset + i] = element(network_.input, i);
        }
      }
    }
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      if (auto problem = check_step(plan_.steps[i]); !problem.empty()) {
        const auto& layer = plan_.steps[i].layer;
        return fmt::format("step {} ({}): {}", i, layer ? network_.layer(*layer).name : "fetch",
                           problem);
      }
    }
    return check_output();
  }

 private:
  static constexpr std::int64_t kNothing = -1;

  std::int64_t element(TensorId tensor, std::int64_t index) const {
    return (std::int64_t{root_[tensor.value]} << 40) + index;
  }

  /// Calls `visit(arena index, element)` for each byte of the operand's region; "" or what is
  /// wrong.
  template <class Visit>
  std::string for_each_byte(TensorId tensor, const Operand& operand, Visit visit) {
    const Shape& shape = network_.tensor(tensor).shape;
    const PlanBuffer& buffer = plan_.buffer(operand.buffer);
    if (!contains(operand.holds, operand.region)) return "the region is not in the buffer";
    if (!contains(whole(shape), operand.region)) return "the region is not in the tensor";
    for (int y = operand.region.top; y < operand.region.bottom; ++y) {
      const int row = buffer.use == BufferUse::ring ? y % buffer.rows : y - operand.holds.top;
      for (int x = operand.region.left; x < operand.region.right; ++x) {
        for (int c = 0; c < shape.channels; ++c) {
          const std::int64_t at =
              (std::int64_t{row} * operand.holds.width() + x - operand.holds.left) *
                  shape.channels +
              c;
          if (at < 0 || at >= buffer.bytes) return fmt::format("out of buffer {}", buffer.name);
          const auto place = buffer.offset + static_cast<std::size_t>(at);
          if (place >= arena_.size()) return fmt::format("{} is out of the arena", buffer.name);
          const std::int64_t index = (std::int64_t{y} * shape.width + x) * shape.channels + c;
          if (auto problem = visit(arena_[place], element(tensor, index)); !problem.empty())
            return fmt::format("{} row {} column {} of {}", problem, y, x, buffer.name);
        }
      }
    }
    return "";
  }

  std::string write(TensorId tensor, const Operand& operand, bool valid) {
    return for_each_byte(tensor, operand, [&](std::int64_t& byte, std::int64_t expected) {
      byte = valid ? expected : kNothing;
      return std::string();
    });
  }

  std::string check_step(const Step& step) {
    if (step.slot >= plan_.slots) return "its slot is out of range";
    if (!step.layer) return write(network_.input, step.output, true);
    const Layer& layer = network_.layer(*step.layer);
    if (step.scratch) {
      const PlanBuffer& scratch = plan_.buffer(*step.scratch);
      for (std::uint32_t i = 0; i < scratch.bytes; ++i) arena_[scratch.offset + i] = kNothing;
    }
    // A kernel that does not work in place may write before it has read.
    if (!step.in_place) {
      if (auto problem = write(layer.output, step.output, false); !problem.empty()) return problem;
    }
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      if (!step.inputs[i]) continue;
      if (auto problem = check_taps(step, layer, i); !problem.empty()) return problem;
      auto problem = for_each_byte(layer.inputs[i], *step.inputs[i],
                                   [](std::int64_t byte, std::int64_t expected) -> std::string {
                                     return byte == expected ? "" : "does not hold";
                                   });
      if (!problem.empty()) return problem;
    }
    return write(layer.output, step.output, true);
  }

  std::string check_taps(const Step& step, const Layer& layer, std::size_t index) const {
    TensorRegion needed;
    const TensorRegion& out = step.output.region;
    for (int y = out.top; y < out.bottom; ++y) {
      for (int x = out.left; x < out.right; ++x)
        needed = unite(needed, taps_of(network_, layer, index, y, x));
    }
    const TensorRegion& region = step.inputs[index]->region;
    if (needed.empty() && region.empty()) return "";
    if (needed == region) return "";
    return fmt::format("input {} is read at [{},{})x[{},{}), its windows need [{},{})x[{},{})",
                       index, region.top, region.bottom, region.left, region.right, needed.top,
                       needed.bottom, needed.left, needed.right);
  }

  std::string check_output() {
    for (const PlanBuffer& buffer : plan_.buffers) {
      if (buffer.use != BufferUse::tensor ||
          root_[buffer.tensor.value] != root_[network_.output.value])
        continue;
      for (std::uint32_t i = 0; i < buffer.bytes; ++i) {
        if (arena_[buffer.offset + i] != element(network_.output, i))
          return fmt::format("byte {} of the output is missing", i);
      }
      return "";
    }
    return "the output has no buffer";
  }

  const Network& network_;
  const MemoryPlan& plan_;
  std::vector<std::int64_t> arena_;
  std::vector<std::uint32_t> root_;
};

}  // namespace

std::string check_plan(const Network& network, const MemoryPlan& plan) {
  return Checker(network, plan).run();
}

}  // namespace sramscope::test
