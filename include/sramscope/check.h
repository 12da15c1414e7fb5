#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/report.h"

namespace sramscope {

/// What a run may cost. Bytes and cycles.
struct Budgets {
  std::optional<std::uint64_t> max_sram;
  std::optional<Cycles> max_cycles;
  std::optional<std::uint64_t> max_flash;
  std::optional<std::uint64_t> max_stack;
  /// How much more than in the baseline is still well, in percent.
  double tolerance_percent = 0;
};

/// One figure of a run against its budget or its baseline.
struct CheckItem {
  /// "peak SRAM", "cycles", "flash", "stack", or the same of one block: "peak SRAM of block2".
  std::string name;
  bool passed = true;
  /// One line with the figures.
  std::string message;
};

struct CheckResult {
  std::string title;
  std::vector<CheckItem> items;
  bool passed() const;
};

/// Bytes of flash that an image takes: the file contents of its segments. 0: not known.
std::uint64_t flash_bytes(const Image& image);

/// Compares peak live SRAM, cycles, flash (`flash`, 0: not known) and stack with the budgets, and
/// with `baseline` (null: none) where a figure may be `tolerance_percent` larger. A partial run
/// fails.
CheckResult check(const Report& report, const Budgets& budgets, const Report* baseline,
                  std::uint64_t flash);

/// "ok    cycles ..." and "FAIL  peak SRAM ...", one line per item.
std::string to_text(const CheckResult& result, const TextStyle& style);
/// JUnit XML: one test case per item.
std::string to_junit(const CheckResult& result);

}  // namespace sramscope
