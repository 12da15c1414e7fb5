// From a schedule to every kernel call and every buffer.
#include <algorithm>
#include <map>

#include "models/arena.h"
#include "models/stage_layout.h"
#include "sramscope/schedule.h"

namespace sramscope {
namespace {

using models::StageLayout;

class PlanBuilder {
 public:
  PlanBuilder(const Network& network, const Schedule& schedule, const PlanOptions& options)
      : network_(network), options_(options) {
    plan_.schedule = schedule;
    plan_.layer_macs = macs(network);
    const auto count = schedule.order.size();
    last_reader_.assign(network.tensors.size(), 0);
    for (std::uint32_t position = 0; position < count; ++position) {
      for (const TensorId input : layer_at(position).inputs)
        last_reader_[input.value] = std::max(last_reader_[input.value], position);
    }
  }

  MemoryPlan run() {
    extend_reshapes();
    if (!plan_.schedule.fetch_input) {
      const Tensor& input = network_.tensor(network_.input);
      whole_[network_.input] =
          add_buffer(input.name, BufferUse::tensor, network_.input, input.shape);
    }
    std::uint32_t position = 0;
    for (std::size_t i = 0; i <= plan_.schedule.stages.size(); ++i) {
      const bool stage_left = i < plan_.schedule.stages.size();
      const auto end = stage_left ? plan_.schedule.stages[i].first
                                  : static_cast<std::uint32_t>(plan_.schedule.order.size());
      for (; position < end; ++position) add_whole_layer(position);
      if (!stage_left) break;
      add_stage(static_cast<int>(i));
      position = plan_.schedule.stages[i].last + 1;
    }
    finish();
    return std::move(plan_);
  }

 private:
  const Layer& layer_at(std::uint32_t position) const {
    return network_.layer(plan_.schedule.order[position]);
  }

  /// A reshaped tensor is its input's buffer: the input lives as long.
  void extend_reshapes() {
    for (auto position = static_cast<std::uint32_t>(plan_.schedule.order.size()); position-- > 0;) {
      const Layer& layer = layer_at(position);
      if (layer.kind != OperatorKind::reshape) continue;
      auto& last = last_reader_[layer.inputs[0].value];
      last = std::max(last, last_reader_[layer.output.value]);
      if (layer.output == network_.output) kept_to_the_end_.push_back(layer.inputs[0]);
    }
    kept_to_the_end_.push_back(network_.output);
  }

  bool kept_to_the_end(TensorId tensor) const {
    return std::ranges::find(kept_to_the_end_, tensor) != kept_to_the_end_.end();
  }

  // ---- buffers

  BufferId add_buffer(const std::string& name, BufferUse use, TensorId tensor, std::int64_t bytes) {
    PlanBuffer buffer;
    buffer.name = name;
    buffer.use = use;
    buffer.tensor = tensor;
    buffer.bytes = static_cast<std::uint32_t>(bytes);
    buffer.first_slot = buffer.last_slot = slot_;
    plan_.buffers.push_back(std::move(buffer));
    return {static_cast<std::uint32_t>(plan_.buffers.size() - 1)};
  }
  BufferId add_buffer(const std::string& name, BufferUse use, TensorId tensor, const Shape& shape) {
    return add_buffer(name, use, tensor, shape.size());
  }

  void use(BufferId buffer, std::uint32_t slot) {
    auto& last = plan_.buffers[buffer.value].last_slot;
    last = std::max(last, slot);
  }

  void add_scratch(Step& step, std::int64_t bytes) {
    if (bytes == 0) return;
    const std::string name = network_.layer(*step.layer).name + ".scratch";
    step.scratch = add_buffer(name, BufferUse::scratch, {}, bytes);
  }

  std::uint32_t scratch_of(const Step& step) const {
    if (!options_.kernel_scratch) return 0;
    const Layer& layer = network_.layer(*step.layer);
    const TensorRegion input = step.inputs[0] ? step.inputs[0]->region : TensorRegion{};
    return scratch_bytes(network_, layer, input, step.output.region, step.in_place);
  }

  // ---- whole layers

  void add_whole_layer(std::uint32_t position) {
    const Layer& layer = layer_at(position);
    if (layer.kind == OperatorKind::reshape) {
      whole_[layer.output] = whole_.at(layer.inputs[0]);
      return;
    }
    Step step;
    step.slot = slot_;
    step.layer = plan_.schedule.order[position];
    step.macs = macs(network_, layer);
    const Tensor& output = network_.output_of(layer);
    const TensorRegion all = whole(output.shape);
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      step.inputs.push_back(whole_operand(layer.inputs[i]));
      if (!step.inputs.back()) continue;
      step.inputs.back()->region = input_region(network_, layer, all, i);
      use(step.inputs.back()->buffer, slot_);
    }
    step.output = {add_buffer(layer.name, BufferUse::tensor, layer.output, output.shape), all, all};
    whole_[layer.output] = step.output.buffer;
    for (std::size_t i = 0; i < layer.inputs.size() && !step.in_place; ++i) {
      if (step.inputs[i] && dies_at(layer.inputs[i], position) &&
          models::whole_input_may_go(network_, layer, i, options_))
        put_in_place(step, i);
    }
    add_scratch(step, scratch_of(step));
    plan_.steps.push_back(std::move(step));
    ++slot_;
  }

