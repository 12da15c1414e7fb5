#include "models/stage_layout.h"

#include <algorithm>
#include <limits>

namespace sramscope::models {
namespace {

std::int64_t area(const TensorRegion& region) {
  return region.empty() ? 0 : std::int64_t{region.height()} * region.width();
}

/// Lays out one stage. Layers are named by their index in the stage.
class StageBuilder {
 public:
  StageBuilder(const Network& network, const Schedule& schedule, const Stage& stage, bool fetched)
      : network_(network) {
    layout_.stage = stage;
    for (std::uint32_t position = stage.first; position <= stage.last; ++position)
      layers_.push_back(&network.layer(schedule.order[position]));
    if (fetched) layout_.tensors.push_back({network.input, std::nullopt, stage.first, false, 0, 0});
    for (std::uint32_t i = 0; i + 1 < layers_.size(); ++i)
      layout_.tensors.push_back({layers_[i]->output, stage.first + i, stage.first, false, 0, 0});
    for (std::uint32_t i = 0; i < layers_.size(); ++i) {
      for (const TensorId input : layers_[i]->inputs) {
        if (const auto found = layout_.find(input))
          layout_.tensors[*found].last_reader = stage.first + i;
      }
    }
  }

  StageLayout run() {
    const Shape& output = network_.output_of(*layers_.back()).shape;
    for (int column = 0; column < layout_.stage.columns; ++column) {
      const int left = column * output.width / layout_.stage.columns;
      const int right = (column + 1) * output.width / layout_.stage.columns;
      start_column();
      for (int row = 0; row < layout_.stage.rows; ++row) {
        const TensorRegion wanted{row * output.height / layout_.stage.rows,
                                  (row + 1) * output.height / layout_.stage.rows, left, right};
        if (layout_.stage.caching == HaloCaching::rows)
          add_continued_patch(row, column, wanted);
        else
          add_patch(row, column, wanted);
      }
    }
    if (layout_.stage.caching == HaloCaching::none) order_by_rows();
    measure();
    return std::move(layout_);
  }

 private:
  /// What is needed of each tensor inside, and the region of each layer, to compute `wanted`.
  StagePatch backward(const TensorRegion& wanted) const {
    StagePatch patch;
    patch.computed.resize(layers_.size());
    patch.made.resize(layout_.tensors.size());
    for (std::size_t i = layers_.size(); i-- > 0;) {
      const Layer& layer = *layers_[i];
      const auto own = layout_.find(layer.output);
      patch.computed[i] = own ? patch.made[*own] : wanted;
      if (patch.computed[i].empty()) continue;
      for (std::size_t input = 0; input < layer.inputs.size(); ++input) {
        if (const auto from = layout_.find(layer.inputs[input])) {
          patch.made[*from] =
              unite(patch.made[*from], input_region(network_, layer, patch.computed[i], input));
        }
      }
    }
    return patch;
  }

  void add_patch(int row, int column, const TensorRegion& wanted) {
    StagePatch patch = backward(wanted);
    patch.row = row;
    patch.column = column;
    patch.held = patch.made;
    layout_.patches.push_back(std::move(patch));
  }

  void start_column() {
    done_layers_.assign(layers_.size(), 0);
    done_tensors_.assign(layout_.tensors.size(), 0);
  }

  /// First row of the tensor that somebody still has to read: each reader goes on at its next row.
  int first_needed_row(std::size_t tensor) const {
    int first = std::numeric_limits<int>::max();
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Layer& layer = *layers_[i];
      const int height = network_.output_of(layer).shape.height;
      const int next = done_layers_[i];
      if (next >= height) continue;
      for (std::size_t input = 0; input < layer.inputs.size(); ++input) {
        if (layer.inputs[input] != layout_.tensors[tensor].tensor) continue;
        const TensorRegion row{next, next + 1, 0, network_.output_of(layer).shape.width};
        first = std::min(first, input_region(network_, layer, row, input).top);
      }
    }
    return first;
  }

  /// Goes on where the patch above ended: every layer computes only the rows that are new.
  void add_continued_patch(int row, int column, const TensorRegion& wanted) {
    const TensorRegion from_top{0, wanted.bottom, wanted.left, wanted.right};
    StagePatch patch = backward(from_top);
    patch.row = row;
    patch.column = column;
    patch.held.resize(layout_.tensors.size());
    for (std::size_t t = 0; t < layout_.tensors.size(); ++t) {
      TensorRegion& made = patch.made[t];
      made.top = std::min(done_tensors_[t], made.bottom);
      patch.held[t] = made;
      patch.held[t].top = std::min({made.top, first_needed_row(t), made.bottom});
      StageTensor& tensor = layout_.tensors[t];
      if (!made.empty() && patch.held[t].top < made.top) tensor.ring = true;
      tensor.ring_rows = std::max(tensor.ring_rows, patch.held[t].height());
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      TensorRegion& computed = patch.computed[i];
      const auto own = layout_.find(layers_[i]->output);
      computed = own ? patch.made[*own] : wanted;
      done_layers_[i] = std::max(done_layers_[i], computed.bottom);
    }
    for (std::size_t t = 0; t < layout_.tensors.size(); ++t)
      done_tensors_[t] = std::max(done_tensors_[t], patch.made[t].bottom);
    // Rows left for the patch below outlive this one.
    for (std::size_t t = 0; t < layout_.tensors.size(); ++t) {
      if (first_needed_row(t) < done_tensors_[t]) layout_.tensors[t].ring = true;
    }
    layout_.patches.push_back(std::move(patch));
  }

  /// Patches without caching run row by row.
  void order_by_rows() { std::ranges::stable_sort(layout_.patches, {}, &StagePatch::row); }

  void measure() {
    for (std::size_t t = 0; t < layout_.tensors.size(); ++t) {
      StageTensor& tensor = layout_.tensors[t];
      const int channels = network_.tensor(tensor.tensor).shape.channels;
      std::int64_t pixels = 0;
      for (const StagePatch& patch : layout_.patches) {
        pixels =
            std::max(pixels, tensor.ring ? std::int64_t{tensor.ring_rows} * patch.held[t].width()
                                         : area(patch.held[t]));
      }
      tensor.bytes = pixels * channels;
      if (!tensor.ring) tensor.ring_rows = 0;
    }
  }

  const Network& network_;
  StageLayout layout_;
  std::vector<const Layer*> layers_;
  /// Rows that are computed so far in this column of patches.
  std::vector<int> done_layers_;
  std::vector<int> done_tensors_;
};

}  // namespace

std::optional<std::size_t> StageLayout::find(TensorId tensor) const {
  const auto found = std::ranges::find(tensors, tensor, &StageTensor::tensor);
  if (found == tensors.end()) return std::nullopt;
  return static_cast<std::size_t>(found - tensors.begin());
}

StageLayout lay_out_stage(const Network& network, const Schedule& schedule, const Stage& stage,
                          bool fetched) {
  return StageBuilder(network, schedule, stage, fetched).run();
}

std::int64_t region_macs(const Network& network, const Layer& layer, const TensorRegion& output) {
  const Shape& shape = network.output_of(layer).shape;
  return macs(network, layer) / (std::int64_t{shape.height} * shape.width) * area(output);
}

}  // namespace sramscope::models
