#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sramscope/report.h"
#include "ui/viewer/address_axis.h"
#include "ui/viewer/flame.h"
#include "ui/viewer/theme.h"
#include "ui/viewer/timeline_index.h"

namespace sramscope::viewer {

/// Live bytes by what they are; the parts of one bar.
using BytesBySegment = std::array<std::uint64_t, kSegments>;

/// The peak memory of a block (or of a layer, where there are no blocks).
struct Bar {
  std::string name;
  /// Index into `Report::layers`: the block, and its layer with the highest peak.
  std::size_t layer = 0;
  std::size_t peak_layer = 0;
  std::uint64_t live_peak = 0;
  /// Sums to `live_peak` where the report divides it; else all of it is `activations`.
  BytesBySegment parts = {};
};

/// One execution of a layer without nested layers, for bands; sorted by begin.
struct Span {
  std::size_t layer = 0;
  Cycles begin = 0;
  Cycles end = 0;
};

/// A report with what the panels look up in it. Built once, then only read.
struct Document {
  Report report;
  /// Where it came from, "" for a run that is going on.
  std::string path;
  /// Short name of the firmware.
  std::string title;
  /// Bytes of SRAM and tightly coupled memory of the board; 0 where the report does not tell.
  std::uint64_t sram_bytes = 0;

  /// Per layer: its path without networks ("block2/depthwise"), the index of the enclosing block
  /// (itself where there is none), the depth, and whether nothing is nested inside.
  std::vector<std::string> paths;
  std::vector<std::size_t> blocks;
  std::vector<unsigned> depths;
  std::vector<bool> leaf;
  /// Path -> index, networks left out.
  std::unordered_map<std::string, std::size_t> by_path;

  std::vector<Bar> bars;
  /// Executions of leaf layers and of blocks.
  std::vector<Span> layer_spans;
  std::vector<Span> block_spans;
  TimelineIndex timeline;
  Flame flame;
  std::vector<AddressBand> address_bands;
  std::unordered_map<std::string, std::size_t> function_by_name;
  /// The functions with the most cycles of their own, and these cycles.
  std::vector<std::pair<std::size_t, Cycles>> hottest_functions;
  /// True when `timeline` was made from the peaks of the executions, for want of anything finer.
  bool timeline_is_coarse = false;

  bool has_causes() const;
  /// The layer that is running at this cycle, if any.
  std::optional<std::size_t> layer_at(Cycles cycle) const;
  /// The innermost layer that reaches the run's peak.
  std::optional<std::size_t> peak_layer() const;
  std::optional<std::size_t> layer_of_path(const std::string& layer_path) const;
  /// Seconds for cycles, 0 without a clock.
  double seconds(Cycles cycles) const;
};

Document make_document(Report report, std::string path);

/// One place of the overview: the bars of one name in two reports; null where one lacks it.
struct BarPair {
  std::string name;
  const Bar* a = nullptr;
  const Bar* b = nullptr;
};
/// Every bar of `a`, and what only `b` has behind what precedes it there; `b` may be null.
std::vector<BarPair> pair_bars(const Document& a, const Document* b);

}  // namespace sramscope::viewer
