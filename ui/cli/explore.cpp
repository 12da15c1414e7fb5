// sramscope explore: search, generate, run, verify; one table.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/explore_rows.h"
#include "ui/cli/network_options.h"
#include "ui/cli/schedule_choice.h"
#include "ui/cli/terminal.h"
#include "ui/cli/toolchain.h"

namespace sramscope::cli {
namespace {

struct ExploreOptions {
  NetworkRequest network;
  std::string board;
  std::vector<std::string> schedules;
  std::optional<std::string> directory;
  bool json = false;
};

/// A folder that is removed with everything in it, unless it was asked for by name.
class WorkDirectory {
 public:
  explicit WorkDirectory(const std::optional<std::string>& name) : keep_(name.has_value()) {
    if (keep_) {
      path_ = *name;
      return;
    }
    std::string pattern = (std::filesystem::temp_directory_path() / "sramscope-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~WorkDirectory() {
    std::error_code ignored;
    if (!keep_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  bool keep_;
  std::string path_;
};

Result<std::vector<MemoryPlan>> plans_of(const ExploreOptions& options, const Network& network,
                                         const Board& board) {
  if (options.schedules.empty()) return candidate_plans(network, board);
  std::vector<MemoryPlan> plans;
  for (const auto& schedule : options.schedules) {
    auto plan = choose_plan(network, schedule, board);
    if (!plan) return plan.error();
    plans.push_back(std::move(*plan));
  }
  return plans;
}

std::vector<std::int8_t> expected_output(const Network& network) {
  const auto input = test_input(network.tensor(network.input).shape.size());
  return run_reference(network, input)[network.output.value];
}

/// Objects of the constants are the same for every schedule: they are compiled once.
void share_constants(const std::string& from, const std::string& to) {
  std::error_code ignored;
  std::filesystem::create_directories(to, ignored);
  for (const char* file : {"weights.c", "weights.o", "test_input.c", "test_input.o"}) {
    const auto target = std::filesystem::path(to) / file;
    std::filesystem::copy_file(std::filesystem::path(from) / file, target,
                               std::filesystem::copy_options::overwrite_existing, ignored);
  }
}

int explore(const ExploreOptions& options) {
  const auto network = load_network(options.network);
  if (!network) return print_error(network.error().message), kUsage;
  const auto bare = load_board(options.board);
  if (!bare) return print_error(bare.error().message), kUsage;
  // The generated start-up sets up no clocks and caches; a product's does.
  const Board board = with_caches_on(*bare);
  const auto compiler = find_cross_compiler();
  if (!compiler) {
    print_error(
        "arm-none-eabi-gcc is not in $PATH; on Debian: apt-get install gcc-arm-none-eabi "
        "libnewlib-arm-none-eabi");
    return kUsage;
  }
  const auto plans = plans_of(options, *network, board);
  if (!plans) return print_error(plans.error().message), kUsage;
  const WorkDirectory work(options.directory);
  if (work.path().empty()) return print_error("cannot make a temporary directory"), kUsage;

  const ExploreRequest request{*network, board, *compiler, work.path()};
  const auto expected = expected_output(*network);
  std::vector<ExploreRow> rows;
  for (std::size_t i = 0; i < plans->size(); ++i) {
    const std::string directory = fmt::format("{}/{}", work.path(), i);
    if (is_terminal(stderr)) {
      print_status(fmt::format("[{}/{}] {}", i + 1, plans->size(),
                               schedule_name(*network, (*plans)[i].schedule)));
    }
    if (i > 0) share_constants(work.path() + "/0", directory);
    const auto row = explore_plan(request, (*plans)[i], directory, expected);
    if (!row) return print_error(row.error().message), kUsage;
    rows.push_back(*row);
  }
  add_remarks(rows);
  print_data(options.json ? explore_json(*network, board, rows)
                          : explore_text(*network, board, rows));
  const bool verified = std::ranges::all_of(rows, &ExploreRow::verified);
  if (!verified) print_error("a schedule failed its checks; see the column 'verified'");
  return verified ? kOk : kComparisonFailed;
}

}  // namespace

void add_explore(CLI::App& app, int& status) {
  auto options = std::make_shared<ExploreOptions>();
  auto* command = app.add_subcommand(
      "explore", "Search schedules of a network, generate, run and verify the best ones");
  add_network_options(*command, options->network);
  command->add_option("--board", options->board, "A board, or a board file")
      ->required()
      ->type_name("NAME|FILE");
  command
      ->add_option("--schedule", options->schedules,
                   "Run this schedule in place of those found by search; may be repeated")
      ->type_name("S")
      ->allow_extra_args(false);
  command->add_option("-o,--output", options->directory, "Keep the generated firmwares here")
      ->type_name("DIR");
  command->add_flag("--json", options->json, "Print the table as JSON");
  command->footer(
      "Example: sramscope explore mobilenet_v2 --width 0.35 --resolution 144 --board "
      "nucleo-f412zg\n"
      "Each firmware's output is compared with the reference interpreter's, and the arena's bytes "
      "in\n"
      "each layer with the plan's. 1 kB = 1024 bytes.\n"
      "Exit code: 0 all checks passed, 1 one failed, 2 bad option, network, board, or no "
      "compiler.");
  command->callback([options, &status] { status = explore(*options); });
}

}  // namespace sramscope::cli
