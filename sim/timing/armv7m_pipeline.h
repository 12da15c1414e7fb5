#pragma once

#include "sim/timing/fetch_queue.h"
#include "sim/timing/fp_scoreboard.h"
#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// Where the tables of the Cortex-M3 and M4 differ: cycles by class.
struct ArmV7mCosts {
  unsigned multiply_accumulate = 1;
  unsigned long_multiply = 1;
  unsigned long_multiply_accumulate = 1;
  bool has_fpu = false;
};

/// The three-stage pipeline of the Cortex-M3 and M4. Sources: Arm 100165 and 100166 (TRM), TI
/// SWCU185G (load and store timings), jnk0le/random (JN, measured on STM32F103 and F407) where
/// those leave a choice, LLVM and GCC for the FPU.
class ArmV7mPipeline final : public Pipeline {
 public:
  explicit ArmV7mPipeline(const ArmV7mCosts& costs) : costs_(costs) { clear(); }
  void clear() override;
  InsnCost step(const isa::Insn& in, const Step& how) override;

 private:
  /// What the next instruction must know about those before it.
  struct Past {
    isa::Insn insn;
    bool any = false;
    /// A single load whose second cycle is still free for a neighbour.
    bool bubble = false;
    std::uint32_t loaded = 0;    ///< registers it loads
    std::uint32_t computed = 0;  ///< results of a directly preceding data-processing instruction
    bool store_imm = false;      ///< it is STR [Rn, #imm]
    std::uint32_t held = 0;      ///< its data register, when it did not overlap with a load
    bool narrow = false;         ///< it is a 16-bit instruction
  };
  unsigned table_cost(const isa::Insn& in) const;
  unsigned hazards(isa::Timing t, const isa::RegisterUse& use, bool chained) const;
  void redirect(const isa::Insn& target);
  Past remember(const isa::Insn& in, isa::Timing t, const isa::RegisterUse& use,
                bool chained) const;

  ArmV7mCosts costs_;
  Past past_;
  FetchQueue fetch_;
  FpScoreboard fp_;
  /// When the last instruction began, and when the next one may.
  PipelineTime began_ = 0;
  PipelineTime now_ = 0;
};

}  // namespace sramscope::sim
