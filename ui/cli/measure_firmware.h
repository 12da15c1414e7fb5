#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/codegen.h"
#include "sramscope/report.h"
#include "sramscope/result.h"

namespace sramscope::cli {

/// What a generated firmware did when it was simulated.
struct FirmwareRun {
  Report report;
  /// Per layer (the marker's path): the number of bytes of the arena that held a needed value at
  /// some time while the layer ran; the most of its executions. Counted from the accesses that
  /// were made.
  std::map<std::string, std::uint64_t> arena_by_layer;
  /// The most of `arena_by_layer`.
  std::uint64_t arena_peak = 0;
  /// The output's bytes, read from the arena at the end.
  std::vector<std::int8_t> output;
  /// Bytes that the firmware takes in flash, without the test input.
  std::uint64_t flash_bytes = 0;
  /// Static data and the stack that was set aside.
  std::uint64_t ram_bytes = 0;
};

/// Runs the ELF file that was compiled from `firmware`. Errors: file, board, both together, or a
/// run that did not end by itself.
Result<FirmwareRun> measure_firmware(const GeneratedFirmware& firmware, std::size_t output_bytes,
                                     const std::string& elf, const Board& board);

}  // namespace sramscope::cli
