#include "models/stage_layout.h"

#include <algorithm>
#include <utility>

namespace sramscope::models {
namespace {

/// In every part `output` is where `input` is (`same`), or is no longer than it. Streamed rows that
/// do not persist are read as they are made, row for row.
bool held_alike(const AxisLayout& axis, std::size_t input, std::size_t output, bool same) {
  return std::ranges::all_of(axis.parts, [&](const AxisLayout::Part& part) {
    const Interval& in = part.made[input];
    const Interval& out = part.made[output];
    return same ? in.begin == out.begin && in.end == out.end : out.length() <= in.length();
  });
}

class BufferRules {
 public:
  BufferRules(const Network& network, const StageGraph& graph, const AxisLayout& rows,
              const AxisLayout& columns, const PlanOptions& options)
      : network_(network), graph_(graph), rows_(rows), columns_(columns), options_(options) {}

  StageBuffers run() {
    const std::uint32_t first_layer = graph_.fetches() ? 1 : 0;
    const auto last_slot = first_layer + static_cast<std::uint32_t>(graph_.layers.size()) - 1;
    for (std::size_t t = 0; t < graph_.inner.size(); ++t) {
      const auto& inner = graph_.inner[t];
      const bool ring = rows_.persists[t];
      result_.ring_rows.push_back(ring ? rows_.longest_held[t] : 0);
      result_.bytes.push_back(std::int64_t{rows_.longest_held[t]} * columns_.longest_held[t] *
                              network_.tensor(inner.tensor).shape.channels);
      result_.first_slot.push_back(ring || !inner.producer ? 0 : first_layer + *inner.producer);
      result_.last_slot.push_back(ring ? last_slot : first_layer + inner.last_reader);
    }
    result_.in_place_of.resize(graph_.inner.size());
    for (std::size_t i = 0; i < graph_.layers.size(); ++i) {
      const auto output = graph_.outputs[i];
      if (output) result_.in_place_of[*output] = overwritten(i, *output);
      const bool in_place = output && result_.in_place_of[*output];
      result_.scratch.push_back(scratch(i, in_place));
    }
    return std::move(result_);
  }

 private:
  std::optional<std::size_t> overwritten(std::size_t index, std::size_t output) const {
    const Layer& layer = *graph_.layers[index];
    if (!may_overwrite_input(layer, options_) || rows_.persists[output]) return std::nullopt;
    // Depthwise any smaller region fits; the others go element by element.
    const bool same = layer.kind != OperatorKind::depthwise_conv_2d;
    for (const auto& input : graph_.inputs[index]) {
      if (!input || rows_.persists[*input] || graph_.inner[*input].last_reader != index) continue;
      if (std::ranges::count(graph_.inputs[index], input) > 1) continue;
      if (same &&
          network_.tensor(graph_.inner[*input].tensor).shape != network_.output_of(layer).shape)
        continue;
      if (held_alike(rows_, *input, output, same) && held_alike(columns_, *input, output, same))
        return input;
    }
    return std::nullopt;
  }

  std::uint32_t scratch(std::size_t index, bool in_place) const {
    if (!options_.kernel_scratch) return 0;
    const Layer& layer = *graph_.layers[index];
    const Interval& rows = rows_.longest_computed[index];
    const Interval& columns = columns_.longest_computed[index];
    const TensorRegion output{rows.begin, rows.end, columns.begin, columns.end};
    return scratch_bytes(network_, layer, input_region(network_, layer, output), output, in_place);
  }

