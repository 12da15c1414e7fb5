#pragma once

#include <string_view>
#include <type_traits>

#include "profiler/counter_names.h"
#include "profiler/layers.h"
#include "sramscope/report.h"

/// The layout of the JSON report, said once: `describe` names every member of a value, and what
/// visits it writes or reads. Members that schema version 1 did not have are `added`: readers of
/// older reports leave them as they are. `sparse` ones are left out where they are all zero.
namespace sramscope::profiler {

/// T, or const T for visitors that only look.
template <class Visitor, class T>
using Visited = std::conditional_t<Visitor::kReads, T, const T>;

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, CacheUse>& use) {
  v.field("hits", use.hits);
  v.field("misses", use.misses);
  v.field("write_backs", use.write_backs);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Counters>& counters) {
  for (const auto& [name, value] : kCounters) {
    v.field(name, counters.*value);
  }
  v.sparse("by_cause_cycles", counters.by_cause);
  v.sparse("caches", counters.caches);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, MemoryPeaks>& peaks) {
  v.field("live_peak_bytes", peaks.live_peak);
  v.field("peak_instruction", peaks.peak_instruction);
  v.field("peak_cycle", peaks.peak_cycle);
  v.field("touched_bytes", peaks.touched);
  v.field("stack_bytes", peaks.stack);
  v.added("reserved_bytes", peaks.reserved);
  v.sparse("live_by_kind_bytes", peaks.live_by_kind);
  v.sparse("touched_by_kind_bytes", peaks.touched_by_kind);
  v.sparse("reserved_by_kind_bytes", peaks.reserved_by_kind);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Provenance::Memory>& memory) {
  v.field("name", memory.name);
  v.field("kind", memory.kind);
  v.field("base_address", memory.base);
  v.field("size_bytes", memory.size);
  v.field("wait_states_cycles", memory.wait_states);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Provenance>& p) {
  v.field("tool_version", p.tool_version);
  v.field("cycle_model", p.cycle_model);
  v.field("cycle_model_version", p.cycle_model_version);
  v.field("cycle_model_note", p.cycle_model_note);
  v.field("elf_path", p.elf_path);
  v.field("elf_sha256", p.elf_sha256);
  v.field("toolchain", p.toolchain);
  v.field("board", p.board);
  v.field("board_derived", p.board_derived);
  v.field("core", p.core);
  v.field("clock_hz", p.clock_hz);
  v.field("memories", p.memories);
  v.added("caches", p.caches);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, StackFrame>& frame) {
  v.field("pc_address", frame.pc);
  v.field("function", frame.function);
  v.field("offset_bytes", frame.offset);
  v.field("file", frame.source.file);
  v.field("line", frame.source.line);
  v.field("inlined", frame.inlined);
  v.field("maybe", frame.maybe);
  v.field("entered_by_exception", frame.entered_by_exception);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Fault>& fault) {
  v.field("kind", fault.kind);
  v.field("address", fault.address);
  v.field("size_bytes", fault.size);
  v.field("registers", fault.registers);
  v.field("xpsr", fault.xpsr);
  v.field("msp", fault.msp);
  v.field("psp", fault.psp);
  v.field("control", fault.control);
  v.field("primask", fault.primask);
  v.field("basepri", fault.basepri);
  v.field("faultmask", fault.faultmask);
  v.field("cfsr", fault.cfsr);
  v.field("hfsr", fault.hfsr);
  v.field("mmfar", fault.mmfar);
  v.field("bfar", fault.bfar);
  v.field("exception", fault.exception);
  v.field("stack", fault.stack);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Stop>& stop) {
  v.choice("kind", stop.kind, stop_kind_name);
  v.field("exit_status", stop.exit_status);
  v.field("pc_address", stop.pc);
  v.field("message", stop.message);
  v.field("layer", stop.layer);
  v.optional("fault", stop.fault);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, LayerReport>& layer) {
  v.index("id", layer.id.value, v.position(), v.position() + 1, "layer at this place");
  v.index_or_none("parent", layer.parent, v.position(), "layer before this one");
  v.choice("kind", layer.kind, layer_kind_name);
  v.field("name", layer.name);
  v.field("executions", layer.executions);
  v.field("inclusive", layer.inclusive);
  v.field("exclusive", layer.exclusive);
  v.field("memory", layer.memory);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, LayerExecution>& execution) {
  v.layer("layer", execution.layer.value);
  v.field("begin_cycle", execution.begin_cycle);
  v.field("end_cycle", execution.end_cycle);
  v.field("live_peak_bytes", execution.live_peak);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, TensorReport>& tensor) {
  v.field("name", tensor.name);
  v.field("address", tensor.address);
  v.field("size_bytes", tensor.size);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, LayerSource>& source) {
  v.field("rule", source.rule);
  v.field("engine", source.engine);
  v.field("reason", source.reason);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, ScheduleStep>& step) {
  v.layer("first_layer", step.first_layer);
  v.layer("last_layer", step.last_layer);
  v.field("repeats", step.repeats);
  v.field("patch_rows", step.patch_rows);
  v.field("patch_columns", step.patch_columns);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, ScheduleReport>& schedule) {
  v.field("sentence", schedule.sentence);
  v.field("steps", schedule.steps);
}

}  // namespace sramscope::profiler
