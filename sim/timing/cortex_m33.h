#pragma once

#include "sim/timing/timing_model.h"

namespace sramscope::sim {

/// Cortex-M33 at zero wait states.
class CortexM33Timing final : public TimingModel {
 public:
  std::string_view name() const override { return "cortex-m33"; }
  std::string_view note() const override;
  std::unique_ptr<Pipeline> make_pipeline() const override;
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const override;
  // As on the Cortex-M3 and M4: assumption.
  unsigned exception_entry_cycles() const override { return 12; }
  unsigned exception_return_cycles() const override { return 12; }
  /// As on the Cortex-M3 and M4: assumption.
  unsigned unaligned_cycles(Addr address, unsigned size) const override {
    return size == 4 && (address & 1) != 0 ? 2 : 1;
  }
};

}  // namespace sramscope::sim
