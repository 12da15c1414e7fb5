#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ui/viewer/geometry.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// What a cell says, and what it is ordered by and exported as.
struct Cell {
  std::string text;
  double key = 0;
  /// For CSV: the bare figure; "" where `text` serves.
  std::string raw;
  /// For changes: below 0 is better, above 0 worse.
  int tone = 0;
};
/// A figure with its unit as text and bare for CSV.
Cell count_cell(std::uint64_t count);
Cell bytes_cell(std::uint64_t bytes);
/// `part` of `whole` in per cent; empty without a whole.
Cell share_cell(std::uint64_t part, std::uint64_t whole);
/// From `before` to `after` in per cent.
Cell change_cell(std::uint64_t before, std::uint64_t after);
Cell text_cell(std::string text);

struct Column {
  std::string title;
  /// What the figures in it are, for the tooltip.
  std::string meaning;
  bool number = true;
  /// Width in heights of the font; 0: what is left over.
  float width = 5;
  /// Draws into the cell in place of text, where it is set.
  std::function<void(std::size_t row, const Box& cell)> paint;
};

/// A table as data: cells are asked for when they are seen, sorted by or exported.
struct Table {
  std::vector<Column> columns;
  std::size_t rows = 0;
  std::function<Cell(std::size_t row, std::size_t column)> cell;
  /// The column that the filter looks at, besides `filter_too`.
  std::size_t name_column = 0;
};

/// The rows that pass the filter, in the order asked for.
std::vector<std::size_t> ordered_rows(const Table& table, const TableView& view);
/// What is shown, as RFC 4180 CSV with a header line.
std::string to_csv(const Table& table, const TableView& view);

/// Draws the table into what is left of the window, with its filter above it; returns the row that
/// was clicked. `selected` is marked, and scrolled to when it changes.
std::optional<std::size_t> draw_table(ViewerState& state, TableView& view, const Table& table,
                                      const char* id, std::optional<std::size_t> selected);

}  // namespace sramscope::viewer
