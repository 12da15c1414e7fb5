#include "models/axis_layout.h"

#include <algorithm>
#include <limits>

namespace sramscope::models {
namespace {

Interval unite_intervals(const Interval& a, const Interval& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

/// What output [begin, end) of a layer reads of an input.
Interval input_interval(const Network& network, const Layer& layer, Axis axis,
                        const Interval& output, std::size_t index) {
  TensorRegion region = whole(network.output_of(layer).shape);
  (axis == Axis::rows ? region.top : region.left) = output.begin;
  (axis == Axis::rows ? region.bottom : region.right) = output.end;
  const TensorRegion input = input_region(network, layer, region, index);
  return axis == Axis::rows ? Interval{input.top, input.bottom} : Interval{input.left, input.right};
}

AxisLayout empty_layout(const StageGraph& graph) {
  AxisLayout layout;
  layout.persists.assign(graph.inner.size(), false);
  layout.longest_held.assign(graph.inner.size(), 0);
  layout.total_computed.assign(graph.layers.size(), 0);
  layout.longest_computed.assign(graph.layers.size(), {});
  return layout;
}

/// All that has to be there to compute `wanted`, from the last layer back.
AxisLayout::Part compute_part(const Network& network, const StageGraph& graph, Axis axis,
                              const Interval& wanted) {
  AxisLayout::Part part;
  part.computed.resize(graph.layers.size());
  part.made.resize(graph.inner.size());
  for (std::size_t i = graph.layers.size(); i-- > 0;) {
    const Layer& layer = *graph.layers[i];
    part.computed[i] = graph.outputs[i] ? part.made[*graph.outputs[i]] : wanted;
    if (part.computed[i].empty()) continue;
    for (std::size_t input = 0; input < layer.inputs.size(); ++input) {
      if (const auto from = graph.inputs[i][input]) {
        part.made[*from] = unite_intervals(
            part.made[*from], input_interval(network, layer, axis, part.computed[i], input));
      }
    }
  }
  return part;
}

/// Runs the rows of a stage as its generated code does.
class RowStreamer {
 public:
  RowStreamer(const Network& network, const StageGraph& graph) : network_(network), graph_(graph) {
    stream_.axis = empty_layout(graph);
    next_.assign(graph.layers.size(), 0);
    made_.assign(graph.inner.size(), 0);
    for (std::size_t t = 0; t < graph.inner.size(); ++t)
      stream_.axis.persists[t] = !is_read_at_once(t);
  }

  RowStream run() {
    const auto last = static_cast<std::uint32_t>(graph_.layers.size() - 1);
    for (output_row_ = 0; output_row_ < height_of(last); ++output_row_) compute_row(last);
    return std::move(stream_);
  }

 private:
  int height_of(std::uint32_t layer) const {
    return network_.output_of(*graph_.layers[layer]).shape.height;
  }
  Interval read_by(std::uint32_t layer, int row, std::size_t input) const {
    return input_interval(network_, *graph_.layers[layer], Axis::rows, {row, row + 1}, input);
  }

  /// One layer alone reads it, row for row, and reads nothing later than it: it runs next.
  bool is_read_at_once(std::size_t tensor) const {
    int readers = 0;
    bool at_once = true;
    for (std::uint32_t i = 0; i < graph_.layers.size(); ++i) {
      const Layer& layer = *graph_.layers[i];
      for (std::size_t input = 0; input < layer.inputs.size(); ++input) {
        if (graph_.inputs[i][input] != tensor) continue;
        ++readers;
        const Window& w = layer.window;
        at_once = at_once && w.kernel_height == 1 && w.stride_y == 1 && w.pad_top == 0 &&
                  layer.kind != OperatorKind::pad &&
                  std::ranges::all_of(graph_.inputs[i], [&](const auto& other) {
                    return !other || *other <= tensor;
                  });
      }
    }
    return readers == 1 && at_once;
  }

  /// First row of a tensor that a layer still has to read: each goes on at its next row.
  int first_needed(std::size_t tensor) const {
    int first = std::numeric_limits<int>::max();
    for (std::uint32_t i = 0; i < graph_.layers.size(); ++i) {
      if (next_[i] >= height_of(i)) continue;
      for (std::size_t input = 0; input < graph_.inputs[i].size(); ++input) {
        if (graph_.inputs[i][input] == tensor)
          first = std::min(first, read_by(i, next_[i], input).begin);
      }
    }
    return first;
  }

  void compute_row(std::uint32_t layer) {
    const int row = next_[layer];
    // In the order in which the tensors are made: what is read at once comes last.
    std::vector<std::pair<std::size_t, int>> wanted;
    for (std::size_t input = 0; input < graph_.inputs[layer].size(); ++input) {
      if (const auto from = graph_.inputs[layer][input])
        wanted.emplace_back(*from, read_by(layer, row, input).end);
    }
    std::ranges::sort(wanted);
    for (const auto& [tensor, end] : wanted) make_rows(tensor, end);
    stream_.calls.push_back({layer, row, output_row_});
    next_[layer] = row + 1;
    ++stream_.axis.total_computed[layer];
    stream_.axis.longest_computed[layer] = {row / 2, row / 2 + 1};
  }

  void make_rows(std::size_t tensor, int end) {
    while (made_[tensor] < end) {
      // Rows that a stride leaves out are not made.
      made_[tensor] = std::max(made_[tensor], std::min(first_needed(tensor), end - 1));
      if (const auto producer = graph_.inner[tensor].producer) {
        next_[*producer] = made_[tensor];
        compute_row(*producer);
      } else {
        stream_.calls.push_back({std::nullopt, made_[tensor], output_row_});
      }
      ++made_[tensor];
      const int held = made_[tensor] - std::min(first_needed(tensor), made_[tensor]);
      stream_.axis.longest_held[tensor] = std::max(stream_.axis.longest_held[tensor], held);
    }
  }

  const Network& network_;
  const StageGraph& graph_;
  RowStream stream_;
  /// By layer: its next row. By inner tensor: the end of what is made.
  std::vector<int> next_;
  std::vector<int> made_;
  int output_row_ = 0;
};

}  // namespace

StageGraph stage_graph(const Network& network, std::span<const LayerId> order, bool fetched) {
  StageGraph graph;
  if (fetched) graph.inner.push_back({network.input, std::nullopt, 0});
  for (const LayerId id : order) graph.layers.push_back(&network.layer(id));
  for (std::uint32_t i = 0; i + 1 < graph.layers.size(); ++i)
    graph.inner.push_back({graph.layers[i]->output, i, 0});
  const auto find = [&](TensorId tensor) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(graph.inner, tensor, &StageGraph::Inner::tensor);
    if (found == graph.inner.end()) return std::nullopt;
    return static_cast<std::size_t>(found - graph.inner.begin());
  };
  for (std::uint32_t i = 0; i < graph.layers.size(); ++i) {
    graph.outputs.push_back(find(graph.layers[i]->output));
    graph.inputs.emplace_back();
    for (const TensorId input : graph.layers[i]->inputs) {
      graph.inputs[i].push_back(find(input));
      if (const auto found = graph.inputs[i].back()) graph.inner[*found].last_reader = i;
    }
  }
  return graph;
}

std::vector<int> part_ends(int length, int parts, int border) {
  std::vector<int> ends;
  if (border > 0) ends.push_back(border);
  const int inner = border > 0 ? parts - 2 : parts;
  for (std::int64_t i = 1; i <= inner; ++i)
    ends.push_back(border + static_cast<int>(i * (length - 2 * border) / inner));
  if (border > 0) ends.push_back(length);
  return ends;
}

AxisLayout cut_axis(const Network& network, const StageGraph& graph, Axis axis,
                    const std::vector<int>& ends) {
  AxisLayout layout = empty_layout(graph);
  int begin = 0;
  for (const int end : ends) {
    const Interval wanted{begin, end};
    begin = end;
    layout.parts.push_back(compute_part(network, graph, axis, wanted));
    const auto& [computed, made] = layout.parts.back();
    for (std::size_t t = 0; t < made.size(); ++t)
      layout.longest_held[t] = std::max(layout.longest_held[t], made[t].length());
    for (std::size_t i = 0; i < computed.size(); ++i) {
      layout.total_computed[i] += std::max(0, computed[i].length());
      if (computed[i].length() > layout.longest_computed[i].length())
        layout.longest_computed[i] = computed[i];
    }
  }
  return layout;
}

RowStream stream_rows(const Network& network, const StageGraph& graph) {
  return RowStreamer(network, graph).run();
}

}  // namespace sramscope::models
