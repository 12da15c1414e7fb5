#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sramscope/image.h"
#include "sramscope/machine.h"
#include "sramscope/report.h"
#include "sramscope/result.h"

namespace sramscope {

struct ListingOptions {
  /// The hottest functions, by their own cycles.
  std::size_t most_functions = 5;
  /// Only this function.
  std::optional<std::string> function;
};

/// Adds `Report::listings` from what each instruction took (`MachineOptions::cost_instructions`);
/// functions that the report does not know yet are added to it. Errors: no
/// such function (with the nearest name), or it was never executed.
Result<bool> add_listings(Report& report, const RunResult& run, const Image& image,
                          const ListingOptions& options);

/// The listings as text: address, executions, cycles, the main cause of waiting, instruction, and
/// each source line above what it became.
std::string listings_text(const Report& report);

}  // namespace sramscope
