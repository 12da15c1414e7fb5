#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/compare.h"

namespace sramscope::profiler {

/// The rows of one report that a comparison sets side by side: blocks by name, or leaf layers by
/// path.
struct BlockRow {
  std::string name;
  BlockComparison::Side figures;
  /// Cycles without those of blocks inside this one: these add up without counting anything twice.
  Cycles own_cycles = 0;
};

bool has_blocks(const Report& report);
/// In order of first appearance; rows of the same name are summed, their peaks are the maximum.
std::vector<BlockRow> block_rows(const Report& report, bool blocks);

/// What the sentences under a comparison are made of.
struct CompareFacts {
  /// Indices into `Comparison::blocks` of those that both sides ran, but not equally often.
  std::vector<std::size_t> repeated;
  /// Cycles of these blocks on either side, and of everything else.
  Cycles repeated_a = 0;
  Cycles repeated_b = 0;
  Cycles other_a = 0;
  Cycles other_b = 0;
};

CompareFacts compare_facts(const Comparison& comparison);

/// Where a run's live peak was: "block2 (expand)", "block2", or "code outside the layers".
std::string peak_place(const Report& report);

/// Why the figures of the two runs are not on equal terms, one sentence each.
std::vector<std::string> caveats(const Comparison& comparison);

}  // namespace sramscope::profiler
