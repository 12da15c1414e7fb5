// Runs many firmware images one after another in one process, and prints a line for each:
//
//   path <tab> stop kind <tab> exit status <tab> instructions <tab> first line of the stop message
//
//   run_many --board NAME_OR_JSON [--directory DIR] [--max-cycles N] (ELF |
//   @FILE_WITH_ONE_ELF_PER_LINE)...
//
// `--directory` is where the guest's file operations go. Ends with status 0 when every image was
// run, however it ended, and with 2 when the arguments or the board are wrong. An image that cannot
// be loaded has stop kind "refused".

#include <fmt/core.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/image.h"
#include "sramscope/machine.h"
#include "sramscope/result.h"

namespace sramscope {
namespace {

struct Arguments {
  std::string board;
  std::optional<std::string> directory;
  Cycles max_cycles = 2'000'000'000;
  std::vector<std::string> elfs;
};

Result<bool> add_elfs_of(const std::string& list, std::vector<std::string>& elfs) {
  std::ifstream file(list);
  if (!file) return Error{fmt::format("cannot read {}", list)};
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) elfs.push_back(line);
  }
  return true;
}

Result<Cycles> parse_cycles(std::string_view text) {
  Cycles cycles = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cycles);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Error{fmt::format("--max-cycles: {} is no number", text)};
  }
  return cycles;
}

Result<Arguments> parse_arguments(std::span<char* const> words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i];
    if (word.starts_with('@')) {
      const auto added = add_elfs_of(word.substr(1), arguments.elfs);
      if (!added) return added.error();
    } else if (!word.starts_with("--")) {
      arguments.elfs.push_back(word);
    } else if (i + 1 == words.size()) {
      return Error{fmt::format("{} needs a value", word)};
    } else if (word == "--board") {
      arguments.board = words[++i];
    } else if (word == "--directory") {
      arguments.directory = words[++i];
    } else if (word == "--max-cycles") {
      const auto cycles = parse_cycles(words[++i]);
      if (!cycles) return cycles.error();
      arguments.max_cycles = *cycles;
    } else {
      return Error{fmt::format("unknown option {}", word)};
    }
  }
  if (arguments.board.empty()) return Error{"--board is missing"};
  return arguments;
}

Result<RunResult> run_one(const std::string& elf, const Board& board, const Arguments& arguments) {
  const auto image = load_elf(elf);
  if (!image) return image.error();
  MachineOptions options;
  options.shadow_memory = false;
  options.semihosting_directory = arguments.directory;
  auto machine = Machine::create(board, *image, options);
  if (!machine) return machine.error();
  Limits limits;
  limits.max_cycles = arguments.max_cycles;
  return machine->run(limits, nullptr);
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string describe(const Result<RunResult>& result) {
  if (!result) return fmt::format("refused\t0\t0\t{}", first_line(result.error().message));
  const Stop& stop = result->stop;
  return fmt::format("{}\t{}\t{}\t{}", stop_kind_name(stop.kind), stop.exit_status,
                     result->totals.instructions, first_line(stop.message));
}

int run_all(std::span<char* const> words) {
  const auto arguments = parse_arguments(words);
  const auto board = arguments ? load_board(arguments->board) : Result<Board>(arguments.error());
  if (!board) {
    fmt::print(stderr, "error: {}\n", board.error().message);
    return 2;
  }
  for (const std::string& elf : arguments->elfs) {
    fmt::print("{}\t{}\n", elf, describe(run_one(elf, *board, *arguments)));
    std::fflush(stdout);  // whoever reads this must know how far we came, should the simulator die
  }
  return 0;
}

}  // namespace
}  // namespace sramscope

int main(int argc, char** argv) {
  return sramscope::run_all(std::span<char* const>(argv + 1, static_cast<std::size_t>(argc - 1)));
}
