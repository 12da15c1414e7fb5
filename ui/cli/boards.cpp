// sramscope boards: what a firmware can run on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sramscope/board.h"
#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

struct BoardsOptions {
  std::optional<std::string> name;
  std::vector<std::string> settings;
  bool json = false;
};

std::uint64_t flash_bytes(const Board& board) {
  std::uint64_t bytes = 0;
  for (const auto& region : board.regions)
    bytes += region.kind == RegionKind::flash ? region.size : 0;
  return bytes;
}

std::string clock_text(std::uint64_t hz) {
  return fmt::format("{:g} MHz", static_cast<double>(hz) / 1e6);
}

std::string list_text(const std::vector<Board>& boards, unsigned width) {
  std::size_t name_width = 5;
  for (const auto& board : boards) name_width = std::max(name_width, board.name.size());
  std::string text = fmt::format("{:<{}}  {:<14} {:>8} {:>9} {:>9}  description\n", "board",
                                 name_width, "core", "clock", "flash", "RAM");
  for (const auto& board : boards) {
    auto line = fmt::format("{:<{}}  {:<14} {:>8} {:>9} {:>9}  {}", board.name, name_width,
                            core_name(board.core), clock_text(board.clock_hz),
                            format_bytes(flash_bytes(board)), format_bytes(board.ram_bytes()),
                            board.description);
    if (line.size() > width && is_terminal(stdout)) line.resize(width);
    text += line + "\n";
  }
  return text;
}

std::string access_text(const Region& region) {
  std::string text;
  text += region.readable ? 'r' : '-';
  text += region.writable ? 'w' : '-';
  text += region.executable ? 'x' : '-';
  return text;
}

std::string alias_text(const Region& region) {
  std::string text;
  for (const auto alias : region.aliases) text += (text.empty() ? "" : " ") + format_address(alias);
  return text;
}

std::string switch_text(const Switch& by) {
  switch (by.by) {
    case Switch::By::always:
      return "always";
    case Switch::By::core_icache:
      return "CCR.IC, off at reset";
    case Switch::By::core_dcache:
      return "CCR.DC, off at reset";
    case Switch::By::peripheral_bit:
      break;
  }
  return fmt::format("bit {} of {}, {} at reset", by.bit, format_address(by.address),
                     by.on_at_reset ? "on" : "off");
}

std::string caches_text(const Board& board) {
  std::string text = fmt::format("{:<12} {:<6} {:>9} {:>5} {:>5}  {:<34}  {}\n", "cache", "serves",
                                 "size", "line", "ways", "switched on by", "in front of");
  for (const Cache& cache : board.caches) {
    const char* serves = cache.serves == Cache::Serves::code   ? "code"
                         : cache.serves == Cache::Serves::data ? "data"
                                                               : "both";
    text += fmt::format("{:<12} {:<6} {:>9} {:>5} {:>5}  {:<34}  {}\n", cache.name, serves,
                        format_bytes(cache.size), cache.line_bytes,
                        cache.ways == 0 ? "all" : std::to_string(cache.ways),
                        switch_text(cache.enable), fmt::join(cache.regions, " "));
  }
  return text;
}

std::string board_text(const Board& board) {
  std::string text =
      fmt::format("{}: {}\n{} at {}, {} of flash, {} of RAM\n\n", board.name, board.description,
                  core_name(board.core), clock_text(board.clock_hz),
                  format_bytes(flash_bytes(board)), format_bytes(board.ram_bytes()));
  text += fmt::format("{:<12} {:<6} {:<21} {:>9} {:>11} {:>5} {:<6}  {}\n", "region", "kind",
                      "addresses", "size", "wait states", "line", "access", "also at");
  for (const auto& region : board.regions) {
    auto line =
        fmt::format("{:<12} {:<6} {}-{} {:>9} {:>11} {:>5} {:<6}  {}", region.name,
                    region_kind_name(region.kind), format_address(region.base),
                    format_address(region.base + (region.size - 1)), format_bytes(region.size),
                    region.wait_states, region.line_bytes, access_text(region), alias_text(region));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  if (!board.caches.empty()) text += "\n" + caches_text(board);
  return text;
}

/// An array of board files.
std::string boards_json(const std::vector<Board>& boards) {
  std::string text = "[\n";
  for (const Board& board : boards) {
    if (&board != &boards.front()) text.insert(text.size() - 1, ",");
    text += board_to_json(board);
  }
  return text + "]\n";
}

int show_boards(const BoardsOptions& options) {
  std::string text;
  if (options.name) {
    const auto board = load_board(*options.name, options.settings);
    if (!board) return print_error(board.error().message), kUsage;
    text = options.json ? board_to_json(*board) : board_text(*board);
  } else {
    const auto& boards = builtin_boards();
    text = options.json ? boards_json(boards) : list_text(boards, stdout_style().width);
  }
  if (!print_data(text)) return print_error("cannot write to standard output"), kUsage;
  return kOk;
}

}  // namespace

void add_boards(CLI::App& app, int& status) {
  auto options = std::make_shared<BoardsOptions>();
  auto* command = app.add_subcommand("boards", "List the boards, or show one board's memory map");
  command
      ->add_option("name", options->name,
                   "A compiled-in board, a JSON file, or - for standard input")
      ->type_name("BOARD");
  command->add_option("--set", options->settings, "Override a field, such as core.clock_mhz=80")
      ->type_name("OBJECT.FIELD=VALUE")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json,
                    "Print JSON; for one board in the format of a board file");
  command->footer(
      "Example: sramscope boards stm32f746g-disco --json > my_board.json\n"
      "1 kB = 1024 bytes.");
  command->callback([options, &status] { status = show_boards(*options); });
}

}  // namespace sramscope::cli
