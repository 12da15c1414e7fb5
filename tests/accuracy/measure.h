#pragma once

#include <string>
#include <vector>

#include "sramscope/machine.h"

namespace sramscope::testing {

/// A micro-kernel with what one turn of it takes on silicon, from published.json.
struct PublishedKernel {
  std::string core;
  std::string kernel;
  /// Cycles of a turn, loop included: the least and the most that the source allows.
  double least = 0;
  double most = 0;
  /// Who says so.
  std::string source;
};
std::vector<PublishedKernel> published_kernels();

/// Cycles of one turn of the kernel, in memory without wait states: the steady state of a long
/// loop. Throws where the ELF or the kernel is missing.
double measure(const PublishedKernel& published, TimingMode mode = TimingMode::fast);
/// The same on a board, for a kernel of the ELF for its core.
double measure(const Board& board, const std::string& kernel, TimingMode mode);

}  // namespace sramscope::testing
