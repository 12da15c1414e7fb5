#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How figures read in text: three or four significant digits, kB = 1024 bytes.
namespace sramscope::profiler {

/// "412 B", "1.91 kB", "55.3 kB", "301.4 kB", "1.25 MB".
std::string bytes_text(std::uint64_t bytes);
/// "9412", "12.3 k", "1.92 M", "38.21 M", "412.5 M", "1.25 G".
std::string count_text(std::uint64_t count);
/// "308,634".
std::string grouped(std::uint64_t count);
/// "7.6 %"; "-" when there is no whole.
std::string share_text(std::uint64_t part, std::uint64_t whole);
/// "0.31" (two decimals); "-" when there is nothing to divide by.
std::string ratio_text(std::uint64_t dividend, std::uint64_t divisor);
/// "-60.0 %", "+9.1 %", "0 %"; "-" when `before` is 0 and `after` is not.
std::string change_text(std::uint64_t before, std::uint64_t after);
/// "176.9 ms", "12.3 us", "1.25 s"; "-" without a clock.
std::string time_text(std::uint64_t cycles, std::uint64_t clock_hz);
/// "216 MHz", "32.8 kHz".
std::string frequency_text(std::uint64_t hz);
/// Sizes as people write limits: "256 kB", "62.5 kB", "100 B".
std::string limit_text(std::uint64_t bytes);

/// Columns that a string takes on a terminal, in code points.
std::size_t width_of(std::string_view text);
/// Filled with spaces to `width` columns, on the left or on the right.
std::string align_right(std::string_view text, std::size_t width);
std::string align_left(std::string_view text, std::size_t width);
/// Cut to `width` columns, with "..." at the end when something is missing; control characters
/// become '?'.
std::string shortened(std::string_view text, std::size_t width);
/// Broken into lines of up to `width` columns, the second and further ones indented by `indent`;
/// ends with '\n'.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Terminal colours, or nothing at all.
class Paint {
 public:
  explicit Paint(bool colour) : colour_(colour) {}
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string faint(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool colour_;
};

/// A table whose last columns disappear when there is no room for them.
class Table {
 public:
  enum class Align { left, right };
  void column(std::string title, Align align = Align::right);
  void row(std::vector<std::string> cells, bool emphasised = false);
  /// Lines of up to `width` columns; the first `keep` columns always stay.
  std::string text(std::size_t width, std::size_t keep, const Paint& paint) const;

 private:
  struct Column {
    std::string title;
    Align align;
  };
  struct Row {
    std::vector<std::string> cells;
    bool emphasised;
  };
  std::vector<std::size_t> widths() const;
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace sramscope::profiler
