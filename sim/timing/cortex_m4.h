#pragma once

#include <string>

#include "sim/timing/armv7m_pipeline.h"

namespace sramscope::sim {

/// Cortex-M4 at zero wait states.
class CortexM4Timing : public TimingModel {
 public:
  explicit CortexM4Timing(std::string note) : note_(std::move(note)) {}
  std::string_view name() const override { return "cortex-m4"; }
  std::string_view note() const override { return note_; }
  std::unique_ptr<Pipeline> make_pipeline() const override;
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const override;
  // Arm 100166 3.9: 12 in, with zero-wait memory; 12 out.
  unsigned exception_entry_cycles() const override { return 12; }
  unsigned exception_return_cycles() const override { return 12; }
  unsigned unaligned_cycles(Addr address, unsigned size) const override;

 private:
  std::string note_;
};

}  // namespace sramscope::sim
