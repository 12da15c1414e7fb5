#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/codegen.h"
#include "sramscope/network.h"
#include "sramscope/schedule.h"

/// The parts of the code generator; `generate_firmware` puts them together.
namespace sramscope::models {

/// Constants of one output channel, as `SsChannel` of kernels/requantize.h has them.
struct ChannelConstants {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;
  std::int32_t offset = 0;
  std::int32_t shift = 0;
};

/// A filter in the order in which the kernels read it.
struct FilterConstants {
  std::vector<std::int8_t> weights;
  std::vector<ChannelConstants> channels;
  /// The channels are to be read with `SsFilter::exact` set.
  bool exact = false;
};
FilterConstants filter_constants(const Network& network, const Layer& layer);

/// exp(-d * input scale * beta) in Q0, for d = 0, 1, ... while it counts.
std::vector<std::int32_t> exp_table(const Network& network, const Layer& layer);
/// quantize: the output for each of the 256 inputs, index = q + 128.
std::vector<std::int8_t> quantize_table(const Network& network, const Layer& layer);

/// "layer_3_block2_expand": unique, and a name in C.
std::string c_name(const Network& network, LayerId layer);
/// A string literal that a layer marker accepts.
std::string marker_literal(const std::string& name);

/// weights.h and weights.c: the constants of every layer.
GeneratedFile weights_header(const Network& network);
GeneratedFile weights_source(const Network& network);
/// The function that computes any part of one layer: a kernel, specialised by the layer's shape.
std::string layer_function(const Network& network, LayerId layer);
/// Tables of kernel calls, one per layer, and the functions that run the schedule.
std::string schedule_source(const Network& network, const MemoryPlan& plan);
/// Calls that a step of this layer needs: as many as it has inputs where each needs its own.
std::size_t parts_of(const Layer& layer);
/// Headers of kernels/ that the network's layers need.
std::vector<std::string> needed_kernels(const Network& network);
/// Linker script, start-up, Makefile and the like; appends to `firmware`.
Result<bool> add_board_files(const Network& network, const MemoryPlan& plan, const Board& board,
                             GeneratedFirmware& firmware);

}  // namespace sramscope::models
