#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/report.h"

namespace sramscope {

/// One block (or layer, where there are no blocks) in two reports; a side that lacks it has
/// `present` false.
struct BlockComparison {
  std::string name;
  struct Side {
    bool present = false;
    Cycles cycles = 0;
    std::uint64_t executions = 0;
    std::uint64_t live_peak = 0;
    std::uint64_t touched = 0;
    std::uint64_t stack = 0;
    std::uint64_t flash_load_bytes = 0;
  };
  Side a;
  Side b;
};

/// Two runs side by side.
struct Comparison {
  /// Short titles, made from the ELF names.
  std::string title_a;
  std::string title_b;
  Report a;
  Report b;
  std::vector<BlockComparison> blocks;
  bool same_output = false;
};

Comparison compare(const Report& a, const Report& b);
/// Bars of each block's peak memory, then the table of totals, then one sentence that says what
/// changed. `limit_bytes` draws a line and marks what exceeds it; 0: none.
std::string to_text(const Comparison& comparison, const TextStyle& style,
                    std::uint64_t limit_bytes);
std::string to_json(const Comparison& comparison);

}  // namespace sramscope
