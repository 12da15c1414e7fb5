#include "tests/accuracy/measure.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace sramscope::testing {
namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

/// A board with memory at 0 and at 0x20000000 that never waits.
Board board_of(const std::string& core) {
  const std::string json = fmt::format(
      R"({{"name": "micro", "core": "{}", "clock_mhz": 100, "regions": [
          {{"name": "CODE", "kind": "tcm", "base": "0x00000000", "size": "64K"}},
          {{"name": "DATA", "kind": "tcm", "base": "0x20000000", "size": "64K"}}]}})",
      core);
  return value_of(parse_board(json, "micro"));
}

Addr address_of(const Image& image, const std::string& name) {
  for (const Symbol& symbol : image.symbols) {
    if (symbol.name == name) return symbol.address & ~1u;
  }
  throw std::runtime_error("no kernel " + name + " in " + image.path);
}

Cycles cycles(const Board& board, const Image& image, const std::string& kernel,
              std::uint32_t turns, TimingMode mode) {
  MachineOptions options;
  options.shadow_memory = false;
  options.timing = mode;
  options.call = FunctionCall{address_of(image, kernel), {turns}, std::nullopt};
  Machine machine = value_of(Machine::create(board, image, std::move(options)));
  const RunResult result = machine.run({.max_cycles = 1'000'000}, nullptr);
  if (result.stop.kind != StopKind::exited)
    throw std::runtime_error(kernel + ": " + result.stop.message);
  return result.totals.cycles;
}

}  // namespace

std::vector<PublishedKernel> published_kernels() {
  std::ifstream file(std::string(SRAMSCOPE_SOURCE_DIR) + "/tests/accuracy/published.json");
  std::vector<PublishedKernel> rows;
  const nlohmann::json cores = nlohmann::json::parse(file);
  for (const auto& [core, kernels] : cores.items()) {
    for (const auto& row : kernels) {
      const auto& figure = row.at("cycles");
      const bool is_range = figure.is_array();
      rows.push_back({core, row.at("kernel"),
                      is_range ? figure[0].get<double>() : figure.get<double>(),
                      is_range ? figure[1].get<double>() : figure.get<double>(), row.at("source")});
    }
  }
  return rows;
}

double measure(const PublishedKernel& published, TimingMode mode) {
  return measure(board_of(published.core), published.kernel, mode);
}

double measure(const Board& board, const std::string& kernel, TimingMode mode) {
  const std::string elf = std::string(core_name(board.core)) + ".elf";
  const Image image = value_of(load_elf(std::string(SRAMSCOPE_ACCURACY_ELFS) + "/" + elf));
  constexpr std::uint32_t kFew = 1000, kMany = 2000;
  const Cycles few = cycles(board, image, kernel, kFew, mode);
  const Cycles many = cycles(board, image, kernel, kMany, mode);
  return static_cast<double>(many - few) / (kMany - kFew);
}

}  // namespace sramscope::testing
