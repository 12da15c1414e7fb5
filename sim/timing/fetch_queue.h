#pragma once

#include <array>
#include <cstdint>

#include "isa/insn.h"

namespace sramscope::sim {

/// Time within a pipeline; starts small and only grows.
using PipelineTime = std::int64_t;

/// The three-word fetch buffer of the Cortex-M3 and M4 (Arm knowledge base ka8521): aligned words
/// are fetched whenever there is room, counting the one on its way. Address, data, decode and
/// execute follow each other by a cycle.
class FetchQueue {
 public:
  /// The word of `target` is addressed at `time`.
  void redirect(Addr target, PipelineTime time) {
    last_word_ = target / 4;
    addressed_.fill(time);
    left_.fill(time - kWords);
  }
  /// When `in` can execute; `previous` is the time at which the instruction before it began to. To
  /// be called once for each instruction in turn.
  PipelineTime ready(const isa::Insn& in, PipelineTime previous);

 private:
  static constexpr unsigned kWords = 3;
  static constexpr PipelineTime kAddressToExecute = 3;
  void fetch_next();

  Addr last_word_ = 0;
  /// By word number modulo 4: when it was addressed, and when the instruction that holds its last
  /// halfword entered decode.
  std::array<PipelineTime, 4> addressed_{};
  std::array<PipelineTime, 4> left_{};
};

}  // namespace sramscope::sim
