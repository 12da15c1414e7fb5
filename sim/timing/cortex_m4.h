#pragma once

#include "sim/timing/armv7m_pipeline.h"

namespace sramscope::sim {

/// What the Cortex-M3 and M4 have in common.
class ArmV7mTiming : public TimingModel {
 public:
  std::unique_ptr<Pipeline> make_pipeline() const override {
    return std::make_unique<ArmV7mPipeline>(costs_);
  }
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const override;
  // Arm 100165 and 100166, 3.9: 12 in, with zero-wait memory; 12 out.
  unsigned exception_entry_cycles() const override { return 12; }
  unsigned exception_return_cycles() const override { return 12; }
  unsigned unaligned_cycles(Addr address, unsigned size) const override;

 protected:
  explicit ArmV7mTiming(const ArmV7mCosts& costs) : costs_(costs) {}

 private:
  ArmV7mCosts costs_;
};

class CortexM4Timing final : public ArmV7mTiming {
 public:
  /// All multiplies take one cycle (Arm 100166 table 3-1).
  CortexM4Timing() : ArmV7mTiming({1, 1, 1, true}) {}
  std::string_view name() const override { return "cortex-m4"; }
  std::string_view note() const override;
};

class CortexM3Timing final : public ArmV7mTiming {
 public:
  /// Arm 100165 table 3-1: MLA 2; SMULL and UMULL 3 to 5, SMLAL and UMLAL 4 to 7, by the size of
  /// the operands. Arm gives no formula: assumption, the longest.
  CortexM3Timing() : ArmV7mTiming({2, 5, 7, false}) {}
  std::string_view name() const override { return "cortex-m3"; }
  std::string_view note() const override;
};

}  // namespace sramscope::sim
