#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope::memory {

/// Time in core cycles, modulo 2^32.
using Clock = std::uint32_t;

/// What an access takes beyond the cycles that the core's own table counts for it.
struct Wait {
  std::uint32_t cycles = 0;
  CycleCause cause = CycleCause::sram_data_wait;
};

/// What a run of code waits for its instructions, by cause.
struct FetchWait {
  std::uint32_t fetch_wait = 0;
  std::uint32_t cache_miss = 0;
};

/// An instruction of a run of code: where it is, and when the core would begin to execute it, in
/// cycles from the start of the run, if no fetch ever waited.
struct CodeStep {
  Addr address = 0;
  std::uint32_t at = 0;
};

/// Instructions that execute one after the other, up to the next branch.
struct CodeRun {
  Addr begin = 0;
  /// First address after the last instruction.
  Addr end = 0;
  std::span<const CodeStep> steps;
};

/// The memories of the board as they respond in time: flash accelerators, caches, buses. The core
/// asks it only about places that are not free.
class MemoryTiming {
 public:
  virtual ~MemoryTiming() = default;
  /// Can instructions at `address` always be fetched without waiting? Code elsewhere costs a call
  /// of `fetch` for each block. Asked once for each block when it is decoded: who changes the
  /// answer must have the blocks dropped (`Bus::note_code_timing_changed`).
  virtual bool fetch_is_free(Addr address) const = 0;
  /// The same for data; asked once for each page.
  virtual bool data_is_free(Addr address) const = 0;
  /// The core enters `run` at `now`: what it waits for instructions.
  virtual FetchWait fetch(const CodeRun& run, Clock now) = 0;
  /// The core reads or writes `size` bytes (1, 2 or 4; accesses of several registers come one by
  /// one).
  virtual Wait load(Addr address, unsigned size, Clock now) = 0;
  virtual Wait store(Addr address, unsigned size, Clock now) = 0;
  /// Lookups so far, in the order of `Board::caches`.
  virtual std::array<CacheUse, kMostCaches> uses() const = 0;
  /// Firmware set CCR.IC and CCR.DC of a Cortex-M7 to this.
  virtual void set_core_caches(bool icache, bool dcache) = 0;
  /// Firmware wrote a register of the part that a `Switch` of the board names.
  virtual void set_register(Addr address, std::uint32_t value) = 0;
};

}  // namespace sramscope::memory
