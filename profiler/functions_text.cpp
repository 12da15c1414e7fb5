#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "profiler/format.h"
#include "profiler/report_facts.h"
#include "sramscope/report.h"

namespace sramscope {

std::string functions_text(const Report& report, const TextStyle& style, std::size_t most) {
  using namespace profiler;  // NOLINT(google-build-using-namespace): this file is part of it
  if (report.functions.empty()) return "";
  std::vector<const FunctionReport*> order;
  for (const FunctionReport& function : report.functions) order.push_back(&function);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return a->exclusive.cycles > b->exclusive.cycles;
  });
  const std::size_t shown = std::min(most, order.size());
  const std::size_t width = std::max(style.width, 40U);
  Table table;
  table.column("function", Table::Align::left);
  for (const char* title : {"own cycles", "share", "with callees", "share", "calls", "insns"}) {
    table.column(title);
  }
  Cycles rest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const FunctionReport& f = *order[i];
    if (i >= shown) {
      rest += f.exclusive.cycles;
      continue;
    }
    table.row({shortened(f.name, std::max<std::size_t>(24, width / 2)),
               count_text(f.exclusive.cycles), share_text(f.exclusive.cycles, report.total.cycles),
               count_text(f.inclusive.cycles), share_text(f.inclusive.cycles, report.total.cycles),
               count_text(f.calls), count_text(f.exclusive.instructions)},
              false);
  }
  std::string text = table.text(width, 2, Paint(style.colour));
  if (shown < order.size()) {
    text += fmt::format("{} more functions: {} of cycles\n", order.size() - shown,
                        share_text(rest, report.total.cycles));
  }
  return text;
}

}  // namespace sramscope
