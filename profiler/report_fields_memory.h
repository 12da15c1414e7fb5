#pragma once

#include "profiler/report_fields.h"

/// The layout of what a report says about memory; see report_fields.h.
namespace sramscope::profiler {

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, BufferReport>& buffer) {
  v.field("name", buffer.name);
  v.choice("kind", buffer.kind, memory_kind_name);
  v.field("address", buffer.address);
  v.field("size_bytes", buffer.size);
  v.field("born_cycle", buffer.born);
  v.field("died_cycle", buffer.died);
  v.field("live_peak_bytes", buffer.live_peak);
  v.field("written_bytes", buffer.bytes_written);
  v.field("read_bytes", buffer.bytes_read);
  v.layers("written_by", buffer.written_by);
  v.layers("read_by", buffer.read_by);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, LayerBuffer>& use) {
  v.layer("layer", use.layer);
  v.buffer_or_none("buffer", use.buffer);
  v.field("name", use.name);
  v.field("address", use.address);
  v.field("size_bytes", use.size);
  v.choice("role", use.role, buffer_role_name);
  v.field("read_bytes", use.bytes_read);
  v.field("written_bytes", use.bytes_written);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, TimelinePoint>& point) {
  v.field("cycle", point.cycle);
  v.field("live_bytes", point.live);
  v.field("by_kind_bytes", point.by_kind);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, MemoryMapReport::Row>& row) {
  v.field("address", row.address);
  v.field("size_bytes", row.bytes);
  v.field("runs", row.runs);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, MemoryMapReport>& map) {
  v.field("columns", map.columns);
  v.field("cycles_per_column", map.cycles_per_column);
  v.field("rows", map.rows);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, PeakItem>& item) {
  v.buffer_or_none("buffer", item.buffer);
  v.field("name", item.name);
  v.choice("kind", item.kind, memory_kind_name);
  v.field("live_bytes", item.bytes);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, PeakDefinition::Term>& term) {
  v.field("what", term.what);
  v.field("bytes", term.bytes);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, PeakDefinition>& definition) {
  v.field("name", definition.name);
  v.field("definition", definition.definition);
  v.field("bytes", definition.bytes);
  v.field("terms", definition.terms);
}

template <class Visitor>
void describe(Visitor& v, Visited<Visitor, Finding>& finding) {
  v.choice("kind", finding.kind, finding_kind_name);
  v.field("message", finding.message);
  v.field("symbol", finding.symbol);
  v.field("address", finding.address);
  v.field("size_bytes", finding.bytes);
  v.field("count", finding.count);
  v.field("pc_address", finding.pc);
  v.layer_or_none("layer", finding.layer);
}

}  // namespace sramscope::profiler