  std::optional<Operand> whole_operand(TensorId tensor) const {
    if (network_.tensor(tensor).is_constant()) return std::nullopt;
    const TensorRegion all = whole(network_.tensor(tensor).shape);
    return Operand{whole_.at(tensor), all, all};
  }

  /// Nobody reads the tensor after this position, under any name.
  bool dies_at(TensorId tensor, std::uint32_t position) const {
    if (kept_to_the_end(tensor)) return false;
    const BufferId buffer = whole_.at(tensor);
    for (const auto& [other, its_buffer] : whole_) {
      if (its_buffer == buffer && (last_reader_[other.value] > position || kept_to_the_end(other)))
        return false;
    }
    return true;
  }

  void put_in_place(Step& step, std::size_t input) {
    step.in_place = true;
    plan_.buffers[step.output.buffer.value].in_place_of = step.inputs[input]->buffer;
  }

  // ---- stages

  void add_stage(int index) {
    const Stage& stage = plan_.schedule.stages[static_cast<std::size_t>(index)];
    const bool fetched = index == 0 && plan_.schedule.fetch_input;
    const StageLayout layout =
        models::lay_out_stage(network_, plan_.schedule, stage, fetched, options_);
    const std::uint32_t first_slot = slot_;
    const std::uint32_t fetch_slots = fetched ? 1 : 0;
    const auto slot_of = [&](std::uint32_t position) {
      return first_slot + fetch_slots + (position - stage.first);
    };
    const std::uint32_t last_slot = slot_of(stage.last);

    const Layer& last = layer_at(stage.last);
    const BufferId output =
        add_buffer(last.name, BufferUse::tensor, last.output, network_.output_of(last).shape);
    use(output, last_slot);
    const std::vector<BufferId> inside = add_stage_buffers(layout, first_slot);
    const std::vector<std::optional<BufferId>> scratch =
        add_stage_scratch(layout, slot_of(stage.first));
    keep_inputs(layout, last_slot);
    for (const auto& call : layout.calls)
      add_stage_call(index, layout, call, {inside, scratch, output}, first_slot);
    whole_[last.output] = output;
    slot_ = last_slot + 1;
  }

  /// What comes from outside is needed until the last patch has read it.
  void keep_inputs(const StageLayout& layout, std::uint32_t last_slot) {
    for (std::size_t layer = 0; layer < layout.graph.layers.size(); ++layer) {
      for (std::size_t i = 0; i < layout.graph.inputs[layer].size(); ++i) {
        const TensorId input = layout.graph.layers[layer]->inputs[i];
        if (!layout.graph.inputs[layer][i] && !network_.tensor(input).is_constant())
          use(whole_.at(input), last_slot);
      }
    }
  }

  std::vector<BufferId> add_stage_buffers(const StageLayout& layout, std::uint32_t first_slot) {
    std::vector<BufferId> ids;
    for (std::size_t t = 0; t < layout.graph.inner.size(); ++t) {
      const auto& inner = layout.graph.inner[t];
      const int ring_rows = layout.buffers.ring_rows[t];
      const std::string& name = inner.producer ? layout.graph.layers[*inner.producer]->name
                                               : network_.tensor(inner.tensor).name;
      ids.push_back(add_buffer(name, ring_rows > 0 ? BufferUse::ring : BufferUse::patch,
                               inner.tensor, layout.buffers.bytes[t]));
      PlanBuffer& buffer = plan_.buffers[ids.back().value];
      buffer.rows = ring_rows;
      buffer.first_slot = first_slot + layout.buffers.first_slot[t];
      buffer.last_slot = first_slot + layout.buffers.last_slot[t];
      if (const auto under = layout.buffers.in_place_of[t]) buffer.in_place_of = ids[*under];
    }
    return ids;
  }

