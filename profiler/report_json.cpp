// Writes a report as JSON; report_read_json.cpp is the reader, report.schema.json the published
// layout.
#include <nlohmann/json.hpp>
#include <string>

#include "profiler/counter_names.h"
#include "profiler/layers.h"
#include "sramscope/report.h"

namespace sramscope {
namespace {

using Json = nlohmann::ordered_json;

Json counters_json(const Counters& counters) {
  Json json;
  for (const auto& [name, value] : profiler::kCounters) {
    json[name] = counters.*value;
  }
  return json;
}

Json memory_json(const MemoryPeaks& peaks) {
  return {
      {"live_peak_bytes", peaks.live_peak}, {"peak_instruction", peaks.peak_instruction},
      {"peak_cycle", peaks.peak_cycle},     {"touched_bytes", peaks.touched},
      {"stack_bytes", peaks.stack},
  };
}

Json provenance_json(const Provenance& p) {
  Json memories = Json::array();
  for (const Provenance::Memory& memory : p.memories) {
    memories.push_back({
        {"name", memory.name},
        {"kind", memory.kind},
        {"base_address", memory.base},
        {"size_bytes", memory.size},
        {"wait_states_cycles", memory.wait_states},
    });
  }
  return {
      {"tool_version", p.tool_version},
      {"cycle_model", p.cycle_model},
      {"cycle_model_version", p.cycle_model_version},
      {"cycle_model_note", p.cycle_model_note},
      {"elf_path", p.elf_path},
      {"elf_sha256", p.elf_sha256},
      {"toolchain", p.toolchain},
      {"board", p.board},
      {"board_derived", p.board_derived},
      {"core", p.core},
      {"clock_hz", p.clock_hz},
      {"memories", std::move(memories)},
  };
}

Json frames_json(const std::vector<StackFrame>& stack) {
  Json frames = Json::array();
  for (const StackFrame& frame : stack) {
    frames.push_back({
        {"pc_address", frame.pc},
        {"function", frame.function},
        {"offset_bytes", frame.offset},
        {"file", frame.source.file},
        {"line", frame.source.line},
        {"inlined", frame.inlined},
        {"maybe", frame.maybe},
        {"entered_by_exception", frame.entered_by_exception},
    });
  }
  return frames;
}

Json fault_json(const Fault& fault) {
  return {
      {"kind", fault.kind},
      {"address", fault.address},
      {"size_bytes", fault.size},
      {"registers", fault.registers},
      {"xpsr", fault.xpsr},
      {"msp", fault.msp},
      {"psp", fault.psp},
      {"control", fault.control},
      {"primask", fault.primask},
      {"basepri", fault.basepri},
      {"faultmask", fault.faultmask},
      {"cfsr", fault.cfsr},
      {"hfsr", fault.hfsr},
      {"mmfar", fault.mmfar},
      {"bfar", fault.bfar},
      {"exception", fault.exception},
      {"stack", frames_json(fault.stack)},
  };
}

Json stop_json(const Stop& stop) {
  Json json = {
      {"kind", stop_kind_name(stop.kind)},
      {"exit_status", stop.exit_status},
      {"pc_address", stop.pc},
      {"message", stop.message},
      {"layer", stop.layer},
  };
  if (stop.fault) {
    json["fault"] = fault_json(*stop.fault);
  }
  return json;
}

Json layers_json(const Report& report) {
  Json layers = Json::array();
  for (const LayerReport& layer : report.layers) {
    layers.push_back({
        {"id", layer.id.value},
        {"parent", layer.parent},
        {"kind", profiler::layer_kind_name(layer.kind)},
        {"name", layer.name},
        {"executions", layer.executions},
        {"inclusive", counters_json(layer.inclusive)},
        {"exclusive", counters_json(layer.exclusive)},
        {"memory", memory_json(layer.memory)},
    });
  }
  return layers;
}

Json executions_json(const Report& report) {
  Json executions = Json::array();
  for (const LayerExecution& execution : report.executions) {
    executions.push_back({
        {"layer", execution.layer.value},
        {"begin_cycle", execution.begin_cycle},
        {"end_cycle", execution.end_cycle},
        {"live_peak_bytes", execution.live_peak},
    });
  }
  return executions;
}

Json tensors_json(const Report& report) {
  Json tensors = Json::array();
  for (const TensorReport& tensor : report.tensors) {
    tensors.push_back(
        {{"name", tensor.name}, {"address", tensor.address}, {"size_bytes", tensor.size}});
  }
  return tensors;
}

}  // namespace

std::string to_json(const Report& report) {
  const Json json = {
      {"schema_version", kReportSchemaVersion},
      {"provenance", provenance_json(report.provenance)},
      {"stop", stop_json(report.stop)},
      {"partial", report.partial},
      {"total", counters_json(report.total)},
      {"outside", counters_json(report.outside)},
      {"memory", memory_json(report.memory)},
      {"layers", layers_json(report)},
      {"executions", executions_json(report)},
      {"executions_truncated", report.executions_truncated},
      {"tensors", tensors_json(report)},
      {"console", {{"fnv1a", report.console_fnv1a}, {"size_bytes", report.console_bytes}}},
      {"warnings", report.warnings},
  };
  // A firmware may call its layers anything, also what is not UTF-8.
  return json.dump(1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace sramscope
