// The accuracy card: micro-kernels run now, whole programs as recorded (recorded.json says when and
// with what).

#include <fmt/format.h>

#include <cmath>
#include <exception>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/accuracy/measure.h"

namespace sramscope::testing {
namespace {

/// False when a kernel is not what was published.
bool print_micro_kernels() {
  bool all_exact = true;
  fmt::print("Micro-kernels, cycles per turn, run now (model {})\n\n", cycle_model_version());
  fmt::print("{:<15}{:<30}{:>9}  {:<11}{}\n", "core", "kernel", "model", "published", "source");
  for (const PublishedKernel& row : published_kernels()) {
    const double measured = measure(row);
    const bool exact = measured >= row.least && measured <= row.most;
    all_exact = all_exact && exact;
    const std::string published = row.least == row.most
                                      ? fmt::format("{:g}", row.least)
                                      : fmt::format("{:g} to {:g}", row.least, row.most);
    fmt::print("{:<15}{:<30}{:>9g}{} {:<11}{}\n", row.core, row.kernel, measured, exact ? ' ' : '!',
               published, row.source);
  }
  return all_exact;
}

struct Summary {
  double sum = 0;
  double worst = 0;
  int rows = 0;
};

void print_programs() {
  std::ifstream file(std::string(SRAMSCOPE_SOURCE_DIR) + "/tests/accuracy/recorded.json");
  const auto recorded = nlohmann::json::parse(file);
  fmt::print("\nWhole programs, recorded {} with model {} ({})\n\n",
             recorded.at("date").get<std::string>(),
             recorded.at("cycle_model_version").get<std::string>(),
             recorded.at("compiler").get<std::string>());
  fmt::print("{:<12}{:<34}{:>12}{:>12}{:>8}  {}\n", "core", "program", "model", "silicon", "error",
             "used to set a parameter");
  std::map<std::string, Summary> summaries;
  for (const auto& row : recorded.at("programs")) {
    const double model = row.at("model"), silicon = row.at("silicon");
    const double error = 100 * (model / silicon - 1);
    const std::string core = row.at("core");
    fmt::print("{:<12}{:<34}{:>12.0f}{:>12.0f}{:>+7.2f}%  {}\n", core,
               row.at("program").get<std::string>(), model, silicon, error,
               row.at("used").get<std::string>());
    Summary& summary = summaries[core + ", " + row.at("memory").get<std::string>()];
    summary.sum += std::abs(error);
    summary.worst = std::max(summary.worst, std::abs(error));
    ++summary.rows;
  }
  fmt::print("\n");
  for (const auto& [name, summary] : summaries) {
    fmt::print("{:<40} mean {:.2f} %, worst {:.2f} % of {} figures\n", name,
               summary.sum / summary.rows, summary.worst, summary.rows);
  }
}

}  // namespace
}  // namespace sramscope::testing

int main() {
  try {
    const bool exact = sramscope::testing::print_micro_kernels();
    sramscope::testing::print_programs();
    return exact ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 2;
  }
}