  std::vector<std::optional<BufferId>> add_stage_scratch(const StageLayout& layout,
                                                         std::uint32_t slot) {
    std::vector<std::optional<BufferId>> ids;
    for (std::size_t i = 0; i < layout.graph.layers.size(); ++i, ++slot) {
      ids.emplace_back();
      if (layout.buffers.scratch[i] == 0) continue;
      ids.back() = add_buffer(layout.graph.layers[i]->name + ".scratch", BufferUse::scratch, {},
                              std::int64_t{layout.buffers.scratch[i]});
      PlanBuffer& buffer = plan_.buffers[ids.back()->value];
      buffer.first_slot = buffer.last_slot = slot;
    }
    return ids;
  }

  /// The buffers of a stage: by inner tensor, by layer, and of what it makes.
  struct StageIds {
    const std::vector<BufferId>& inside;
    const std::vector<std::optional<BufferId>>& scratch;
    BufferId output;
  };

  void add_stage_call(int index, const StageLayout& layout, const models::StageCall& call,
                      const StageIds& ids, std::uint32_t first_slot) {
    Step step;
    step.stage = index;
    step.patch_row = call.patch_row;
    step.patch_column = call.patch_column;
    if (!call.layer) {
      step.slot = first_slot;
      step.output = {ids.inside[0], call.held[0], call.output};
      plan_.steps.push_back(std::move(step));
      return;
    }
    const std::uint32_t layer = *call.layer;
    step.slot = first_slot + (layout.graph.fetches() ? 1 : 0) + layer;
    step.layer =
        plan_.schedule.order[plan_.schedule.stages[static_cast<std::size_t>(index)].first + layer];
    fill_stage_step(step, layout, call, ids);
    plan_.steps.push_back(std::move(step));
  }

  void fill_stage_step(Step& step, const StageLayout& layout, const models::StageCall& call,
                       const StageIds& ids) const {
    const std::uint32_t index = *call.layer;
    const Layer& layer = *layout.graph.layers[index];
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      auto operand = std::optional<Operand>();
      if (const auto from = layout.graph.inputs[index][i])
        operand = Operand{ids.inside[*from], call.held[*from], {}};
      else
        operand = whole_operand(layer.inputs[i]);
      if (operand) operand->region = input_region(network_, layer, call.output, i);
      step.inputs.push_back(operand);
    }
    if (const auto own = layout.graph.outputs[index]) {
      step.output = {ids.inside[*own], call.held[*own], call.output};
      step.in_place = layout.buffers.in_place_of[*own].has_value();
    } else {
      step.output = {ids.output, whole(network_.output_of(layer).shape), call.output};
    }
    step.scratch = ids.scratch[index];
    step.macs = models::pixel_macs(network_, layer) * call.output.height() * call.output.width();
  }

  // ---- the end

  void finish() {
    plan_.slots = slot_;
    for (const TensorId tensor : kept_to_the_end_)
      use(whole_.at(tensor), slot_ > 0 ? slot_ - 1 : 0);
    for (const Step& step : plan_.steps) plan_.macs += step.macs;
    for (std::uint32_t slot = 0; slot < plan_.slots; ++slot) {
      const auto needed = models::needed_in_slot(plan_.buffers, slot);
      if (needed <= plan_.lower_bound) continue;
      plan_.lower_bound = needed;
      plan_.peak_slot = slot;
    }
    plan_.arena_bytes = models::place_buffers(plan_.buffers, options_.alignment, plan_.lower_bound);
  }

  const Network& network_;
  PlanOptions options_;
  MemoryPlan plan_;
  /// Position of the last layer that reads a tensor.
  std::vector<std::uint32_t> last_reader_;
  std::vector<TensorId> kept_to_the_end_;
  /// Buffers of the tensors that stand in the arena as a whole.
  std::map<TensorId, BufferId> whole_;
  std::uint32_t slot_ = 0;
};

}  // namespace

Result<MemoryPlan> make_plan(const Network& network, const Schedule& schedule,
                             const PlanOptions& options) {
  if (const auto checked = check_schedule(network, schedule); !checked) return checked.error();
  return PlanBuilder(network, schedule, options).run();
}

std::uint32_t needed_bytes(const MemoryPlan& plan, std::uint32_t slot) {
  return models::needed_in_slot(plan.buffers, slot);
}

LayerMap make_layer_map(const Network& network, const MemoryPlan& plan) {
  LayerMap map{network.name, schedule_name(network, plan.schedule), plan.arena_bytes, {}};
  for (const LayerId id : plan.schedule.order) {
    const Layer& layer = network.layer(id);
    LayerMap::Entry entry{id, layer.name, layer.kind, 0, 0};
    for (const Step& step : plan.steps) {
      if (step.layer != id) continue;
      entry.macs += step.macs;
      entry.planned_bytes = std::max(entry.planned_bytes, needed_bytes(plan, step.slot));
    }
    if (layer.kind != OperatorKind::reshape) map.entries.push_back(std::move(entry));
  }
  return map;
}

}  // namespace sramscope
