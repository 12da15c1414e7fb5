#pragma once

#include "profiler/report_fields.h"

/// The layout of what a report says about functions and lines; see report_fields.h.
namespace sramscope::profiler {

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, FunctionReport>& function) {
  v.field("name", function.name);
  v.field("address", function.address);
  v.field("size_bytes", function.size);
  v.field("file", function.file);
  v.field("calls", function.calls);
  v.field("exclusive", function.exclusive);
  v.field("inclusive", function.inclusive);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, CallEdgeReport>& edge) {
  v.function("caller", edge.caller);
  v.function("callee", edge.callee);
  v.field("calls", edge.calls);
  v.field("inclusive", edge.inclusive);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, CallNodeReport>& node) {
  v.index_or_none("parent", node.parent, v.position(), "call before this one");
  v.function("function", node.function);
  v.field("calls", node.calls);
  v.field("exclusive_cycles", node.exclusive_cycles);
  v.field("inclusive_cycles", node.inclusive_cycles);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, LineReport>& line) {
  v.field("file", line.file);
  v.field("line", line.line);
  v.field("exclusive", line.exclusive);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, InstructionReport>& instruction) {
  v.field("address", instruction.address);
  v.field("text", instruction.text);
  v.field("executions", instruction.executions);
  v.field("cycles", instruction.cycles);
  v.sparse("by_cause_cycles", instruction.by_cause);
  v.file_or_none("file", instruction.file);
  v.field("line", instruction.line);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, ListingReport>& listing) {
  v.function("function", listing.function);
  v.files("files", listing.files);
  v.field("instructions", listing.instructions);
}

}  // namespace sramscope::profiler
