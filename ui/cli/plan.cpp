// sramscope plan: where the memory of a network goes, and which schedule makes it fit.
#include "ui/cli/plan.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "ui/cli/commands.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/network_options.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

struct PlanArguments {
  NetworkRequest network;
  std::optional<std::string> board;
  std::optional<std::string> schedule;
  std::optional<std::string> sram;
  std::optional<double> max_overhead;
  SearchOptions search;
  bool no_row_cache = false;
  bool pareto = false;
  bool layers = false;
  bool json = false;
};

/// The RAM that a plan has to fit, and what it is called.
struct Limit {
  std::optional<std::uint64_t> bytes;
  std::string name;
};

/// The largest run of adjoining RAM: an arena cannot lie in two memories.
std::uint64_t largest_ram(const Board& board) {
  std::uint64_t best = 0, current = 0, end = 0;
  for (const Region& region : board.regions) {
    if (region.kind != RegionKind::sram && region.kind != RegionKind::tcm) continue;
    current = (region.base == end ? current : 0) + region.size;
    end = std::uint64_t{region.base} + region.size;
    best = std::max(best, current);
  }
  return best;
}

Result<Limit> limit_of(const PlanArguments& arguments) {
  if (arguments.sram) {
    const auto bytes = parse_bytes(*arguments.sram);
    if (!bytes) return Error{"--sram " + bytes.error().message};
    return Limit{*bytes, "--sram"};
  }
  if (!arguments.board) return Limit{};
  const auto board = load_board(*arguments.board);
  if (!board) return board.error();
  return Limit{largest_ram(*board), board->name};
}

/// The schedule that was asked for: by name, by what it may cost, or what the board needs.
Result<Schedule> choose(const Network& network, const PlanArguments& arguments, const Limit& limit,
                        const MemoryPlan& layer_plan) {
  if (arguments.schedule && *arguments.schedule != "auto")
    return parse_schedule(network, *arguments.schedule);
  const bool search = arguments.schedule || arguments.max_overhead || limit.bytes;
  // Where it fits as it is, patches gain nothing.
  const bool fits =
      limit.bytes && !arguments.max_overhead && layer_plan.arena_bytes <= *limit.bytes;
  if (!search || fits) return layer_by_layer(network);
  const auto frontier = search_frontier(network, arguments.search);
  auto found = arguments.max_overhead
                   ? fewest_bytes(network, frontier, *arguments.max_overhead)
                   : fewest_macs(network, frontier,
                                 limit.bytes ? static_cast<std::int64_t>(*limit.bytes) : INT64_MAX,
                                 arguments.search.plan);
  if (!found) return found.error();
  if (arguments.max_overhead && limit.bytes &&
      found->bytes > static_cast<std::int64_t>(*limit.bytes)) {
    return Error{
        fmt::format("{}: with at most {} times the work it needs {} bytes, {} has {}; allow more "
                    "with --max-overhead",
                    network.name, *arguments.max_overhead, found->bytes, limit.name, *limit.bytes)};
  }
  return found->schedule;
}

int show(const std::string& text) {
  if (print_data(text)) return kOk;
  print_error("cannot write to standard output");
  return kUsage;
}

int show_plan(const Network& network, const PlanArguments& arguments, const Limit& limit) {
  const auto layer_plan = make_plan(network, layer_by_layer(network), arguments.search.plan);
  if (!layer_plan) return print_error(layer_plan.error().message), kUsage;
  auto schedule = choose(network, arguments, limit, *layer_plan);
  const bool found = schedule.ok();
  if (!found) {
    print_error(schedule.error().message);
    if (arguments.schedule && *arguments.schedule != "auto") return kUsage;
    // What the network needs is worth seeing also where nothing fits.
    schedule = layer_by_layer(network);
  }
  const auto plan = make_plan(network, *schedule, arguments.search.plan);
  if (!plan) return print_error(plan.error().message), kUsage;
  const PlanView view{network,
                      *plan,
                      *layer_plan,
                      summarize_blocks(network, *plan),
                      summarize_blocks(network, *layer_plan),
                      limit.bytes,
                      limit.name};
  const int shown = show(arguments.json ? plan_json(view) : plan_text(view, arguments.layers));
  if (shown != kOk) return shown;
  const bool fits = !limit.bytes || plan->arena_bytes <= *limit.bytes;
  return found && fits ? kOk : kComparisonFailed;
}

int run_plan(const PlanArguments& given) {
  PlanArguments arguments = given;
  arguments.search.cache_rows = !arguments.no_row_cache;
  if (arguments.max_overhead && *arguments.max_overhead < 1) {
    print_error(fmt::format("--max-overhead {}: expected 1 or more, the work of layer by layer",
                            *arguments.max_overhead));
    return kUsage;
  }
  const auto network = load_network(arguments.network);
  if (!network) return print_error(network.error().message), kUsage;
  const auto limit = limit_of(arguments);
  if (!limit) return print_error(limit.error().message), kUsage;
  if (!arguments.pareto) return show_plan(*network, arguments, *limit);
  const auto frontier = search_frontier(*network, arguments.search);
  return show(arguments.json ? frontier_json(*network, frontier)
                             : frontier_text(*network, frontier, limit->bytes));
}

void add_options(CLI::App& command, PlanArguments& arguments) {
  add_network_options(command, arguments.network);
  command
      .add_option("--board", arguments.board,
                  "Fit the RAM of this board (see sramscope boards), or a JSON file")
      ->type_name("BOARD");
  command
      .add_option(
          "--schedule", arguments.schedule,
          "layer, auto, patch:4x4@5b (5 blocks in 4x4 patches), patch:1x3@5b,rows (strips) ...")
      ->type_name("SCHEDULE");
  command.add_option("--sram", arguments.sram, "Fewest multiply-accumulates within this memory")
      ->type_name("SIZE");
  command
      .add_option("--max-overhead", arguments.max_overhead,
                  "Least memory with at most X times the multiply-accumulates of layer by layer")
      ->type_name("X");
  command.add_flag("--fetch-input", arguments.search.fetch_input,
                   "Let schedules fetch the input by patches: it is then never in RAM as a whole");
  command.add_flag("--no-row-cache", arguments.no_row_cache,
                   "Recompute the halo always; keep no rows in ring buffers");
  command.add_flag("--pareto", arguments.pareto,
                   "Print every trade-off between memory and recomputation");
  command.add_flag("--layers", arguments.layers, "Print a row for each layer, too");
  command.add_flag("--json", arguments.json, "Print JSON");
}

}  // namespace

void add_plan(CLI::App& app, int& status) {
  auto arguments = std::make_shared<PlanArguments>();
  auto* command = app.add_subcommand(
      "plan", "Show where a network's memory goes, and find a schedule that fits");
  add_options(*command, *arguments);
  command->footer(
      "Example: sramscope plan mobilenet_v2 --width 0.35 --resolution 144 --sram 64K\n"
      "Without --sram, --board or --max-overhead the network runs layer by layer. kB = 1024 "
      "bytes.\n"
      "Exit code: 0 ok, 1 it does not fit, 2 bad option, network or schedule.");
  command->callback([arguments, &status] { status = run_plan(*arguments); });
}

}  // namespace sramscope::cli
