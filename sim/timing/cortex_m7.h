#pragma once

#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// Cortex-M7 with all accesses to tightly coupled memory. Arm publishes no cycle table: the rules
/// are measurements and compiler models, see m7_pipeline.h.
class CortexM7Timing final : public TimingModel {
 public:
  std::string_view name() const override { return "cortex-m7"; }
  std::string_view note() const override;
  std::unique_ptr<Pipeline> make_pipeline() const override;
  unsigned depth() const override { return 2; }
  /// Predicated instructions cost the same whether they execute or not (jnk0le/random).
  InsnCost skipped(const InsnCost& executed) const override { return executed; }
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const override;
  // As on the Cortex-M3 and M4: assumption.
  unsigned exception_entry_cycles() const override { return 12; }
  unsigned exception_return_cycles() const override { return 12; }
  /// jnk0le/random: 3 in the older slot, 4 in the younger.
  unsigned unaligned_cycles(Addr, unsigned) const override { return 3; }
  /// 6: LLVM's MispredictPenalty; jnk0le/random measured 8, or 6 with flags set early. 2 for a
  /// redirect from decode: assumption.
  std::optional<PredictionCosts> prediction() const override { return PredictionCosts{6, 2}; }
  /// 4: LLVM; 3 more after bytes and halfwords, which the store buffer merges: set on one figure
  /// (CoreMark -O0).
  std::array<unsigned, 2> store_to_load() const override { return {4, 7}; }
};

}  // namespace sramscope::sim
