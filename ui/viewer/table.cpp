#include "ui/viewer/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "ui/cli/text.h"
#include "ui/viewer/figures.h"

namespace sramscope::viewer {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool contains_word(const std::string& text, const std::string& word) {
  const auto found = std::search(text.begin(), text.end(), word.begin(), word.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return found != text.end();
}

/// Every word of the filter has to be in the name.
bool passes(const std::string& name, const std::string& filter) {
  std::size_t at = 0;
  while ((at = filter.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(filter.find(' ', at), filter.size());
    if (!contains_word(name, filter.substr(at, end - at))) return false;
    at = end;
  }
  return true;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace

Cell count_cell(std::uint64_t count) {
  return {cli::format_count(count), static_cast<double>(count), fmt::format("{}", count), 0};
}

Cell bytes_cell(std::uint64_t bytes) {
  return {cli::format_bytes(bytes), static_cast<double>(bytes), fmt::format("{}", bytes), 0};
}

Cell share_cell(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {};
  const double share = static_cast<double>(part) * 100 / static_cast<double>(whole);
  return {share_text(part, whole), share, fmt::format("{:.4f}", share), 0};
}

Cell change_cell(std::uint64_t before, std::uint64_t after) {
  Cell cell{change_text(before, after), 0, {}, 0};
  const double b = static_cast<double>(before);
  if (before != 0) {
    cell.key = (static_cast<double>(after) - b) * 100 / b;
    cell.raw = fmt::format("{:.4f}", cell.key);
  } else if (after != 0) {
    cell.key = 1e9;
  }
  if (std::abs(cell.key) >= 0.05) cell.tone = after < before ? -1 : 1;
  return cell;
}

Cell text_cell(std::string text) { return {std::move(text), 0, {}, 0}; }

std::vector<std::size_t> ordered_rows(const Table& table, const TableView& view) {
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (view.filter.empty() || passes(table.cell(row, table.name_column).text, view.filter))
      rows.push_back(row);
  }
  const auto column = static_cast<std::size_t>(view.sort_column);
  if (column >= table.columns.size()) return rows;
  std::vector<Cell> keys(table.rows);
  for (const std::size_t row : rows) keys[row] = table.cell(row, column);
  const bool number = table.columns[column].number;
  const auto before = [&](std::size_t a, std::size_t b) {
    if (number) return view.descending ? keys[a].key > keys[b].key : keys[a].key < keys[b].key;
    return view.descending ? keys[a].text > keys[b].text : keys[a].text < keys[b].text;
  };
  std::stable_sort(rows.begin(), rows.end(), before);
  return rows;
}

std::string to_csv(const Table& table, const TableView& view) {
  std::string csv;
  for (std::size_t column = 0; column < table.columns.size(); ++column)
    csv += (column == 0 ? "" : ",") + quoted(table.columns[column].title);
  csv += "\r\n";
  for (const std::size_t row : ordered_rows(table, view)) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      const Cell cell = table.cell(row, column);
      csv += (column == 0 ? "" : ",") + quoted(cell.raw.empty() ? cell.text : cell.raw);
    }
    csv += "\r\n";
  }
  return csv;
}

}  // namespace sramscope::viewer
