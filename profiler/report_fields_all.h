#pragma once

#include "profiler/report_fields_code.h"
#include "profiler/report_fields_memory.h"

/// The whole report; see report_fields.h. What others refer to by index stands in front of them.
namespace sramscope::profiler {

template <class Visitor>
void describe_memory(Visitor& v, Visited<Visitor, Report>& report) {
  v.added("peak_definitions", report.peak_definitions);
  v.added("buffers", report.buffers);
  v.added("peak_items", report.peak_items);
  v.added("layer_buffers", report.layer_buffers);
  v.added("timeline", report.timeline);
  v.added("memory_map", report.memory_map);
  v.added("findings", report.findings);
}

template <class Visitor>
void describe_code(Visitor& v, Visited<Visitor, Report>& report) {
  v.added("functions", report.functions);
  v.added("call_edges", report.call_edges);
  v.added("call_tree", report.call_tree);
  v.added("lines", report.lines);
  v.added("listings", report.listings);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Report>& report) {
  v.field("provenance", report.provenance);
  v.field("stop", report.stop);
  v.field("partial", report.partial);
  v.field("total", report.total);
  v.field("outside", report.outside);
  v.field("memory", report.memory);
  v.field("layers", report.layers);
  v.field("executions", report.executions);
  v.field("executions_truncated", report.executions_truncated);
  v.field("tensors", report.tensors);
  v.added("layer_source", report.layer_source);
  v.added("schedule", report.schedule);
  describe_memory(v, report);
  describe_code(v, report);
  v.console("console", report.console_fnv1a, report.console_bytes);
  v.field("warnings", report.warnings);
}

}  // namespace sramscope::profiler
