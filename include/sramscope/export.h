#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sramscope/report.h"
#include "sramscope/result.h"

namespace sramscope {

/// A format that reports can be turned into.
struct ExportFormat {
  std::string_view name;
  /// What it is and who reads it.
  std::string_view description;
};

const std::vector<ExportFormat>& export_formats();

/// The report in another format: "csv", "markdown", "perfetto", "speedscope", "callgrind",
/// "folded", "junit", "svg-blocks", "svg-timeline", "svg-map". Where the report has no functions,
/// the formats about them show layers in their place. Errors: an unknown format, or nothing to show
/// in it.
Result<std::string> export_report(const Report& report, std::string_view format);

}  // namespace sramscope
