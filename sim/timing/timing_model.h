#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "isa/insn.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// How a block is entered.
struct BlockEntry {
  /// Instructions that ran just before, in order; empty at the start of the run. Only the last few matter.
  std::span<const isa::Insn> before;
  /// By a taken branch (or another change of flow), not by running on.
  bool taken = false;
};

/// What instructions cost on one core, without wait states. A block is costed once per edge it is entered by, so a model sees the
/// instructions before it and may carry pipeline state across; what depends on data is charged at run time.
class TimingModel {
 public:
  virtual ~TimingModel() = default;
  virtual std::string_view name() const = 0;
  /// One sentence on what the figures are worth, for every report.
  virtual std::string_view note() const = 0;
  /// Writes the cycles of each instruction of `block` to `cycles` (same length). The refill of the branch that led here is part
  /// of the first one. A conditional instruction is costed as executed.
  virtual void cost(const BlockEntry& entry, std::span<const isa::Insn> block,
                    std::span<std::uint16_t> cycles) const = 0;
  /// Cycles of a divide beyond its static cost.
  virtual unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const = 0;
  /// Cycles from the recognition of an exception to the first instruction of its handler, and of the return.
  virtual unsigned exception_entry_cycles() const = 0;
  virtual unsigned exception_return_cycles() const = 0;
  /// Cycles from the return of one handler to the first instruction of the next, without unstacking and stacking in between
  /// (Cortex-M3 and M4 TRM, 3.9: 6 without wait states).
  virtual unsigned tail_chain_cycles() const { return 6; }
  /// Cycles of an unaligned load beyond the aligned one.
  virtual unsigned unaligned_cycles(Addr address, unsigned size) const = 0;
};

/// The Cortex-M4 table. For cores that have no model of their own yet it stands in, and `note` says so.
std::unique_ptr<TimingModel> make_timing_model(CoreKind core);

}  // namespace sramscope::sim
