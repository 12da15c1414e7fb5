#include "models/segment_costs.h"

#include <utility>

#include "models/stage_layout.h"

namespace sramscope::models {
namespace {

/// Columns that a border may have more than other patches.
constexpr int kWidest = 6;

/// Numbers of parts that give longest parts of different lengths, the fewest for each.
std::vector<int> distinct_parts(int length) {
  std::vector<int> parts;
  int previous = 0;
  for (int count = 1; count <= length; ++count) {
    const int longest = (length + count - 1) / count;
    if (longest != previous) parts.push_back(count);
    previous = longest;
  }
  return parts;
}

int length_of(const Network& network, const StageGraph& graph, Axis axis) {
  const Shape& shape = network.output_of(*graph.layers.back()).shape;
  return axis == Axis::rows ? shape.height : shape.width;
}

}  // namespace

SegmentCosts::SegmentCosts(const Network& network, std::vector<LayerId> order,
                           const SearchOptions& options)
    : network_(network), order_(std::move(order)), options_(options) {
  const auto end = static_cast<std::int64_t>(order_.size());
  made_at_.assign(network.tensors.size(), -1);
  read_until_.assign(network.tensors.size(), -1);
  read_until_[network.output.value] = end;
  for (std::int64_t position = end - 1; position >= 0; --position) {
    const Layer& layer = layer_at(static_cast<std::uint32_t>(position));
    made_at_[layer.output.value] = position;
    for (const TensorId input : layer.inputs) {
      auto& until = read_until_[input.value];
      until = std::max(until, position);
      if (layer.kind == OperatorKind::reshape)
        until = std::max(until, read_until_[layer.output.value]);
    }
  }
  for (const Layer& layer : network.layers) {
    // Its bytes are its input's.
    if (layer.kind == OperatorKind::reshape) read_until_[layer.output.value] = -1;
  }
}

std::int64_t SegmentCosts::crossing_bytes(std::uint32_t position) const {
  std::int64_t bytes = 0;
  for (std::size_t t = 0; t < network_.tensors.size(); ++t) {
    const Tensor& tensor = network_.tensors[t];
    const auto here = static_cast<std::int64_t>(position);
    if (!tensor.is_constant() && made_at_[t] < here && read_until_[t] >= here)
      bytes += tensor.shape.size();
  }
  return bytes;
}

std::int64_t SegmentCosts::output_bytes(std::uint32_t position) const {
  const TensorId output = layer_at(position).output;
  if (output == network_.output && !options_.count_output) return 0;
  return network_.tensor(output).shape.size();
}

SegmentCost SegmentCosts::whole_layer(std::uint32_t position) const {
  const Layer& layer = layer_at(position);
  if (layer.kind == OperatorKind::reshape) return {crossing_bytes(position), 0, 0, {}, false};
  const std::int64_t output = output_bytes(position);
  std::int64_t bytes = crossing_bytes(position) + output;
  bool in_place = false;
  for (std::size_t i = 0; i < layer.inputs.size() && !in_place; ++i) {
    const Tensor& input = network_.input_of(layer, i);
    TensorId root = layer.inputs[i];
    while (made_at_[root.value] >= 0) {
      const Layer& maker = layer_at(static_cast<std::uint32_t>(made_at_[root.value]));
      if (maker.kind != OperatorKind::reshape) break;
      root = maker.inputs[0];
    }
    in_place = !input.is_constant() && read_until_[root.value] <= position &&
               whole_input_may_go(network_, layer, i, options_.plan);
    if (in_place) bytes -= std::min(output, input.shape.size());
  }
  const TensorRegion all = whole(network_.output_of(layer).shape);
  if (options_.plan.kernel_scratch)
    bytes += scratch_bytes(network_, layer, input_region(network_, layer, all), all, in_place);
  return {bytes, macs(network_, layer), 1, {}, false};
}

bool SegmentCosts::can_be_stage(std::uint32_t first, std::uint32_t last) const {
  Schedule schedule;
  schedule.order = order_;
  schedule.stages = {Stage{first, last, 1, 1, HaloCaching::none}};
  return check_schedule(network_, schedule).ok();
}

std::vector<SegmentCosts::Cut> SegmentCosts::cut(const StageGraph& graph, Axis axis) const {
  const int length = length_of(network_, graph, axis);
  std::vector<Cut> cuts;
  for (const int parts : distinct_parts(length)) {
    cuts.push_back(
        {cut_axis(network_, graph, axis, part_ends(length, parts, 0)), parts, 0, std::nullopt});
  }
  return cuts;
}

std::vector<SegmentCosts::Cut> SegmentCosts::cut_with_borders(const StageGraph& graph) const {
  const int length = length_of(network_, graph, Axis::columns);
  std::vector<Cut> cuts;
  for (int border = 2; 2 * border < length; ++border) {
    for (const int inner : distinct_parts(length - 2 * border)) {
      const int longest = (length - 2 * border + inner - 1) / inner;
      if (border <= longest || border > longest + kWidest) continue;
      cuts.push_back(
          {cut_axis(network_, graph, Axis::columns, part_ends(length, inner + 2, border)),
           inner + 2, border, std::nullopt});
    }
  }
  return cuts;
}

SegmentCost SegmentCosts::stage_cost(const StageGraph& graph, const Cut& rows,
                                     const Cut& columns) const {
  SegmentCost cost;
  cost.bytes = stage_buffers(network_, graph, rows.layout, columns.layout, options_.plan)
                   .peak(graph.fetches());
  for (std::size_t i = 0; i < graph.layers.size(); ++i) {
    cost.macs += pixel_macs(network_, *graph.layers[i]) * rows.layout.total_computed[i] *
                 columns.layout.total_computed[i];
  }
  const auto calls = static_cast<std::int64_t>(graph.layers.size()) + (graph.fetches() ? 1 : 0);
  cost.calls = rows.streamed_calls.value_or(calls * rows.parts) * columns.parts;
  cost.fetched = graph.fetches();
  return cost;
}

void SegmentCosts::add_stages(std::uint32_t first, std::uint32_t last, bool fetched,
                              std::vector<SegmentCost>& costs) const {
  const StageGraph graph =
      stage_graph(network_, std::span(order_).subspan(first, last - first + 1), fetched);
  const auto columns = cut(graph, Axis::columns);
  const Stage range{first, last, 1, 1, HaloCaching::none};
  combine(graph, range, cut(graph, Axis::rows), columns, costs);
  if (!options_.cache_rows) return;
  RowStream stream = stream_rows(network_, graph);
  const auto calls = std::ssize(stream.calls);
  const std::vector<Cut> streamed = {{std::move(stream.axis), 1, 0, calls}};
  combine(graph, range, streamed, columns, costs);
  combine(graph, range, streamed, cut_with_borders(graph), costs);
}

void SegmentCosts::combine(const StageGraph& graph, const Stage& range,
                           const std::vector<Cut>& all_rows, const std::vector<Cut>& all_columns,
                           std::vector<SegmentCost>& costs) const {
  std::int64_t outside = crossing_bytes(range.first) + output_bytes(range.last);
  if (graph.fetches()) outside -= network_.tensor(network_.input).shape.size();
  for (const Cut& rows : all_rows) {
    for (const Cut& columns : all_columns) {
      if (rows.parts == 1 && columns.parts == 1 && !rows.streamed_calls) continue;
      SegmentCost cost = stage_cost(graph, rows, columns);
      cost.bytes += outside;
      cost.stage = range;
      cost.stage->rows = rows.parts;
      cost.stage->columns = columns.parts;
      cost.stage->border = columns.border;
      cost.stage->caching = rows.streamed_calls ? HaloCaching::rows : HaloCaching::none;
      costs.push_back(cost);
    }
  }
}

std::vector<SegmentCost> SegmentCosts::stages(std::uint32_t first, std::uint32_t last) const {
  std::vector<SegmentCost> costs;
  if (!can_be_stage(first, last)) return costs;
  if (first < last) add_stages(first, last, false, costs);
  const bool can_fetch = options_.fetch_input && first == 0 &&
                         read_until_[network_.input.value] <= static_cast<std::int64_t>(last);
  if (can_fetch) add_stages(first, last, true, costs);
  keep_frontier(costs);
  return costs;
}

}  // namespace sramscope::models
