#include "profiler/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace sramscope::profiler {
namespace {

/// Three or four significant digits of a value from 1 to below 10,000.
std::string digits(double value) {
  if (value < 9.995) {
    return fmt::format("{:.2f}", value);
  }
  return value < 999.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

double real(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1024) {
    return fmt::format("{} B", bytes);
  }
  double value = real(bytes) / 1024;
  std::string unit = "kB";
  if (value >= 1023.95) {
    value /= 1024;
    unit = "MB";
  }
  return digits(value) + " " + unit;
}

std::string count_text(std::uint64_t count) {
  if (count < 10'000) {
    return fmt::format("{}", count);
  }
  constexpr std::array<std::pair<double, const char*>, 4> kUnits{
      {{1e3, "k"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}}};
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && real(count) >= 999.95 * kUnits[unit].first) {
    ++unit;
  }
  const double value = real(count) / kUnits[unit].first;
  const bool two_decimals = unit > 0 && value < 99.995;
  return fmt::format("{:.{}f} {}", value, two_decimals ? 2 : 1, kUnits[unit].second);
}

std::string grouped(std::uint64_t count) {
  std::string text = fmt::format("{}", count);
  for (std::size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100 * real(part) / real(whole));
}

std::string ratio_text(std::uint64_t dividend, std::uint64_t divisor) {
  return divisor == 0 ? "-" : fmt::format("{:.2f}", real(dividend) / real(divisor));
}

std::string change_text(std::uint64_t before, std::uint64_t after) {
  if (before == after) {
    return "0 %";
  }
  if (before == 0) {
    return "-";
  }
  const double percent = 100 * (real(after) / real(before) - 1);
  return std::abs(percent) < 999.95 ? fmt::format("{:+.1f} %", percent)
                                    : fmt::format("{:+.0f} %", percent);
}

std::string time_text(std::uint64_t cycles, std::uint64_t clock_hz) {
  if (clock_hz == 0) {
    return "-";
  }
  const double seconds = real(cycles) / real(clock_hz);
  if (seconds >= 0.99995) {
    return fmt::format("{:.2f} s", seconds);
  }
  if (seconds >= 0.00099995) {
    return digits(seconds * 1e3) + " ms";
  }
  return digits(seconds * 1e6) + " us";
}

std::string frequency_text(std::uint64_t hz) {
  const bool mega = hz >= 1'000'000;
  const double value = real(hz) / (mega ? 1e6 : 1e3);
  const std::string number =
      value == std::floor(value) ? fmt::format("{:.0f}", value) : digits(value);
  return number + (mega ? " MHz" : " kHz");
}

std::string limit_text(std::uint64_t bytes) {
  if (bytes >= 1024 && bytes % 1024 == 0) {
    return fmt::format("{} kB", bytes / 1024);
  }
  return bytes_text(bytes);
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string align_right(std::string_view text, std::size_t width) {
  const std::size_t used = width_of(text);
  return std::string(width > used ? width - used : 0, ' ') + std::string(text);
}

std::string align_left(std::string_view text, std::size_t width) {
  const std::size_t used = width_of(text);
  return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string shortened(std::string_view text, std::size_t width) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; }, '?');
  if (width_of(result) <= width) {
    return result;
  }
  while (!result.empty() && width_of(result) + 3 > width) {
    result.pop_back();
  }
  return result + std::string("...").substr(0, width);
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string result;
  std::string line;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    const bool fresh = line.find_first_not_of(' ') == std::string::npos;
    if (!fresh && width_of(line) + 1 + width_of(word) > width) {
      result += line + "\n";
      line = std::string(indent, ' ');
      line += word;
    } else {
      line += fresh ? "" : " ";
      line += word;
    }
    begin = end + 1;
  }
  return result + line + "\n";
}

std::string Paint::wrap(std::string_view code, std::string_view text) const {
  return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

void Table::column(std::string title, Align align) {
  columns_.push_back({std::move(title), align});
}

void Table::row(std::vector<std::string> cells, bool emphasised) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), emphasised});
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> result;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = width_of(columns_[c].title);
    for (const Row& row : rows_) {
      width = std::max(width, width_of(row.cells[c]));
    }
    result.push_back(width);
  }
  return result;
}

std::string Table::text(std::size_t width, std::size_t keep, const Paint& paint) const {
  const std::vector<std::size_t> column_widths = widths();
  std::size_t shown = 0;
  for (std::size_t used = 0; shown < columns_.size(); ++shown) {
    used += column_widths[shown] + (shown > 0 ? 2 : 0);
    if (shown >= keep && used > width) {
      break;
    }
  }
  const auto line = [&](const auto& cell_of) {
    std::string result;
    for (std::size_t c = 0; c < shown; ++c) {
      const bool left = columns_[c].align == Align::left;
      result += c > 0 ? "  " : "";
      result += left ? align_left(cell_of(c), column_widths[c])
                     : align_right(cell_of(c), column_widths[c]);
    }
    result.erase(result.find_last_not_of(' ') + 1);
    return result;
  };
  std::string result = paint.faint(line([&](std::size_t c) { return columns_[c].title; })) + "\n";
  for (const Row& row : rows_) {
    const std::string text = line([&](std::size_t c) { return row.cells[c]; });
    result += (row.emphasised ? paint.bold(text) : text) + "\n";
  }
  return result;
}

}  // namespace sramscope::profiler
