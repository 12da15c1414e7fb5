#pragma once

#include "tests/support/sample_report.h"

namespace sramscope::testing {

/// Counters with every member its own number, from `first` on.
inline Counters full_counters(std::uint64_t first) {
  Counters counters{first,     first + 1, first + 2, first + 3, first + 4,
                    first + 5, first + 6, {},        {}};
  for (std::size_t i = 0; i < kCycleCauses; ++i) {
    counters.by_cause[i] = first + 10 + i;
  }
  for (std::size_t i = 0; i < kMostCaches; ++i) {
    counters.caches[i] = {first + 20 + i, first + 30 + i, first + 40 + i};
  }
  return counters;
}

inline void fill_memory(Report& report) {
  report.memory.reserved = 5;
  report.memory.live_by_kind = {1, 2, 3, 4, 5};
  report.memory.touched_by_kind = {6, 7, 8, 9, 10};
  report.memory.reserved_by_kind = {11, 12, 13, 14, 15};
  report.peak_definitions = {
      {"live", "Bytes that are live.", 100, {}},
      {"touched", "Bytes that are touched.", 90, {{"dead bytes", 5}, {"stack", -15}}}};
  report.buffers = {
      {"arena+0x10", MemoryKind::arena, 0x20000010, 64, 5, 9, 60, 128, 256, {1, 2}, {3}}};
  report.peak_items = {{0, "arena+0x10", MemoryKind::arena, 60},
                       {-1, "elsewhere", MemoryKind::other, 4}};
  report.layer_buffers = {{2, 0, "arena+0x10", 0x20000010, 64, BufferRole::in_place, 12, 13},
                          {3, -1, "weights", 0x08000100, 512, BufferRole::weights, 1024, 0}};
  report.timeline = {{0, 10, {1, 2, 3, 4, 0}}, {500, 20, {2, 4, 6, 8, 0}}};
  report.memory_map = {8, 1000, {{0x20000000, 256, {{3, 0}, {5, 256}}}}};
  report.findings = {
      {FindingKind::dead_store, "512 B written and never read", "buffer", 0x20000040, 512, 7,
       0x08000200, 2},
      {FindingKind::never_touched, "never touched", "spare", 0x20001000, 9, 0, 0, -1}};
}

inline void fill_code(Report& report) {
  report.functions = {
      {"main", 0x08000100, 40, "main.c", 1, full_counters(100), full_counters(200)},
      {"conv", 0x08000200, 80, "conv.c", 5, full_counters(300), full_counters(400)}};
  report.call_edges = {{0, 1, 5, full_counters(500)}};
  report.call_tree = {{-1, 0, 1, 100, 400}, {0, 1, 5, 300, 300}};
  report.lines = {{"conv.c", 12, full_counters(600)}};
  report.listings = {{1,
                      {"conv.c", "conv.h"},
                      {{0x08000200, "ldr r3, [r4, #8]", 5, 15, {5, 10}, 1, 12},
                       {0x08000202, "bx lr", 5, 10, {}, -1, 0}}}};
}

/// A report in which no member of any kind is empty.
inline Report full_report() {
  Report report = layerwise_report();
  report.provenance.caches = {"icache", "dcache"};
  report.provenance.board_derived = true;
  report.stop = {.kind = StopKind::fault,
                 .exit_status = 7,
                 .pc = 0x08001234,
                 .message = "store outside memory\n   at \"x\"",
                 .layer = "net/conv"};
  Fault& fault = report.stop.fault.emplace();
  fault.kind = "write";
  fault.registers = {1, 2, 3};
  fault.bfar = 0x20050010;
  fault.stack.push_back({.pc = 0x08001234,
                         .function = "conv",
                         .offset = 4,
                         .source = {.file = "kernels/conv.c", .line = 118},
                         .inlined = true,
                         .maybe = true,
                         .entered_by_exception = 14});
  report.partial = true;
  report.executions_truncated = true;
  report.total = full_counters(1000);
  report.layer_source = {"tflm", "TensorFlow Lite Micro", "InvokeSubgraph is there"};
  report.schedule = {"layers 0-1 ran 4 times: 2x2 patches", {{0, 1, 4, 2, 2}, {2, 3, 1, 0, 0}}};
  fill_memory(report);
  fill_code(report);
  report.warnings = {"one", "two"};
  return report;
}

}  // namespace sramscope::testing