  const Network& network_;
  const StageGraph& graph_;
  const AxisLayout& rows_;
  const AxisLayout& columns_;
  const PlanOptions& options_;
  StageBuffers result_;
};

}  // namespace

std::int64_t StageBuffers::peak(bool fetches) const {
  const std::size_t first_layer = fetches ? 1 : 0;
  std::int64_t peak = 0;
  for (std::size_t slot = 0; slot < scratch.size() + first_layer; ++slot) {
    std::int64_t sum = slot < first_layer ? 0 : scratch[slot - first_layer];
    for (std::size_t t = 0; t < bytes.size(); ++t) {
      if (slot < first_slot[t] || slot > last_slot[t]) continue;
      sum += bytes[t];
      // In the slot in which one takes the other's place, both are needed, in the same bytes.
      if (in_place_of[t] && slot == first_slot[t])
        sum -= std::min(bytes[t], bytes[*in_place_of[t]]);
    }
    peak = std::max(peak, sum);
  }
  return peak;
}

StageBuffers stage_buffers(const Network& network, const StageGraph& graph, const AxisLayout& rows,
                           const AxisLayout& columns, const PlanOptions& options) {
  return BufferRules(network, graph, rows, columns, options).run();
}

namespace {

std::vector<TensorRegion> combine(const std::vector<Interval>& rows,
                                  const std::vector<Interval>& columns) {
  std::vector<TensorRegion> regions;
  for (std::size_t i = 0; i < rows.size(); ++i)
    regions.push_back({rows[i].begin, rows[i].end, columns[i].begin, columns[i].end});
  return regions;
}

/// Patches row by row, each layer by layer.
std::vector<StageCall> patch_calls(const StageGraph& graph, const AxisLayout& rows,
                                   const AxisLayout& columns) {
  std::vector<StageCall> calls;
  for (std::size_t r = 0; r < rows.parts.size(); ++r) {
    for (std::size_t c = 0; c < columns.parts.size(); ++c) {
      StageCall call;
      call.patch_row = static_cast<int>(r);
      call.patch_column = static_cast<int>(c);
      call.held = combine(rows.parts[r].made, columns.parts[c].made);
      const auto add = [&](std::optional<std::uint32_t> layer, const TensorRegion& output) {
        if (output.empty()) return;
        call.layer = layer;
        call.output = output;
        calls.push_back(call);
      };
      if (graph.fetches()) add(std::nullopt, call.held[0]);
      const auto computed = combine(rows.parts[r].computed, columns.parts[c].computed);
      for (std::uint32_t i = 0; i < computed.size(); ++i) add(i, computed[i]);
    }
  }
  return calls;
}

/// Strips from left to right, each row by row.
std::vector<StageCall> strip_calls(const StageGraph& graph, const RowStream& rows,
                                   const AxisLayout& columns) {
  std::vector<StageCall> calls;
  for (std::size_t c = 0; c < columns.parts.size(); ++c) {
    const AxisLayout::Part& strip = columns.parts[c];
    StageCall call;
    call.patch_column = static_cast<int>(c);
    for (const Interval& made : strip.made) call.held.push_back({0, 0, made.begin, made.end});
    for (const RowCall& row : rows.calls) {
      call.patch_row = row.output_row;
      call.layer = row.layer;
      const auto made = row.layer ? graph.outputs[*row.layer] : std::optional<std::size_t>(0);
      const Interval& across = row.layer ? strip.computed[*row.layer] : strip.made[0];
      call.output = {row.row, row.row + 1, across.begin, across.end};
      if (made) {
        // The newest rows, as many as the buffer has.
        call.held[*made].bottom = row.row + 1;
        call.held[*made].top = std::max(0, row.row + 1 - rows.axis.longest_held[*made]);
      }
      if (!call.output.empty()) calls.push_back(call);
    }
  }
  return calls;
}

}  // namespace

StageLayout lay_out_stage(const Network& network, const Schedule& schedule, const Stage& stage,
                          bool fetched, const PlanOptions& options) {
  const auto order = std::span(schedule.order).subspan(stage.first, stage.last - stage.first + 1);
  StageLayout layout;
  layout.graph = stage_graph(network, order, fetched);
  const Shape& shape = network.output_of(*layout.graph.layers.back()).shape;
  const auto columns = cut_axis(network, layout.graph, Axis::columns,
                                part_ends(shape.width, stage.columns, stage.border));
  if (stage.caching == HaloCaching::rows) {
    const RowStream rows = stream_rows(network, layout.graph);
    layout.buffers = stage_buffers(network, layout.graph, rows.axis, columns, options);
    layout.calls = strip_calls(layout.graph, rows, columns);
  } else {
    const auto rows =
        cut_axis(network, layout.graph, Axis::rows, part_ends(shape.height, stage.rows, 0));
    layout.buffers = stage_buffers(network, layout.graph, rows, columns, options);
    layout.calls = patch_calls(layout.graph, rows, columns);
  }
  return layout;
}

bool may_overwrite_input(const Layer& layer, const PlanOptions& options) {
  switch (layer.kind) {
    case OperatorKind::depthwise_conv_2d:
      return options.in_place_depthwise;
    case OperatorKind::add:
    case OperatorKind::mul:
    case OperatorKind::quantize:
    case OperatorKind::logistic:
    case OperatorKind::softmax:
      return options.in_place_elementwise;
    default:
      return false;
  }
}

bool whole_input_may_go(const Network& network, const Layer& layer, std::size_t index,
                        const PlanOptions& options) {
  if (!may_overwrite_input(layer, options)) return false;
  if (std::ranges::count(layer.inputs, layer.inputs[index]) > 1) return false;
  const Shape& input = network.input_of(layer, index).shape;
  const Shape& output = network.output_of(layer).shape;
  if (layer.kind == OperatorKind::depthwise_conv_2d)
    return output.height <= input.height && output.width <= input.width;
  return input == output;
}

std::int64_t pixel_macs(const Network& network, const Layer& layer) {
  const Shape& shape = network.output_of(layer).shape;
  return macs(network, layer) / (std::int64_t{shape.height} * shape.width);
}

}  // namespace sramscope::models
