#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/code_profile.h"
#include "sramscope/fault.h"
#include "sramscope/image.h"
#include "sramscope/layer_plan.h"
#include "sramscope/observer.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope {

/// Why a run ended.
enum class StopKind : std::uint8_t {
  exited,             ///< The firmware ended itself through semihosting.
  fault,              ///< A guest fault that no handler of the firmware took.
  lockup,             ///< A fault while a fault was being handled.
  cycle_limit,        ///< `Limits::max_cycles` reached.
  instruction_limit,  ///< `Limits::max_instructions` reached.
  no_progress,        ///< A branch to itself that nothing can end.
  breakpoint,         ///< BKPT that is no semihosting call.
  reset_request,      ///< The firmware asked for a reset (AIRCR.SYSRESETREQ).
  interrupted,        ///< `Machine::interrupt()` was called.
};

std::string_view stop_kind_name(StopKind kind);

struct Stop {
  StopKind kind = StopKind::exited;
  /// What the firmware returned (semihosting exit); 0 otherwise.
  std::uint32_t exit_status = 0;
  /// Address of the instruction at which the run ended.
  Addr pc = 0;
  /// The full message for a person, several lines for a fault: what, where (symbol, source line,
  /// layer), call stack, disassembly, registers, status, advice. Empty for an ordinary exit.
  std::string message;
  /// For a fault: the name of the open layers, outermost first, such as "net/block2/expand"; ""
  /// outside.
  std::string layer;
  /// What `message` says about a fault, as values.
  std::optional<Fault> fault = {};
};

/// How blocks are executed: chained handlers (fast), or one call per instruction from a loop.
enum class Driver : std::uint8_t { threaded, plain_loop };

/// A function to be called in an image whose own start needs hardware that is not there: the data
/// sections are initialised, the FPU is on, and the run ends when the function returns.
struct FunctionCall {
  /// First instruction.
  Addr function = 0;
  /// r0 to r3.
  std::vector<std::uint32_t> arguments;
  /// Stack pointer at the call; none: the image's initial one, or the end of the RAM.
  std::optional<Addr> stack;
};

/// How cycles are counted, from the same rules of the core: by memoised costs of runs of
/// instructions in the context of those before them, or instruction by instruction in an endless
/// pipeline. The second is slow; it is the oracle of the first.
enum class TimingMode : std::uint8_t { fast, reference };

struct MachineOptions {
  /// Measure byte lifetimes and touched bytes (needed for peak memory). Counters and layers are
  /// always measured.
  bool shadow_memory = true;
  /// How the run is cut into layers; as it stands, by the markers in the firmware.
  LayerPlan layers;
  /// Count for each path of calls (`CodeProfile::contexts`) and each instruction.
  bool profile_code = false;
  /// Run this function alone, in place of the firmware's start-up code.
  std::optional<FunctionCall> call;
  std::optional<Driver> driver;
  TimingMode timing = TimingMode::fast;
  /// Directory that semihosting file operations may use; none: the host's files are out of reach.
  std::optional<std::string> semihosting_directory;
  /// Answer to SYS_GET_CMDLINE.
  std::string command_line = "prog";
  /// Receives the guest's console output (semihosting, ITM port 0).
  std::function<void(std::string_view)> console;
  /// Supplies console input for semihosting reads: returns up to that many bytes, fewer at end of
  /// input.
  std::function<std::string(std::size_t)> console_input;
  /// Called at regular intervals of simulated time (about every 4 million cycles), for a progress
  /// line.
  std::function<void(const Counters&, std::string_view layer)> progress;
  /// Let the firmware's HardFault handler run. Otherwise a fault that reaches HardFault ends the
  /// run with its report; the configurable handlers (MemManage, BusFault, UsageFault) always run
  /// once the firmware has enabled them.
  bool deliver_hard_faults = false;
  /// Ticks are renumbered (see `Observer::on_renumber`) when they reach this; lower only to test
  /// that.
  Tick renumber_at = 0x7f000000;
  /// Tell what each instruction took, by cause (`RunResult::instructions`); several times slower.
  bool cost_instructions = false;
  /// Called with every warning of the machine (unbalanced markers ...), one sentence each.
  std::function<void(std::string_view)> warning;
};

struct Limits {
  Cycles max_cycles = std::numeric_limits<Cycles>::max();
  std::uint64_t max_instructions = std::numeric_limits<std::uint64_t>::max();
};

/// What one instruction took in a run, waiting included.
struct InstructionCost {
  Addr address = 0;
  /// How often it was reached; when skipped by its IT condition, too.
  std::uint64_t executions = 0;
  /// What the way into a block takes (the refill of a branch, a stacked frame) is counted at the
  /// block's first instruction.
  CyclesByCause by_cause = {};
};

/// What a run gives besides the events.
struct RunResult {
  Stop stop;
  Counters totals;
  /// Name and one-sentence description of the cycle model that was used.
  std::string timing_model;
  std::string timing_note;
  /// Host seconds spent.
  double host_seconds = 0;
  /// What `MachineOptions::profile_code` asks for.
  CodeProfile code;
  /// How the run was cut into layers, without the points.
  LayerPlan layers;
  std::optional<PatchGrid> patches;
  /// Sorted by address; empty unless `MachineOptions::cost_instructions`. Their cycles sum to
  /// `totals`, but for what the instructions behind the last one would have taken.
  std::vector<InstructionCost> instructions;
};

/// Version of the cycle models; part of every report. Changes whenever a model gives other cycles.
std::string_view cycle_model_version();

/// A board with an image loaded, ready to run once.
class Machine {
 public:
  /// Builds the board and loads the image. Errors: image does not fit the board, core not
  /// supported.
  static Result<Machine> create(const Board& board, const Image& image,
                                MachineOptions options = {});
  Machine(Machine&&) noexcept;
  Machine& operator=(Machine&&) noexcept;
  ~Machine();

  /// Runs until the firmware ends, faults, or a limit is reached. `observer` may be null. Calling
  /// it again continues after a limit.
  RunResult run(const Limits& limits, Observer* observer);

  /// Asks a running machine to stop soon; safe from a signal handler or another thread.
  void interrupt();

  /// Registers r0..r15 and xPSR (16) as after the last instruction.
  std::uint32_t core_register(unsigned index) const;
  /// Guest memory; an error when a byte of the range is not memory.
  Result<std::vector<std::uint8_t>> read_memory(Addr address, std::uint32_t size) const;
  /// Replaces guest memory before the run; counts as loaded with the image.
  Result<bool> write_memory(Addr address, std::span<const std::uint8_t> bytes);

 private:
  struct Impl;
  explicit Machine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sramscope
