#pragma once

#include <array>

#include "sim/timing/fetch_queue.h"
#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// How the two issue slots of the Cortex-M7 see an instruction.
struct M7Traits {
  bool issues_alone = false;
  bool branches = false;
  bool loads = false;
  bool stores = false;
  bool multiplies = false;
  bool is_float = false;      ///< FP arithmetic: one of them in a cycle
  bool uses_shifter = false;  ///< operand 2 shifted by a constant, or an immediate that is
  bool older_only = false;    ///< bit fields, extends and SIMD: one unit, in the older slot
  bool extracts = false;      ///< of those, the ones whose source passes the shifter
  bool may_be_early = false;  ///< plain ADD, SUB, RSB, MOV: can be done in the first stage
  bool simple_shift = false;  ///< the same for shifts, where the shifter is free
  /// Cycles for which nothing else issues.
  unsigned hold = 1;
};
M7Traits m7_traits(const isa::Insn& in);

/// The six-stage pipeline of the Cortex-M7: two slots, in order. Sources: jnk0le/random
/// cortex_m7.md (JN: pairing, latencies), LLVM ARMLatencyMutations.cpp and ARMScheduleM7.td
/// (stages, forwarding), Arm DDI 0489 (fetch). Values are times relative to the cycle of issue: AGU
/// and shifter read at 0, late ALU, multiplicand and flags at 1, accumulator at 2, store data at 3.
class M7Pipeline final : public Pipeline {
 public:
  M7Pipeline() { clear(); }
  void clear() override;
  InsnCost step(const isa::Insn& in, const Step& how) override;

 private:
  enum class Maker : std::uint8_t { other, word_load, narrow_load, multiply, simd };
  struct Value {
    /// First cycle in which the earliest stage may read it.
    PipelineTime at = 0;
    Maker maker = Maker::other;
    /// Condition under which it was made, 14: always.
    std::uint8_t condition = 14;
  };
  struct FloatValue {
    PipelineTime operand_at = 0;
    PipelineTime fused_addend_at = 0;
    PipelineTime chained_addend_at = 0;
    PipelineTime store_at = 0;
  };
  static constexpr unsigned kFlags = 16;

  PipelineTime operands_ready(const isa::Insn& in, const M7Traits& traits) const;
  PipelineTime ready(unsigned reg, int stage, const isa::Insn& in) const;
  PipelineTime float_ready(const isa::Insn& in) const;
  PipelineTime fetched(const isa::Insn& in, const Step& how);
  bool pairs(const isa::Insn& in, const M7Traits& traits, const Step& how) const;
  bool banks_differ(const isa::Insn& in, const Step& how) const;
  bool is_early(const isa::Insn& in, const M7Traits& traits, bool older, PipelineTime at) const;
  void write_results(const isa::Insn& in, const M7Traits& traits, bool early, PipelineTime at);
  void write(unsigned reg, PipelineTime at, Maker maker, const isa::Insn& in);
  void write_floats(const isa::Insn& in, PipelineTime at);
  void note_fetch_issue(const isa::Insn& in, PipelineTime at);

  std::array<Value, 17> values_;
  std::array<FloatValue, 32> floats_;
  PipelineTime float_free_at_;
  /// Everything up to this cycle is accounted for; the next older instruction issues here at the
  /// earliest.
  PipelineTime end_;
  /// The instruction that issued alone in cycle `end_ - 1` and may still be joined by another.
  bool open_;
  isa::Insn older_;
  M7Traits older_traits_;
  Step older_step_;
  /// Fetch: the last 8-byte word and its arrival; issue of the last instruction in the words before
  /// it.
  bool fetching_;
  Addr fetch_word_;
  PipelineTime arrival_;
  std::array<PipelineTime, 4> word_left_;
};

}  // namespace sramscope::sim
