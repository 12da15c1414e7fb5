#pragma once

#include <cstdint>

#include "isa/insn.h"

namespace sramscope::sim {

/// FP registers an instruction uses, as bit masks over S0..S31; a double is two of them.
struct FpUse {
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  /// The part of `reads` that is only added to a product.
  std::uint32_t addend = 0;
  bool is_double = false;
};
FpUse fp_register_use(const isa::Insn& in);

/// Uses the FP unit or its registers in any way.
bool is_floating(isa::Timing timing);

}  // namespace sramscope::sim
