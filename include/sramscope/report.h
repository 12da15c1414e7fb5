#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/machine.h"
#include "sramscope/observer.h"
#include "sramscope/report_code.h"
#include "sramscope/report_memory.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

/// Version of the JSON layout that `to_json` writes. Readers accept this version and older ones.
inline constexpr int kReportSchemaVersion = 2;

/// What was measured where, so that two figures can be compared honestly.
struct Provenance {
  std::string tool_version;
  std::string cycle_model;
  std::string cycle_model_version;
  std::string cycle_model_note;
  std::string elf_path;
  std::string elf_sha256;
  std::string toolchain;
  std::string board;
  std::string core;
  std::uint64_t clock_hz = 0;
  /// The board's memories: name, kind, base, size, wait states.
  struct Memory {
    std::string name;
    std::string kind;
    Addr base = 0;
    std::uint64_t size = 0;
    std::uint32_t wait_states = 0;
  };
  std::vector<Memory> memories;
  /// Names of the caches and flash buffers that `Counters::caches` counts, such as "icache"; as
  /// many as there are.
  std::vector<std::string> caches;
  bool board_derived = false;
};

/// Memory figures of one layer or of the whole run, in bytes.
struct MemoryPeaks {
  /// Most bytes live at once: a byte is live from a write to its last read before the next write; a
  /// byte present from the start is live until its last read.
  std::uint64_t live_peak = 0;
  /// Instruction count (since start) and cycle of an instant at which that peak is reached.
  std::uint64_t peak_instruction = 0;
  Cycles peak_cycle = 0;
  /// Distinct RAM bytes read or written.
  std::uint64_t touched = 0;
  /// Deepest stack, counted from the stack's base.
  std::uint64_t stack = 0;
  /// Bytes set aside for it: static objects, heap blocks and stacks in use, whether touched or not.
  std::uint64_t reserved = 0;
  /// The live peak by kind, at that instant; `stack` and interrupts included.
  BytesByKind live_by_kind = {};
  BytesByKind touched_by_kind = {};
  BytesByKind reserved_by_kind = {};
};

/// A network, block or layer; executions with the same path of names are summed, peaks are the
/// maximum.
struct LayerReport {
  LayerId id;
  /// Index into `Report::layers` of the enclosing one, -1 at the top.
  int parent = -1;
  LayerKind kind = LayerKind::layer;
  std::string name;
  /// How many times it was entered (16 for a layer that runs in 4x4 patches).
  std::uint64_t executions = 0;
  /// Including everything nested inside.
  Counters inclusive;
  /// Without what nested layers account for.
  Counters exclusive;
  MemoryPeaks memory;
};

/// How the run was cut into layers.
struct LayerSource {
  /// "markers", the name of a rule file ("tflm"), "generic", or "" where there are no layers.
  std::string rule;
  /// The inference engine that the rule belongs to, such as "TensorFlow Lite Micro".
  std::string engine;
  /// One sentence: why this rule, and what is missing (stripped, LTO).
  std::string reason;
};

/// A part of the schedule as observed: layers that ran one after another, several times.
struct ScheduleStep {
  /// Indices into `Report::layers`, first and last of the sequence.
  std::uint32_t first_layer = 0;
  std::uint32_t last_layer = 0;
  /// How many times the sequence ran.
  std::uint64_t repeats = 1;
  /// Patches per column and row where the repetition is over patches of an image and the run tells;
  /// else 0.
  unsigned patch_rows = 0;
  unsigned patch_columns = 0;
};

/// The schedule that the run shows.
struct ScheduleReport {
  /// Such as "layers 0-4 ran 16 times: 4x4 patches, then 50 layers once"; "" where there are no
  /// layers.
  std::string sentence;
  std::vector<ScheduleStep> steps;
};

/// One execution of a layer, in time order of its begin.
struct LayerExecution {
  LayerId layer;
  Cycles begin_cycle = 0;
  Cycles end_cycle = 0;
  std::uint64_t live_peak = 0;
};

/// A named buffer announced by the firmware.
struct TensorReport {
  std::string name;
  Addr address = 0;
  std::uint32_t size = 0;
};

/// The result of one run: plain data.
struct Report {
  Provenance provenance;
  Stop stop;
  /// True when the run did not end by the firmware's own exit.
  bool partial = false;
  Counters total;
  /// What ran outside every layer; layers at the top plus outside equals total.
  Counters outside;
  MemoryPeaks memory;
  /// Parents stand before their children, siblings in order of first execution.
  std::vector<LayerReport> layers;
  std::vector<LayerExecution> executions;
  /// True when `executions` was cut at its limit.
  bool executions_truncated = false;
  std::vector<TensorReport> tensors;
  LayerSource layer_source;
  ScheduleReport schedule;
  /// Every definition of peak memory in use, `memory.live_peak` first.
  std::vector<PeakDefinition> peak_definitions;
  /// What was alive at `memory.peak_cycle`, largest first.
  std::vector<PeakItem> peak_items;
  std::vector<BufferReport> buffers;
  std::vector<LayerBuffer> layer_buffers;
  std::vector<TimelinePoint> timeline;
  MemoryMapReport memory_map;
  std::vector<Finding> findings;
  /// Sorted by address.
  std::vector<FunctionReport> functions;
  std::vector<CallEdgeReport> call_edges;
  std::vector<CallNodeReport> call_tree;
  /// Sorted by file and line; empty without DWARF.
  std::vector<LineReport> lines;
  /// The hottest functions, hottest first.
  std::vector<ListingReport> listings;
  /// What the firmware printed, as FNV-1a 32 (hex) and length, so that runs can be compared for
  /// equal output.
  std::string console_fnv1a;
  std::uint64_t console_bytes = 0;
  std::vector<std::string> warnings;
};

/// JSON with `schema_version`, units in every key, stable order: the same report gives the same
/// bytes.
std::string to_json(const Report& report);
/// Reads what `to_json` wrote, this version or an older one. Errors name `where`, the place and the
/// reason.
Result<Report> report_from_json(std::string_view json, const std::string& where);

struct TextStyle {
  /// Columns available; narrow terminals drop the last columns.
  unsigned width = 100;
  bool colour = false;
};

/// The per-layer table and the lines below it.
std::string to_text(const Report& report, const TextStyle& style);

/// The functions with the most cycles of their own, a line each, `most` of them; "" where the run
/// did not count them.
std::string functions_text(const Report& report, const TextStyle& style, std::size_t most = 20);

/// Sum check: layers plus outside equals total for every counter. Returns "" or what does not add
/// up.
std::string check_conservation(const Report& report);

}  // namespace sramscope
