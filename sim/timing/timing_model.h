#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "isa/insn.h"
#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// The causes that the core alone decides: the first ones of `CycleCause`.
inline constexpr std::size_t kCoreCauses = 5;

/// Cycles of one instruction by cause, in memory that never waits.
struct InsnCost {
  std::array<std::uint16_t, kCoreCauses> by_cause{};

  std::uint16_t& operator[](CycleCause cause) { return by_cause[static_cast<std::size_t>(cause)]; }
  std::uint16_t operator[](CycleCause cause) const {
    return by_cause[static_cast<std::size_t>(cause)];
  }
  void add(CycleCause cause, unsigned cycles) {
    (*this)[cause] = static_cast<std::uint16_t>((*this)[cause] + cycles);
  }
  unsigned total() const {
    unsigned sum = 0;
    for (const std::uint16_t cycles : by_cause) sum += cycles;
    return sum;
  }
  friend bool operator==(const InsnCost&, const InsnCost&) = default;
};

/// What is known of one execution of an instruction besides its encoding.
struct Step {
  /// It was reached by a taken branch from the instruction stepped before it.
  bool after_branch = false;
  /// It has to be fetched anew, beginning so many cycles late: that branch was not predicted so.
  /// Only for cores that predict.
  unsigned refetch = 0;
  /// Its IT condition holds.
  bool executed = true;
  /// Where it loads from or stores to, if known.
  std::optional<Addr> data;
};

/// The pipeline of one core: takes instructions in the order of execution and tells by how many
/// cycles each one delays those after it. The rules of a core stand here and nowhere else: memoised
/// block costs and the streaming reference both run it.
class Pipeline {
 public:
  virtual ~Pipeline() = default;
  /// As after a reset, or around an exception: nothing under way.
  virtual void clear() = 0;
  virtual InsnCost step(const isa::Insn& in, const Step& how) = 0;
};

/// A run of instructions that was executed from first to last.
struct PathBlock {
  std::span<const isa::Insn> insns;
  /// The next block was reached by a taken branch at its end.
  bool leaves_by_branch = false;
};

/// Branch prediction: what it costs is decided at run time, see sim/branch_predictor.h.
struct PredictionCosts {
  /// Cycles from a branch to the first right instruction beyond those without a mispredict.
  unsigned mispredicted = 0;
  /// For a taken direct branch of which the predictor knows nothing yet.
  unsigned redirected = 0;
};

/// What instructions cost on one core. Blocks are costed once for each way of entering them; what
/// depends on data is charged at run time.
class TimingModel {
 public:
  virtual ~TimingModel() = default;
  virtual std::string_view name() const = 0;
  /// What the figures are worth, for every report.
  virtual std::string_view note() const = 0;
  virtual std::unique_ptr<Pipeline> make_pipeline() const = 0;
  /// How many blocks of the past a block's cost is made to depend on, 1 or 2.
  virtual unsigned depth() const { return 1; }
  /// Cost of each instruction of `block` after `before` (oldest first; empty: nothing under way). A
  /// conditional instruction is costed as executed. The refill after the branch that led here is
  /// part of the first one.
  /// `refetch`: see Step, of the first instruction.
  std::vector<InsnCost> cost(std::span<const PathBlock> before, std::span<const isa::Insn> block,
                             unsigned refetch = 0) const;
  /// What an instruction of this cost takes when its IT condition fails.
  virtual InsnCost skipped(const InsnCost& executed) const;
  /// Cycles of a divide beyond its static cost.
  virtual unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const = 0;
  /// Cycles from the recognition of an exception to the first instruction of its handler, and of
  /// the return.
  virtual unsigned exception_entry_cycles() const = 0;
  virtual unsigned exception_return_cycles() const = 0;
  /// Cycles from the return of one handler to the first instruction of the next, without unstacking
  /// and stacking in between (Cortex-M3 and M4 TRM, 3.9: 6 without wait states).
  virtual unsigned tail_chain_cycles() const { return 6; }
  /// Cycles of an unaligned load beyond the aligned one.
  virtual unsigned unaligned_cycles(Addr address, unsigned size) const = 0;
  /// Nothing: the core does not predict.
  virtual std::optional<PredictionCosts> prediction() const { return std::nullopt; }
  /// Cycles from a store to the earliest issue of a load of the same word, for stores of a word and
  /// of less; 0: no rule.
  virtual std::array<unsigned, 2> store_to_load() const { return {}; }
};

/// The model of a core.
std::unique_ptr<TimingModel> make_timing_model(CoreKind core);

}  // namespace sramscope::sim
