// Which bytes of the arena hold needed values while each step runs: the plan, followed byte by
// byte.
#include <algorithm>
#include <functional>

#include "sramscope/codegen.h"

namespace sramscope {
namespace {

/// A value of one byte: written in one step, needed up to another.
struct Life {
  std::int64_t born = -1, last_read = -1;
};

/// Follows the bytes of an arena through the steps.
class Follower {
 public:
  Follower(std::uint32_t bytes, std::size_t steps) : lives_(bytes), changes_(steps + 2) {}

  void write(std::uint32_t byte, std::int64_t step) {
    close(lives_[byte], step);
    lives_[byte] = {step, -1};
  }
  void read(std::uint32_t byte, std::int64_t step) { lives_[byte].last_read = step; }
  /// Needed bytes of each step.
  std::vector<std::uint32_t> finish() {
    for (Life& life : lives_) close(life, static_cast<std::int64_t>(changes_.size()));
    std::vector<std::uint32_t> counts;
    std::int64_t count = 0;
    for (std::size_t step = 0; step + 2 < changes_.size(); ++step) {
      count += changes_[step];
      counts.push_back(static_cast<std::uint32_t>(count));
    }
    return counts;
  }

 private:
  /// Counts a life that is over; where the next one begins in its last step, that step counts the
  /// byte once.
  void close(const Life& life, std::int64_t next) {
    if (life.last_read < 0 || life.born < 0) return;
    const std::int64_t end = std::min(life.last_read + 1, next);
    ++changes_[static_cast<std::size_t>(life.born)];
    --changes_[static_cast<std::size_t>(std::max(end, life.born))];
  }

  std::vector<Life> lives_;
  std::vector<std::int64_t> changes_;
};

/// A window whose stride exceeds its kernel leaves rows and columns out; which of them are read.
/// Depthwise convolutions copy all of them to scratch.
struct Taken {
  int pad = 0, stride = 1, kernel = 1;
  bool operator()(int position) const { return (position + pad) % stride < kernel; }
};

/// Calls `visit` with each byte of an operand's region that lies in taken rows and columns.
void for_each_byte(const MemoryPlan& plan, const Operand& operand, int channels, Taken row_taken,
                   Taken column_taken, const std::function<void(std::uint32_t)>& visit) {
  const PlanBuffer& buffer = plan.buffer(operand.buffer);
  const TensorRegion& region = operand.region;
  for (int y = region.top; y < region.bottom; ++y) {
    if (!row_taken(y)) continue;
    const int row = buffer.use == BufferUse::ring ? y % buffer.rows : y - operand.holds.top;
    const int first = (row * operand.holds.width() + region.left - operand.holds.left) * channels;
    for (int i = 0; i < region.width() * channels; ++i) {
      if (column_taken(region.left + i / channels))
        visit(buffer.offset + static_cast<std::uint32_t>(first + i));
    }
  }
}

bool reads_windows(OperatorKind kind) {
  return kind == OperatorKind::conv_2d || kind == OperatorKind::average_pool_2d ||
         kind == OperatorKind::max_pool_2d;
}

/// Channels of what a step reads as input `index`, or writes.
int input_channels(const Network& network, const Step& step, std::size_t index) {
  return network.input_of(network.layer(*step.layer), index).shape.channels;
}

int output_channels(const Network& network, const Step& step) {
  const TensorId tensor = step.layer ? network.layer(*step.layer).output : network.input;
  return network.tensor(tensor).shape.channels;
}

void follow_step(const Network& network, const MemoryPlan& plan, std::int64_t number,
                 Follower& follower) {
  const Step& step = plan.steps[static_cast<std::size_t>(number)];
  Taken rows, columns;
  if (step.layer && reads_windows(network.layer(*step.layer).kind)) {
    const Window& w = network.layer(*step.layer).window;
    rows = {w.pad_top, w.stride_y, w.kernel_height};
    columns = {w.pad_left, w.stride_x, w.kernel_width};
  }
  for (std::size_t i = 0; i < step.inputs.size(); ++i) {
    if (!step.inputs[i]) continue;
    for_each_byte(plan, *step.inputs[i], input_channels(network, step, i), rows, columns,
                  [&](std::uint32_t byte) { follower.read(byte, number); });
  }
  if (step.scratch) {
    const PlanBuffer& scratch = plan.buffer(*step.scratch);
    std::uint32_t used =
        step.layer ? scratch_bytes(network, network.layer(*step.layer),
                                   step.inputs.empty() || !step.inputs[0] ? step.output.region
                                                                          : step.inputs[0]->region,
                                   step.output.region, step.in_place)
                   : 0;
    // A convolution takes two fields at a time, of an output one pixel wide one.
    const bool one_field = step.layer && step.output.region.width() == 1 &&
                           network.layer(*step.layer).kind == OperatorKind::conv_2d;
    if (one_field) used /= 2;
    for (std::uint32_t i = 0; i < used; ++i) {
      follower.write(scratch.offset + i, number);
      follower.read(scratch.offset + i, number);
    }
  }
  for_each_byte(plan, step.output, output_channels(network, step), {}, {},
                [&](std::uint32_t byte) { follower.write(byte, number); });
}

}  // namespace

std::vector<std::uint32_t> live_bytes(const Network& network, const MemoryPlan& plan) {
  Follower follower(plan.arena_bytes, plan.steps.size());
  if (!plan.schedule.fetch_input) {
    const std::uint32_t first = arena_input_offset(network, plan);
    const auto size = static_cast<std::uint32_t>(network.tensor(network.input).shape.size());
    for (std::uint32_t i = 0; i < size; ++i) follower.write(first + i, 0);
  }
  for (std::size_t step = 0; step < plan.steps.size(); ++step)
    follow_step(network, plan, static_cast<std::int64_t>(step), follower);
  const std::uint32_t first = arena_output_offset(network, plan);
  const auto size = static_cast<std::uint32_t>(network.tensor(network.output).shape.size());
  for (std::uint32_t i = 0; i < size; ++i)
    follower.read(first + i, static_cast<std::int64_t>(plan.steps.size()));
  return follower.finish();
}

}  // namespace sramscope
