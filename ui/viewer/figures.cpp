#include "ui/viewer/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/cli/text.h"

namespace sramscope::viewer {
namespace {

constexpr const char* kMinus = "\u2212";

}  // namespace

std::string change_text(std::uint64_t before, std::uint64_t after) {
  if (before == after) return "\u00b10 %";
  if (before == 0) return "new";
  if (after == 0) return "gone";
  const double change =
      (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(before);
  if (std::abs(change) < 0.0005) return "\u22480 %";
  return fmt::format("{}{:.1f} %", change < 0 ? kMinus : "+", std::abs(change) * 100);
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "";
  return fmt::format("{:.1f} %", static_cast<double>(part) * 100 / static_cast<double>(whole));
}

std::string bytes_change_text(std::uint64_t before, std::uint64_t after) {
  if (before == after) return "\u00b10";
  return (after < before ? kMinus : "+") +
         cli::format_bytes(after < before ? before - after : after - before);
}

std::string time_text(const Document& document, Cycles cycles) {
  if (document.report.provenance.clock_hz == 0) return "";
  return cli::format_seconds(document.seconds(cycles));
}

std::string cycles_text(const Document& document, Cycles cycles) {
  std::string text = cli::format_count(cycles) + " cycles";
  const std::string time = time_text(document, cycles);
  return time.empty() ? text : text + " (" + time + ")";
}

std::string grouped(std::uint64_t value) {
  std::string text = fmt::format("{}", value);
  for (auto at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<std::size_t>(at), ",");
  return text;
}

double nice_step(double length, double most, int base) {
  const double least = std::max(length / std::max(most, 1.0), 1e-9);
  if (base == 2) return std::exp2(std::ceil(std::log2(std::max(least, 1.0))));
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= least) return power * factor;
  }
  return power * 10;
}

}  // namespace sramscope::viewer
