#pragma once

#include <array>

#include "sim/timing/fp_scoreboard.h"
#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// The pipeline of the Cortex-M33: in order, with a second slot for a few 16-bit instructions. Arm
/// publishes no cycle table; the rules are measurements on RP2350 (jnk0le/random cortex_m33.md,
/// JN).
class M33Pipeline final : public Pipeline {
 public:
  M33Pipeline() { clear(); }
  void clear() override;
  InsnCost step(const isa::Insn& in, const Step& how) override;

 private:
  /// When the result of a register can be used: as any operand, added by a multiply-accumulate,
  /// stored.
  struct Value {
    PipelineTime operand_at = 0;
    PipelineTime addend_at = 0;
    PipelineTime store_at = 0;
  };
  PipelineTime operands_ready(const isa::Insn& in, isa::Timing t) const;
  void write_results(const isa::Insn& in, isa::Timing t, PipelineTime at);
  bool pairs(const isa::Insn& in, isa::Timing t) const;
  unsigned refill() const;

  std::array<Value, 16> values_;
  FpScoreboard fp_;
  PipelineTime now_;
  /// The instruction before; `Undefined`: none.
  isa::Insn last_;
  /// It issued in the first slot and leaves the second one free.
  bool slot_free_;
  /// It is a branch in the second slot, behind an instruction that set the flags.
  bool behind_flags_;
};

}  // namespace sramscope::sim
