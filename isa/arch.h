#pragma once

#include <cstdint>

#include "sramscope/types.h"

namespace sramscope::isa {

/// The part of the architecture that a table row belongs to. A row is decoded only on a core that has it.
enum class Since : std::uint8_t {
  V6M,       ///< ARMv6-M and everything later
  V7M,       ///< ARMv7-M and ARMv8-M Mainline
  V7EM,      ///< the DSP extension
  V8MB,      ///< ARMv8-M Baseline and Mainline, also rows of v7-M that Baseline took over (CBZ, MOVW, B.W ...)
  V8MM,      ///< ARMv8-M Mainline only
  V7MorV8MB, ///< v7-M and both ARMv8-M profiles, absent from v6-M
  FP,        ///< FPv4-SP
  FP5,       ///< FPv5 additions (VSEL, VRINT, VMAXNM, VCVTA ...)
  FPD,       ///< double precision
  MVE,       ///< Helium
};

/// What one core implements.
struct Arch {
  bool v7m = false;
  bool dsp = false;
  bool fp = false;
  bool fp5 = false;
  bool fpd = false;
  bool v8m_base = false;
  bool v8m_main = false;
  bool mve = false;

  constexpr bool has(Since s) const {
    switch (s) {
      case Since::V6M: return true;
      case Since::V7M: return v7m || v8m_main;
      case Since::V7EM: return dsp;
      case Since::V8MB: return v8m_base || v8m_main;
      case Since::V8MM: return v8m_main;
      case Since::V7MorV8MB: return v7m || v8m_base || v8m_main;
      case Since::FP: return fp;
      case Since::FP5: return fp5;
      case Since::FPD: return fpd;
      case Since::MVE: return mve;
    }
    return false;
  }
  friend constexpr bool operator==(const Arch&, const Arch&) = default;
};

/// The architecture of a core as sold: M4 with FPv4-SP, M7 with FPv5-D16, M33 with DSP and FPv5-SP.
constexpr Arch arch_of(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0:
    case CoreKind::cortex_m0plus: return {};
    case CoreKind::cortex_m3: return {.v7m = true};
    case CoreKind::cortex_m4: return {.v7m = true, .dsp = true, .fp = true};
    case CoreKind::cortex_m7: return {.v7m = true, .dsp = true, .fp = true, .fp5 = true, .fpd = true};
    case CoreKind::cortex_m23: return {.v8m_base = true};
    case CoreKind::cortex_m33:
      return {.dsp = true, .fp = true, .fp5 = true, .v8m_base = true, .v8m_main = true};
  }
  return {};
}

}  // namespace sramscope::isa
