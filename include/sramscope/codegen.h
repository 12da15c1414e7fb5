#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/network.h"
#include "sramscope/result.h"
#include "sramscope/schedule.h"

namespace sramscope {

/// A text file of generated firmware.
struct GeneratedFile {
  /// Relative to the firmware's directory, such as "kernels/conv.h".
  std::string path;
  std::string text;
};

/// Sources of one firmware: the network in C, only the kernels that it needs, start-up code, linker
/// script, a Makefile, a CMake file.
struct GeneratedFirmware {
  std::vector<GeneratedFile> files;
  /// C sources among `files`.
  std::vector<std::string> sources;
  /// Options of arm-none-eabi-gcc for compiling, and in addition for linking. Paths are relative to
  /// the firmware's directory.
  std::vector<std::string> compile_options;
  std::vector<std::string> link_options;
  /// Which marker stands for which layer; `planned_bytes` is the most `live_bytes` of its steps.
  LayerMap map;
  /// Where the output stands in the arena, the symbol `network_arena`, when the run has ended.
  std::uint32_t output_offset = 0;
};

/// The test input's place among the flash sections of a generated firmware: no part of the network.
inline constexpr std::string_view kTestInputSymbol = "network_test_input";
inline constexpr std::string_view kArenaSymbol = "network_arena";

/// Bytes from the arena's start to the network's input (where it stands there) and its output.
std::uint32_t arena_input_offset(const Network& network, const MemoryPlan& plan);
std::uint32_t arena_output_offset(const Network& network, const MemoryPlan& plan);

/// For each step of the plan, the bytes of the arena that hold needed values at some time while it
/// runs: those that it reads, those that are read later, its scratch. Never more than
/// `needed_bytes`, which counts whole buffers (a stage's assembled output, for one, fills patch by
/// patch).
std::vector<std::uint32_t> live_bytes(const Network& network, const MemoryPlan& plan);

/// Writes `plan` of a checked `network` as C for `board`. The firmware runs the network once, on
/// `test_input`, and prints the FNV-1a checksum of the output (`fnv1a`).
/// Errors: a step that no kernel can do (which one, why); a board without RAM or flash.
Result<GeneratedFirmware> generate_firmware(const Network& network, const MemoryPlan& plan,
                                            const Board& board);

/// JSON, as it stands beside the sources in layer_map.json.
std::string to_json(const LayerMap& map);

}  // namespace sramscope
