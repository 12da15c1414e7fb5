#include <nlohmann/json.hpp>
#include <string>

#include "ui/cli/plan.h"

namespace sramscope::cli {
namespace {

// Keeps the order in which the keys are written.
using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json shape_json(const Shape& shape) { return {shape.height, shape.width, shape.channels}; }

Json region_json(const TensorRegion& region) {
  return {region.top, region.bottom, region.left, region.right};
}

Json block_json(const BlockSummary& block) {
  Json json;
  json["name"] = block.name;
  json["input"] = shape_json(block.input);
  json["output"] = shape_json(block.output);
  json["macs"] = block.macs;
  json["weight_bytes"] = block.weight_bytes;
  json["analytic_bytes"] = block.analytic_bytes;
  json["analytic_patch_bytes"] = block.analytic_patch_bytes;
  json["planned_bytes"] = block.planned_bytes;
  json["planned_macs"] = block.planned_macs;
  return json;
}

Json layers_json(const Network& network, const MemoryPlan& plan) {
  Json list = Json::array();
  for (const auto& entry : make_layer_map(network, plan).entries) {
    const Layer& layer = network.layer(entry.layer);
    Json json;
    json["name"] = layer.name;
    json["operator"] = operator_kind_name(layer.kind);
    json["input"] = shape_json(network.input_of(layer).shape);
    json["output"] = shape_json(network.output_of(layer).shape);
    json["macs"] = macs(network, layer);
    json["planned_macs"] = entry.macs;
    json["weight_bytes"] = weight_bytes(network, layer);
    json["analytic_bytes"] = analytic_bytes(network, layer);
    json["planned_bytes"] = entry.planned_bytes;
    list.push_back(std::move(json));
  }
  return list;
}

Json stage_json(const Network& network, const MemoryPlan& plan, const Stage& stage) {
  const AnalyticStage analytic = analytic_stage(network, plan.schedule, stage);
  Json json;
  json["first_layer"] = network.layer(plan.schedule.order[stage.first]).name;
  json["last_layer"] = network.layer(plan.schedule.order[stage.last]).name;
  json["rows"] = stage.rows;
  json["columns"] = stage.columns;
  json["border"] = stage.border;
  json["cached_rows"] = stage.caching == HaloCaching::rows;
  json["field"] = {analytic.field.height, analytic.field.width};
  json["assembled_bytes"] = analytic.assembled_bytes;
  json["layer_macs"] = analytic.layer_macs;
  json["analytic_macs"] = analytic.macs;
  std::int64_t planned = 0;
  const auto index = static_cast<int>(&stage - plan.schedule.stages.data());
  for (const Step& step : plan.steps) planned += step.stage == index ? step.macs : 0;
  json["planned_macs"] = planned;
  return json;
}

Json buffer_json(const PlanBuffer& buffer) {
  constexpr const char* kUses[] = {"tensor", "patch", "ring", "scratch"};
  Json json;
  json["name"] = buffer.name;
  json["use"] = kUses[static_cast<std::size_t>(buffer.use)];
  json["offset"] = buffer.offset;
  json["bytes"] = buffer.bytes;
  if (buffer.use == BufferUse::ring) json["rows"] = buffer.rows;
  json["first_slot"] = buffer.first_slot;
  json["last_slot"] = buffer.last_slot;
  json["in_place_of"] = buffer.in_place_of ? Json(buffer.in_place_of->value) : Json(nullptr);
  return json;
}

Json step_json(const Network& network, const Step& step) {
  Json json;
  json["layer"] = step.layer ? Json(network.layer(*step.layer).name) : Json(nullptr);
  json["slot"] = step.slot;
  json["stage"] = step.stage;
  json["patch"] = {step.patch_row, step.patch_column};
  json["output"] = region_json(step.output.region);
  json["macs"] = step.macs;
  return json;
}

}  // namespace

std::string plan_json(const PlanView& view) {
  const MemoryPlan& plan = view.plan;
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["network"] = view.network.name;
  json["schedule"] = schedule_name(view.network, plan.schedule);
  json["limit_bytes"] = view.limit ? Json(*view.limit) : Json(nullptr);
  json["arena_bytes"] = plan.arena_bytes;
  json["lower_bound_bytes"] = plan.lower_bound;
  json["layer_by_layer_arena_bytes"] = view.layer_plan.arena_bytes;
  json["macs"] = plan.macs;
  json["layer_by_layer_macs"] = plan.layer_macs;
  json["fetches_input"] = plan.schedule.fetch_input;
  json["blocks"] = Json::array();
  for (const auto& block : view.blocks) json["blocks"].push_back(block_json(block));
  json["blocks_layer_by_layer"] = Json::array();
  for (const auto& block : view.layer_blocks)
    json["blocks_layer_by_layer"].push_back(block_json(block));
  json["layers"] = layers_json(view.network, plan);
  json["stages"] = Json::array();
  for (const Stage& stage : plan.schedule.stages)
    json["stages"].push_back(stage_json(view.network, plan, stage));
  json["buffers"] = Json::array();
  for (const PlanBuffer& buffer : plan.buffers) json["buffers"].push_back(buffer_json(buffer));
  json["steps"] = Json::array();
  for (const Step& step : plan.steps) json["steps"].push_back(step_json(view.network, step));
  return json.dump(1) + "\n";
}

std::string frontier_json(const Network& network, const std::vector<Candidate>& frontier) {
  Json json;
  json["schema_version"] = kSchemaVersion;
  json["network"] = network.name;
  json["layer_by_layer_macs"] = macs(network);
  json["frontier"] = Json::array();
  for (const Candidate& candidate : frontier) {
    Json one;
    one["schedule"] = schedule_name(network, candidate.schedule);
    one["bytes"] = candidate.bytes;
    one["macs"] = candidate.macs;
    one["calls"] = candidate.calls;
    one["flash_bytes"] = flash_bytes(network, candidate);
    json["frontier"].push_back(std::move(one));
  }
  return json.dump(1) + "\n";
}

}  // namespace sramscope::cli
