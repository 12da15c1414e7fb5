#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sramscope/listing.h"
#include "sramscope/machine.h"
#include "sramscope/report.h"
#include "sramscope/result.h"
#include "ui/cli/call.h"

namespace sramscope::cli {

/// Where the text goes that the firmware prints.
enum class GuestOutput : std::uint8_t { to_stdout, to_stderr, dropped };

/// One run, as it was asked for on the command line.
struct SimulationRequest {
  std::string elf;                    ///< path, "-" for standard input
  std::optional<std::string> board;   ///< none: derived from the ELF
  std::vector<std::string> settings;  ///< overrides of the board's fields, "flash.wait=2"
  bool assume_caches_on = false;      ///< whatever the firmware enables
  Limits limits;
  GuestOutput guest_output = GuestOutput::to_stdout;
  bool quiet = false;  ///< no notes, no progress line
  TimingMode timing = TimingMode::fast;
  bool deliver_hard_faults = false;  ///< the firmware's HardFault handler runs
  std::optional<std::string> semihosting_directory;
  std::vector<std::string> arguments;     ///< of the firmware
  std::optional<ListingOptions> listing;  ///< annotated listings in the report
  CallRequest call;                       ///< one function in place of the whole firmware
  std::string layers = "auto";            ///< how the run is cut into layers; see `choose_layers`
  /// Called now and then during the run; when it returns true, the run is interrupted and prints
  /// nothing any more.
  std::function<bool()> snapshot;
};

struct Simulation {
  Report report;
  std::string outputs;  ///< of a function that was called alone, as text
  std::string called;   ///< that function
  double host_seconds = 0;
};

/// Runs a firmware with full profiling; Ctrl-C ends the run, not the program. Errors: file, board,
/// or both together.
Result<Simulation> simulate(const SimulationRequest& request);

/// What a run had to say when it ended, if anything: the whole story of a fault, as an error.
void print_stop_message(const Stop& stop);

/// The last words about a run: "stopped: firmware exited 0 after 25.31 M cycles (210.9 ms
/// simulated, 31 ms here)".
std::string describe_stop(const Simulation& simulation, const Limits& limits);

}  // namespace sramscope::cli
