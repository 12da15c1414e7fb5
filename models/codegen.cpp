#include "sramscope/codegen.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/codegen.h"
#include "models/embedded_sources.h"

namespace sramscope {
namespace {

/// The tensor whose bytes `tensor` shows under another shape.
TensorId behind_reshapes(const Network& network, TensorId tensor) {
  for (auto layer = network.layers.rbegin(); layer != network.layers.rend(); ++layer) {
    if (layer->output == tensor && layer->kind == OperatorKind::reshape) tensor = layer->inputs[0];
  }
  return tensor;
}

/// The layer map with the bytes that the plan comes to, followed byte by byte.
LayerMap exact_layer_map(const Network& network, const MemoryPlan& plan) {
  LayerMap map = make_layer_map(network, plan);
  const auto bytes = live_bytes(network, plan);
  for (auto& entry : map.entries) {
    entry.planned_bytes = 0;
    for (std::size_t step = 0; step < plan.steps.size(); ++step) {
      if (plan.steps[step].layer == entry.layer)
        entry.planned_bytes = std::max(entry.planned_bytes, bytes[step]);
    }
  }
  return map;
}

}  // namespace

std::uint32_t arena_input_offset(const Network& network, const MemoryPlan& plan) {
  for (const PlanBuffer& buffer : plan.buffers) {
    if (buffer.use == BufferUse::tensor && buffer.tensor == network.input) return buffer.offset;
  }
  return 0;
}

std::uint32_t arena_output_offset(const Network& network, const MemoryPlan& plan) {
  const TensorId tensor = behind_reshapes(network, network.output);
  for (const Step& step : plan.steps) {
    if (step.layer && network.layer(*step.layer).output == tensor)
      return plan.buffer(step.output.buffer).offset;
  }
  return arena_input_offset(network, plan);  // nothing is computed
}

namespace models {
namespace {

/// What the generator relies on and a plan might not give.
Result<bool> check_plan(const Network& network, const MemoryPlan& plan) {
  for (const PlanBuffer& buffer : plan.buffers) {
    if (buffer.use == BufferUse::ring) {
      return Error{
          fmt::format("cannot generate code for buffer '{}': kernels do not read rings of "
                      "rows yet; use a schedule without ',rows'",
                      buffer.name)};
    }
  }
  std::map<std::pair<int, std::optional<std::uint32_t>>, int> executions;
  for (const Step& step : plan.steps) {
    if (step.stage < 0) continue;
    const auto layer = step.layer ? std::optional(step.layer->value) : std::nullopt;
    ++executions[{step.stage, layer}];
  }
  for (const auto& [key, count] : executions) {
    const Stage& stage = plan.schedule.stages[static_cast<std::size_t>(key.first)];
    if (count != stage.rows * stage.columns) {
      return Error{
          fmt::format("cannot generate code for stage {}: {} runs {} times, there are {} patches",
                      key.first, key.second ? network.layers[*key.second].name : "the fetch", count,
                      stage.rows * stage.columns)};
    }
  }
  return true;
}

std::string network_header(const Network& network, const MemoryPlan& plan) {
  const bool fetch = plan.schedule.fetch_input;
  std::string text = fmt::format(
      "// {}, {}.\n// Arena: {} bytes; {} multiply-accumulates, {} of them repeated in halos.\n"
      "#ifndef NETWORK_H_\n#define NETWORK_H_\n\n#include <stdint.h>\n\nenum {{\n"
      "  kNetworkArenaBytes = {},\n  kNetworkInputBytes = {},\n  kNetworkOutputBytes = "
      "{},\n}};\n\n",
      marker_literal(network.name), schedule_name(network, plan.schedule), plan.arena_bytes,
      plan.macs, plan.macs - plan.layer_macs, std::max(plan.arena_bytes, 1U),
      network.tensor(network.input).shape.size(), network.tensor(network.output).shape.size());
  text += "extern int8_t network_arena[kNetworkArenaBytes];\n";
  if (fetch) {
    text +=
        "/// Supplied by the application: copies the pixels of a rectangle of the input to `to`; "
        "the\n"
        "/// rows there are `row_bytes` apart.\n"
        "void network_fetch(int top, int left, int height, int width, int8_t* to, int "
        "row_bytes);\n";
  } else {
    text += fmt::format(
        "/// To be filled before each run.\n"
        "static inline int8_t* network_input(void) {{ return network_arena + {}; }}\n",
        arena_input_offset(network, plan));
  }
  text += fmt::format(
      "/// Valid after a run.\n"
      "static inline const int8_t* network_output(void) {{ return network_arena + {}; }}\n"
      "void network_run(void);\n\n#endif  // NETWORK_H_\n",
      arena_output_offset(network, plan));
  return text;
}

std::string network_source(const Network& network, const MemoryPlan& plan) {
  std::string text = "#include \"network.h\"\n\n";
  for (const auto& kernel : needed_kernels(network))
    text += fmt::format("#include \"kernels/{}.h\"\n", kernel);
  text +=
      "#include \"sramscope/marker.h\"\n#include \"weights.h\"\n\n"
      "// One function per layer, so that a profile shows them apart.\n"
      "#define LAYER __attribute__((noinline))\n\n"
      "_Alignas(8) int8_t network_arena[kNetworkArenaBytes];\n\n";
  if (plan.schedule.fetch_input) {
    const int channels = network.tensor(network.input).shape.channels;
    text += fmt::format(
        "static void fetch(const SsCall* call) {{\n"
        "  network_fetch(call->window.pad_top, call->window.pad_left, call->window.output_height,\n"
        "      call->window.output_width, network_arena + call->output, call->output_width * "
        "{});\n}}\n\n",
        channels);
  }
  std::vector<bool> used(network.layers.size());
  for (const Step& step : plan.steps) {
    if (step.layer) used[step.layer->value] = true;
  }
  for (std::uint32_t i = 0; i < network.layers.size(); ++i) {
    if (used[i]) text += layer_function(network, {i});
  }
  return text + schedule_source(network, plan);
}

}  // namespace

}  // namespace models

Result<GeneratedFirmware> generate_firmware(const Network& network, const MemoryPlan& plan,
                                            const Board& board) {
  if (auto checked = models::check_plan(network, plan); !checked) return checked.error();
  GeneratedFirmware firmware;
  firmware.map = exact_layer_map(network, plan);
  firmware.output_offset = arena_output_offset(network, plan);
  firmware.files = {{"network.h", models::network_header(network, plan)},
                    {"network.c", models::network_source(network, plan)},
                    models::weights_header(network),
                    models::weights_source(network)};
  firmware.sources = {"network.c", "weights.c"};
  for (const auto& kernel : models::needed_kernels(network)) {
    firmware.files.push_back(
        {"kernels/" + kernel + ".h", std::string(models::embedded_source(kernel))});
  }
  firmware.files.push_back({"sramscope/marker.h", std::string(models::embedded_source("marker"))});
  if (auto added = models::add_board_files(network, plan, board, firmware); !added)
    return added.error();
  return firmware;
}

}  // namespace sramscope
