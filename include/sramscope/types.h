#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

/// Vocabulary shared by every folder: addresses, counts and strongly typed ids.
namespace sramscope {

/// A 32-bit address on the simulated bus.
using Addr = std::uint32_t;
/// A count of core clock cycles.
using Cycles = std::uint64_t;
/// A position in time, in executed instructions since the start of the current stamp epoch
/// (see `MemoryView::renumber`). 0 and 1 are reserved: see `kNeverStamp` and `kLoadedStamp`.
using Tick = std::uint32_t;

/// The byte has not been accessed yet.
inline constexpr Tick kNeverStamp = 0;
/// "Written" by the loader before the first instruction.
inline constexpr Tick kLoadedStamp = 1;
/// Stamp of the first executed instruction.
inline constexpr Tick kFirstTick = 2;

/// An index that cannot be mixed up with an index of another kind.
template <class Tag>
struct Id {
  std::uint32_t value = 0;
  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using LayerId = Id<struct LayerTag>;
using SymbolId = Id<struct SymbolTag>;

/// The cores that sramscope knows by name; the architecture and the timing model follow from it.
enum class CoreKind : std::uint8_t {
  cortex_m0,
  cortex_m0plus,
  cortex_m3,
  cortex_m4,
  cortex_m7,
  cortex_m23,
  cortex_m33,
};

}  // namespace sramscope
