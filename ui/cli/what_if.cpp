#include "ui/cli/what_if.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sramscope/board.h"
#include "sramscope/report.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

/// What happened on one board.
struct Row {
  std::string board;
  std::optional<Report> report;
  /// Why there is none.
  std::string problem;
};

std::uint64_t ram_bytes(const Report& report) {
  std::uint64_t bytes = 0;
  for (const auto& memory : report.provenance.memories)
    bytes += memory.kind == "sram" || memory.kind == "tcm" ? memory.size : 0;
  return bytes;
}

/// "icache 99.1 %, dcache 74.0 %"; lookups that never happened are left out.
std::string hit_rates(const Report& report) {
  std::string text;
  const auto& names = report.provenance.caches;
  for (std::size_t i = 0; i < names.size() && i < kMostCaches; ++i) {
    const CacheUse& use = report.total.caches[i];
    const std::uint64_t lookups = use.hits + use.misses;
    if (lookups == 0) continue;
    const double rate = 100.0 * static_cast<double>(use.hits) / static_cast<double>(lookups);
    text += fmt::format("{}{} {:.1f} %", text.empty() ? "" : ", ", names[i], rate);
  }
  return text;
}

std::string milliseconds(const Report& report) {
  const auto hz = static_cast<double>(report.provenance.clock_hz);
  return hz == 0 ? "" : fmt::format("{:.3f}", 1e3 * static_cast<double>(report.total.cycles) / hz);
}

std::string row_text(const Row& row, std::size_t width) {
  if (!row.report) return fmt::format("{:<{}}  does not run: {}\n", row.board, width, row.problem);
  const Report& report = *row.report;
  const bool ended = report.stop.kind == StopKind::exited;
  std::string line =
      fmt::format("{:<{}}  {:<13} {:>7g} {:>13} {:>10} {:>10} {:>9}  {:<4} {}", row.board, width,
                  report.provenance.core, static_cast<double>(report.provenance.clock_hz) / 1e6,
                  format_count(report.total.cycles), milliseconds(report),
                  format_bytes(report.memory.live_peak), format_bytes(ram_bytes(report)), "yes",
                  ended ? hit_rates(report) : std::string(stop_kind_name(report.stop.kind)));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string table_text(const std::vector<Row>& rows) {
  std::size_t width = 5;
  for (const Row& row : rows) width = std::max(width, row.board.size());
  std::string text =
      fmt::format("{:<{}}  {:<13} {:>7} {:>13} {:>10} {:>10} {:>9}  {:<4} {}\n", "board", width,
                  "core", "MHz", "cycles", "ms", "live peak", "of RAM", "fits", "cache hits");
  for (const Row& row : rows) text += row_text(row, width);
  return text;
}

std::string json_text(const std::vector<Row>& rows) {
  std::string text = "[\n";
  for (const Row& row : rows) {
    if (!row.report) continue;
    if (text.size() > 2) text.insert(text.size() - 1, ",");
    text += to_json(*row.report);
  }
  return text + "]\n";
}

Row run_on(SimulationRequest request, const std::string& board) {
  Row row{board, std::nullopt, ""};
  request.board = board;
  auto simulation = simulate(request);
  if (!simulation) {
    row.problem = simulation.error().message;
    return row;
  }
  print_stop_message(simulation->report.stop);
  row.report = std::move(simulation->report);
  return row;
}

}  // namespace

std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> parts(1);
  for (const char c : list) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  std::erase(parts, "");
  return parts;
}

int print_what_if(const WhatIf& what_if) {
  std::vector<Row> rows;
  int worst = kOk;
  bool any = false;
  for (const std::string& board : what_if.boards) {
    // A name that does not exist is a mistake, not a board that the firmware does not fit.
    if (const auto known = load_board(board, what_if.request.settings); !known)
      return print_error(known.error().message), kUsage;
    rows.push_back(run_on(what_if.request, board));
    if (!rows.back().report) continue;
    any = true;
    worst = std::max(worst, exit_code_of(rows.back().report->stop.kind));
  }
  if (!print_data(what_if.json ? json_text(rows) : table_text(rows)))
    return print_error("cannot write to standard output"), kUsage;
  for (const Row& row : rows) {
    if (what_if.json && !row.report) print_warning(row.board + " is left out: " + row.problem);
  }
  return any ? worst : static_cast<int>(kUsage);
}

}  // namespace sramscope::cli
