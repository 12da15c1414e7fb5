// From a schedule to every kernel call and every buffer.
#include <algorithm>
#include <map>

#include "models/arena.h"
#include "models/stage_layout.h"
#include "sramscope/schedule.h"

namespace sramscope {
namespace {

using models::StageLayout;
using models::StagePatch;

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
    const Layer& layer = network_.layer(*step.layer);
    const TensorRegion input = step.inputs[0] ? step.inputs[0]->region : TensorRegion{};
    return scratch_bytes(network_, layer, input, step.output.region, step.in_place);
  }

  /// Kernels that can write where they read.
  bool may_be_in_place(const Layer& layer) const {
    switch (layer.kind) {
      case OperatorKind::depthwise_conv_2d:
        return options_.in_place_depthwise;
      case OperatorKind::add:
      case OperatorKind::mul:
      case OperatorKind::quantize:
      case OperatorKind::logistic:
      case OperatorKind::softmax:
        return options_.in_place_elementwise;
      default:
        return false;
    }
  }

  /// Depthwise: any dense output fits that is no larger. Else element by element.
  static bool fits_in_place(const Layer& layer, const Operand& input,
                            const TensorRegion& output_holds, const TensorRegion& output_region) {
    if (layer.kind == OperatorKind::depthwise_conv_2d) {
      return std::int64_t{output_region.height()} * output_region.width() <=
                 std::int64_t{input.holds.height()} * input.holds.width() &&
             output_holds == output_region;
    }
    return input.holds == output_holds && input.region == output_region;
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
    for (const TensorId input : layer.inputs) {
      step.inputs.push_back(whole_operand(input));
      if (step.inputs.back()) use(step.inputs.back()->buffer, slot_);
    }
    const Tensor& output = network_.output_of(layer);
    const TensorRegion all = whole(output.shape);
    step.output = {add_buffer(layer.name, BufferUse::tensor, layer.output, output.shape), all, all};
    whole_[layer.output] = step.output.buffer;
    if (may_be_in_place(layer)) {
      for (std::size_t i = 0; i < layer.inputs.size() && !step.in_place; ++i) {
        if (!step.inputs[i] || !dies_at(layer.inputs[i], position) || read_twice(layer, i))
          continue;
        if (network_.input_of(layer, i).shape.size() < output.shape.size()) continue;
        if (fits_in_place(layer, *step.inputs[i], all, all)) put_in_place(step, i);
      }
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

  static bool read_twice(const Layer& layer, std::size_t index) {
    return std::ranges::count(layer.inputs, layer.inputs[index]) > 1;
  }

  void put_in_place(Step& step, std::size_t input) {
    step.in_place = true;
    plan_.buffers[step.output.buffer.value].in_place_of = step.inputs[input]->buffer;
  }

  // ---- stages

  void add_stage(int index) {
    const Stage& stage = plan_.schedule.stages[static_cast<std::size_t>(index)];
    const bool fetched = index == 0 && plan_.schedule.fetch_input;
    const StageLayout layout = models::lay_out_stage(network_, plan_.schedule, stage, fetched);
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
    std::vector<BufferId> inside;
    for (const auto& tensor : layout.tensors) {
      const auto use_kind = tensor.ring ? BufferUse::ring : BufferUse::patch;
      inside.push_back(
          add_buffer(network_.tensor(tensor.tensor).name, use_kind, tensor.tensor, tensor.bytes));
      PlanBuffer& buffer = plan_.buffers[inside.back().value];
      buffer.rows = tensor.ring_rows;
      buffer.first_slot = tensor.ring || !tensor.producer ? first_slot : slot_of(*tensor.producer);
      buffer.last_slot = tensor.ring ? last_slot : slot_of(tensor.last_reader);
    }
    const std::size_t first_step = plan_.steps.size();
    for (const StagePatch& patch : layout.patches)
      add_patch(index, stage, layout, patch, inside, output, slot_of);
    for (std::uint32_t position = stage.first; position <= stage.last; ++position)
      place_stage_layer(first_step, layout, inside, position, slot_of(position));
    whole_[last.output] = output;
    slot_ = last_slot + 1;
  }

  template <class SlotOf>
  void add_patch(int index, const Stage& stage, const StageLayout& layout, const StagePatch& patch,
                 const std::vector<BufferId>& inside, BufferId output, SlotOf slot_of) {
    if (!layout.tensors.empty() && !layout.tensors[0].producer && !patch.made[0].empty()) {
      Step fetch;
      fetch.slot = slot_;
      fetch.stage = index;
      fetch.patch_row = patch.row;
      fetch.patch_column = patch.column;
      fetch.output = {inside[0], patch.held[0], patch.made[0]};
      plan_.steps.push_back(std::move(fetch));
    }
    for (std::uint32_t position = stage.first; position <= stage.last; ++position) {
      const TensorRegion& computed = patch.computed[position - stage.first];
      if (computed.empty()) continue;
      Step step = patch_step(layout, patch, inside, position, computed);
      step.slot = slot_of(position);
      step.stage = index;
      const Layer& layer = layer_at(position);
      const auto own = layout.find(layer.output);
      step.output = own ? Operand{inside[*own], patch.held[*own], computed}
                        : Operand{output, whole(network_.output_of(layer).shape), computed};
      for (std::size_t i = 0; i < step.inputs.size(); ++i) {
        // What comes from outside is needed until the last patch has read it.
        if (step.inputs[i] && !layout.find(layer.inputs[i]))
          use(step.inputs[i]->buffer, slot_of(stage.last));
      }
      plan_.steps.push_back(std::move(step));
    }
  }

  Step patch_step(const StageLayout& layout, const StagePatch& patch,
                  const std::vector<BufferId>& inside, std::uint32_t position,
                  const TensorRegion& computed) const {
    const Layer& layer = layer_at(position);
    Step step;
    step.layer = plan_.schedule.order[position];
    step.patch_row = patch.row;
    step.patch_column = patch.column;
    step.macs = models::region_macs(network_, layer, computed);
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
      auto operand = std::optional<Operand>();
      if (const auto from = layout.find(layer.inputs[i]))
        operand = Operand{inside[*from], patch.held[*from], {}};
      else
        operand = whole_operand(layer.inputs[i]);
      if (operand) operand->region = input_region(network_, layer, computed, i);
      step.inputs.push_back(operand);
    }
    return step;
  }

  /// In place and scratch of a layer, which have to be right for all of its patches.
  void place_stage_layer(std::size_t first_step, const StageLayout& layout,
                         const std::vector<BufferId>& inside, std::uint32_t position,
                         std::uint32_t slot) {
    const Layer& layer = layer_at(position);
    std::vector<Step*> steps;
    for (std::size_t i = first_step; i < plan_.steps.size(); ++i) {
      if (plan_.steps[i].slot == slot && plan_.steps[i].layer) steps.push_back(&plan_.steps[i]);
    }
    const auto own = layout.find(layer.output);
    if (may_be_in_place(layer) && own && !layout.tensors[*own].ring) {
      for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
        const auto from = layout.find(layer.inputs[i]);
        if (!from || layout.tensors[*from].ring || read_twice(layer, i) ||
            layout.tensors[*from].last_reader != position)
          continue;
        const bool fits = std::ranges::all_of(steps, [&](const Step* step) {
          return fits_in_place(layer, *step->inputs[i], step->output.holds, step->output.region);
        });
        if (!fits) continue;
        for (Step* step : steps) step->in_place = true;
        plan_.buffers[inside[*own].value].in_place_of = inside[*from];
        break;
      }
    }
    std::uint32_t scratch = 0;
    for (const Step* step : steps) scratch = std::max(scratch, scratch_of(*step));
    if (scratch == 0) return;
    const BufferId id = add_buffer(layer.name + ".scratch", BufferUse::scratch, {}, scratch);
    plan_.buffers[id.value].first_slot = plan_.buffers[id.value].last_slot = slot;
    for (Step* step : steps) step->scratch = id;
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
