#pragma once

#include "sim/timing/armv6m_pipeline.h"

namespace sramscope::sim {

/// Cortex-M0, M0+ and (with the table of the M0+) M23.
class CortexM0Timing final : public TimingModel {
 public:
  explicit CortexM0Timing(CoreKind core) : core_(core) {}
  std::string_view name() const override;
  std::string_view note() const override;
  std::unique_ptr<Pipeline> make_pipeline() const override;
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const override;
  // Arm knowledge base: interrupt latency 16 (M0), 15 (M0+, M23) at zero wait states. Exit:
  // assumption, the same.
  unsigned exception_entry_cycles() const override {
    return core_ == CoreKind::cortex_m0 ? 16 : 15;
  }
  unsigned exception_return_cycles() const override { return exception_entry_cycles(); }
  /// An unaligned access faults.
  unsigned unaligned_cycles(Addr, unsigned) const override { return 0; }

 private:
  CoreKind core_;
};

}  // namespace sramscope::sim
