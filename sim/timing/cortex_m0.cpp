#include "sim/timing/cortex_m0.h"

namespace sramscope::sim {

std::string_view CortexM0Timing::name() const {
  switch (core_) {
    case CoreKind::cortex_m0:
      return "cortex-m0";
    case CoreKind::cortex_m0plus:
      return "cortex-m0plus";
    default:
      return "cortex-m23";
  }
}

std::string_view CortexM0Timing::note() const {
  switch (core_) {
    case CoreKind::cortex_m0:
      return "Cortex-M0: table of DDI 0432, single-cycle multiplier; exact for the published "
             "rules, no "
             "program measured on silicon to compare with";
    case CoreKind::cortex_m0plus:
      return "Cortex-M0+: table of DDI 0484, single-cycle multiplier, no single-cycle I/O port; "
             "exact "
             "for the published rules, no program measured on silicon to compare with";
    default:
      return "Cortex-M23 has no table of its own: counted as a Cortex-M0+, divide 17 cycles; not "
             "compared with silicon";
  }
}

std::unique_ptr<Pipeline> CortexM0Timing::make_pipeline() const {
  ArmV6mCosts costs;
  // DDI 0432 table 3-1: taken branch 3, BL 4, POP with PC 4 + N, MRS, MSR and barriers 4. MULS is 1
  // or 32, the maker's choice. DDI 0484 table 3-1: 2, 3, 3 + N, 3.
  if (core_ != CoreKind::cortex_m0) {
    costs.refill = 1;
    costs.call_refill = 2;
    costs.pop_pc = 3;
    costs.system = 3;
  }
  return std::make_unique<ArmV6mPipeline>(costs);
}

unsigned CortexM0Timing::divide_cycles(std::uint32_t, std::uint32_t, bool) const {
  // The M23's divider takes 17 or 34 cycles, the maker's choice; one of them is the static cost.
  return 16;
}

}  // namespace sramscope::sim
