#include "ui/cli/simulate.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "sramscope/layer_rules.h"
#include "sramscope/profiler.h"
#include "ui/cli/exit_code.h"
#include "ui/cli/files.h"
#include "ui/cli/progress.h"
#include "ui/cli/terminal.h"
#include "ui/cli/text.h"

namespace sramscope::cli {
namespace {

/// The machine that a signal stops. Global because a signal handler has nothing else to hold on to.
std::atomic<Machine*> g_running = nullptr;

extern "C" void stop_running_machine(int signal) {
  if (Machine* machine = g_running.load()) machine->interrupt();
  std::signal(signal, SIG_DFL);  // the second time it ends the program
}

/// While it lives, Ctrl-C and SIGTERM stop the machine in place of the program.
class InterruptScope {
 public:
  explicit InterruptScope(Machine& machine) {
    g_running = &machine;
    std::signal(SIGINT, stop_running_machine);
    std::signal(SIGTERM, stop_running_machine);
  }
  ~InterruptScope() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    g_running = nullptr;
  }
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

std::string describe_map(const Board& board) {
  std::string text;
  for (const auto& region : board.regions) {
    if (region.kind == RegionKind::device) continue;
    text += fmt::format("{}{} {} at {}", text.empty() ? "" : ", ", region.name,
                        format_bytes(region.size), format_address(region.base));
  }
  return text;
}

Result<Board> choose_board(const SimulationRequest& request, const Image& image) {
  if (request.board) return load_board(*request.board, request.settings);
  Board board = derive_board(image);
  if (!request.quiet) {
    print_note(
        fmt::format("no --board given: the map is derived from the ELF ({}; {}; no wait states)",
                    core_name(board.core), describe_map(board)));
  }
  return with_settings(board, request.settings);
}

std::string command_line(const std::vector<std::string>& arguments) {
  std::string line = "prog";
  for (const auto& argument : arguments) line += " " + argument;
  return line;
}

/// Console input for the firmware: at most `size` bytes, what is there, nothing at the end.
std::string read_guest_input(std::size_t size) {
  std::string text(size, '\0');
  const auto count = read(STDIN_FILENO, text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

/// Takes what the firmware prints to its stream, and ends its last line before other text follows.
class GuestConsole {
 public:
  explicit GuestConsole(GuestOutput output)
      : stream_(output == GuestOutput::to_stdout   ? stdout
                : output == GuestOutput::to_stderr ? stderr
                                                   : nullptr) {}

  void write(std::string_view text) {
    if (stream_ == nullptr || text.empty()) return;
    std::fwrite(text.data(), 1, text.size(), stream_);
    open_line_ = text.back() != '\n';
    if (is_terminal(stream_)) std::fflush(stream_);
  }
  /// Nothing is printed from here on.
  void drop() { stream_ = nullptr; }
  /// A person sees an unfinished line of the firmware's, which must not be overwritten.
  bool line_is_open() const { return open_line_ && stream_ != nullptr && is_terminal(stream_); }
  void end_line() {
    if (open_line_ && stream_ != nullptr) std::fputc('\n', stream_);
    open_line_ = false;
    if (stream_ != nullptr) std::fflush(stream_);
  }

 private:
  std::FILE* stream_;
  bool open_line_ = false;
};

std::string bad_semihosting_directory(const SimulationRequest& request) {
  std::error_code ignored;
  const auto& directory = request.semihosting_directory;
  if (!directory || std::filesystem::is_directory(*directory, ignored)) return "";
  return fmt::format("--semihosting-dir {}: not a directory", *directory);
}

/// Layers by the calls of a first run, which is silent, fast and bounded.
LayerPlan learned(const SimulationRequest& request, const Board& board, const Image& image,
                  const MachineOptions& like) {
  constexpr Cycles kMost = 400'000'000;
  MachineOptions options;
  options.shadow_memory = false;
  options.profile_code = true;
  options.layers.markers = false;
  options.command_line = like.command_line;
  options.call = like.call;
  options.deliver_hard_faults = like.deliver_hard_faults;
  auto machine = Machine::create(board, image, std::move(options));
  if (!machine) return learn_layers(image, {});
  Limits limits = request.limits;
  limits.max_cycles = std::min(limits.max_cycles, kMost);
  const InterruptScope interruptible(*machine);
  return learn_layers(image, machine->run(limits, nullptr).code);
}

/// The report, and what --call is to show.
Result<Simulation> finished(const SimulationRequest& request, const Image& image,
                            const Machine& machine, Report report) {
  Simulation simulation;
  simulation.report = std::move(report);
  simulation.called = request.call.function;
  auto outputs = save_outputs(request.call, image, machine);
  if (!outputs) return outputs.error();
  simulation.outputs = std::move(*outputs);
  return simulation;
}

}  // namespace

int exit_code_of(StopKind kind) {
  switch (kind) {
    case StopKind::exited:
      return kOk;
    case StopKind::fault:
    case StopKind::lockup:
    case StopKind::breakpoint:
      return kFault;
    case StopKind::cycle_limit:
    case StopKind::instruction_limit:
    case StopKind::no_progress:
    case StopKind::reset_request:
    case StopKind::interrupted:
      return kLimit;
  }
  return kInternal;
}

Result<Simulation> simulate(const SimulationRequest& request) {
  if (request.elf == "-" && request.board == "-")
    return Error{"the ELF and the board cannot both come from standard input"};
  if (const auto bad = bad_semihosting_directory(request); !bad.empty()) return Error{bad};
  const auto image = read_image(request.elf);
  if (!image) return image.error();
  auto board = choose_board(request, *image);
  if (!board) return board.error();
  if (request.assume_caches_on) *board = with_caches_on(*std::move(board));

  auto layers = choose_layers(*image, request.layers);
  if (!layers) return layers.error();

  const auto call = resolve_call(request.call, *image);
  if (!call) return call.error();
  if (const auto bad = check_outputs(request.call, *image); !bad.empty()) return Error{bad};

  Profiler profiler(*board, *image);
  Progress progress(!request.quiet, board->clock_hz);
  GuestConsole console(request.guest_output);
  std::vector<std::string> warnings;

  MachineOptions options;
  options.profile_code = true;
  options.call = *call;
  options.deliver_hard_faults = request.deliver_hard_faults;
  options.cost_instructions = request.listing.has_value();
  options.timing = request.timing;
  options.semihosting_directory = request.semihosting_directory;
  options.command_line = command_line(request.arguments);
  options.console = [&](std::string_view text) {
    profiler.on_console(text);
    progress.clear();
    console.write(text);
  };
  if (request.elf != "-" && request.board != "-") options.console_input = read_guest_input;
  options.progress = [&](const Counters& totals, std::string_view layer) {
    if (!console.line_is_open()) progress.update(totals, layer);
    if (request.snapshot && request.snapshot()) {
      console.drop();
      if (Machine* running = g_running.load()) running->interrupt();
    }
  };
  options.warning = [&](std::string_view text) { warnings.emplace_back(text); };

  if (layers->needs_first_run) layers->plan = learned(request, *board, *image, options);
  options.layers = std::move(layers->plan);

  auto machine = Machine::create(*board, *image, std::move(options));
  if (!machine) return machine.error();
  if (const auto loaded = load_inputs(request.call, *image, *machine); !loaded)
    return loaded.error();
  RunResult result;
  {
    const InterruptScope interruptible(*machine);
    result = machine->run(request.limits, &profiler);
  }
  progress.clear();
  console.end_line();

  auto simulation = finished(request, *image, *machine, profiler.finish(result, *board, *image));
  if (!simulation) return simulation.error();
  simulation->host_seconds = result.host_seconds;
  auto& reported = simulation->report.warnings;
  reported.insert(reported.begin(), warnings.begin(), warnings.end());
  if (request.listing) {
    const auto listed = add_listings(simulation->report, result, *image, *request.listing);
    if (!listed) return listed.error();
  }
  return simulation;
}

void print_stop_message(const Stop& stop) {
  if (stop.message.empty()) return;
  if (exit_code_of(stop.kind) == kFault)
    print_error(stop.message);
  else
    print_status(stop.message);
}

std::string describe_stop(const Simulation& simulation, const Limits& limits) {
  const Report& report = simulation.report;
  std::string what(stop_kind_name(report.stop.kind));
  switch (report.stop.kind) {
    case StopKind::exited:
      what = simulation.called.empty()
                 ? fmt::format("firmware exited {}", report.stop.exit_status)
                 : fmt::format("{} returned {}", simulation.called, report.stop.exit_status);
      break;
    case StopKind::cycle_limit:
      what =
          fmt::format("cycle limit of {} reached (--max-cycles)", format_count(limits.max_cycles));
      break;
    case StopKind::instruction_limit:
      what = fmt::format("instruction limit of {} reached (--max-instructions)",
                         format_count(limits.max_instructions));
      break;
    case StopKind::no_progress:
      what = "no progress";
      break;
    case StopKind::reset_request:
      what = "the firmware asked for a reset";
      break;
    case StopKind::fault:
    case StopKind::lockup:
    case StopKind::breakpoint:
    case StopKind::interrupted:
      break;
  }
  const std::uint64_t clock = report.provenance.clock_hz;
  const std::string simulated =
      clock == 0
          ? ""
          : format_seconds(static_cast<double>(report.total.cycles) / static_cast<double>(clock)) +
                " simulated, ";
  return fmt::format("stopped: {} after {} cycles ({}{} here)", what,
                     format_count(report.total.cycles), simulated,
                     format_seconds(simulation.host_seconds));
}

}  // namespace sramscope::cli
