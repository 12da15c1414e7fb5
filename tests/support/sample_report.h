#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sramscope/report.h"

namespace sramscope::testing {

/// Builds reports by hand whose figures add up: `open` and `close` layers around `work`.
class ReportBuilder {
 public:
  explicit ReportBuilder(std::string elf_path) {
    Provenance& p = report_.provenance;
    p.tool_version = "0.1.0 (1a2b3c4d5e6f)";
    p.cycle_model = "cortex-m4";
    p.cycle_model_version = "3";
    p.cycle_model_note = "instruction table of the TRM; flash as a cost per fetch";
    p.elf_path = std::move(elf_path);
    p.elf_sha256 = std::string(64, 'a');
    p.toolchain = "GCC: (15:12.2.rel1-1) 12.2.1 20221205";
    p.board = "stm32f746g-disco";
    p.core = "cortex-m7";
    p.clock_hz = 216'000'000;
    p.memories = {
        {.name = "FLASH", .kind = "flash", .base = 0x08000000, .size = 1 << 20, .wait_states = 7},
        {.name = "SRAM1", .kind = "sram", .base = 0x20010000, .size = 240 << 10, .wait_states = 0}};
    report_.console_fnv1a = "5d7b8c9f";
    report_.console_bytes = 120;
  }

  /// Enters a layer below the innermost open one, or runs it again when it is there already.
  ReportBuilder& open(LayerKind kind, const std::string& name) {
    std::size_t index = 0;
    while (index < report_.layers.size() &&
           (report_.layers[index].name != name || report_.layers[index].parent != innermost_)) {
      ++index;
    }
    if (index == report_.layers.size()) {
      LayerReport layer;
      layer.id = {static_cast<std::uint32_t>(index)};
      layer.parent = innermost_;
      layer.kind = kind;
      layer.name = name;
      report_.layers.push_back(layer);
    }
    ++report_.layers[index].executions;
    report_.executions.push_back(
        {report_.layers[index].id, report_.total.cycles, report_.total.cycles, 0});
    innermost_ = static_cast<int>(index);
    return *this;
  }

  ReportBuilder& close() {
    innermost_ = report_.layers[static_cast<std::size_t>(innermost_)].parent;
    return *this;
  }

  /// `cycles` of work with a live peak of `live` bytes, in the innermost open layer.
  ReportBuilder& work(Cycles cycles, std::uint64_t live) {
    const Counters counters{.cycles = cycles,
                            .instructions = cycles * 3 / 4,
                            .loads = cycles / 4,
                            .stores = cycles / 20,
                            .load_bytes = cycles / 2,
                            .store_bytes = cycles / 20,
                            .flash_load_bytes = cycles / 10};
    const MemoryPeaks peaks{.live_peak = live,
                            .peak_instruction = report_.total.instructions + cycles / 3,
                            .peak_cycle = report_.total.cycles + cycles / 2,
                            .touched = live + live / 8,
                            .stack = 400 + live / 1024};
    report_.total += counters;
    raise(report_.memory, peaks);
    if (innermost_ < 0) {
      report_.outside += counters;
      return *this;
    }
    report_.layers[static_cast<std::size_t>(innermost_)].exclusive += counters;
    for (int at = innermost_; at >= 0; at = report_.layers[static_cast<std::size_t>(at)].parent) {
      LayerReport& layer = report_.layers[static_cast<std::size_t>(at)];
      layer.inclusive += counters;
      raise(layer.memory, peaks);
    }
    return *this;
  }

  /// A layer with nothing inside.
  ReportBuilder& layer(const std::string& name, Cycles cycles, std::uint64_t live) {
    return open(LayerKind::layer, name).work(cycles, live).close();
  }

  Report& report() { return report_; }

 private:
  static void raise(MemoryPeaks& to, const MemoryPeaks& by) {
    if (by.live_peak > to.live_peak) {
      to.live_peak = by.live_peak;
      to.peak_instruction = by.peak_instruction;
      to.peak_cycle = by.peak_cycle;
    }
    to.touched = std::max(to.touched, by.touched);
    to.stack = std::max(to.stack, by.stack);
  }

  Report report_;
  int innermost_ = -1;
};

/// A network of a stem, two blocks and a head, run layer by layer: its peak is 301 kB in
/// block0/expand.
inline Report layerwise_report() {
  ReportBuilder b("build/demo/demo_layer.elf");
  b.work(200'000, 1'200).open(LayerKind::network, "demo");
  b.open(LayerKind::block, "stem").layer("conv", 5'210'000, 210'000).close();
  b.open(LayerKind::block, "block0").layer("expand", 9'100'000, 308'634);
  b.layer("depthwise", 7'300'000, 290'000).layer("project", 4'000'000, 150'000).close();
  b.open(LayerKind::block, "block1").layer("expand", 6'000'000, 123'904);
  b.layer("depthwise", 3'000'000, 101'000).layer("project", 2'400'000, 60'000).close();
  b.open(LayerKind::block, "head")
      .layer("pool", 400'000, 12'000)
      .layer("dense", 90'000, 3'000)
      .close();
  b.close().work(510'000, 900);
  b.report().tensors = {{.name = "input", .address = 0x20010000, .size = 110'592},
                        {.name = "output", .address = 0x2002b000, .size = 10}};
  return b.report();
}

/// The same network with stem and block0 in 2x2 patches: its peak is 121 kB in block1/expand.
inline Report patched_report() {
  ReportBuilder b("build/demo/demo_patch.elf");
  b.work(200'000, 1'200).open(LayerKind::network, "demo_patched");
  for (int patch = 0; patch < 4; ++patch) {
    b.open(LayerKind::block, "stem").layer("conv", 1'500'000, 57'000).close();
    b.open(LayerKind::block, "block0").layer("expand", 2'600'000, 67'584);
    b.layer("depthwise", 2'000'000, 64'000).layer("project", 1'060'000, 50'000).close();
  }
  b.open(LayerKind::block, "block1").layer("expand", 6'000'000, 123'904);
  b.layer("depthwise", 3'000'000, 101'000).layer("project", 2'400'000, 60'000).close();
  b.open(LayerKind::block, "head")
      .layer("pool", 400'000, 12'000)
      .layer("dense", 90'000, 3'000)
      .close();
  b.close().work(510'000, 900);
  return b.report();
}

}  // namespace sramscope::testing
