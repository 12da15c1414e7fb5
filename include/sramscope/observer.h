#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sramscope/types.h"

namespace sramscope {

/// Where cycles went. The causes of a run sum to its cycles.
enum class CycleCause : std::uint8_t {
  issue,        ///< the cycle that every instruction (or pair, where the core issues two) takes
  hazard,       ///< waiting for an operand: load-use, address generation, slots that cannot pair
  multi_cycle,  ///< operations of more than one cycle: multiple transfers, divide, FPU
  branch,       ///< refill after a branch, and mispredicted ones
  fetch_wait,   ///< waiting for instructions: wait states, alignment, a full bus
  flash_data_wait,  ///< waiting for data in flash
  sram_data_wait,   ///< waiting for data in SRAM or at devices: wait states, conflicts, unaligned
                    ///< parts, write buffer
  cache_miss,       ///< filling and writing back lines of a cache
  exception,        ///< stacking, vector fetch, unstacking
};
inline constexpr std::size_t kCycleCauses = 9;
/// "issue", "flash data" and the like.
std::string_view cycle_cause_name(CycleCause cause);

/// Indexed by `CycleCause`.
using CyclesByCause = std::array<Cycles, kCycleCauses>;

/// Lookups of one cache or flash buffer. `Board` lists them; slot i of `Counters::caches` is its
/// i-th.
struct CacheUse {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t write_backs = 0;

  friend bool operator==(const CacheUse&, const CacheUse&) = default;
};
inline constexpr std::size_t kMostCaches = 4;

/// Running totals since the start of the run.
struct Counters {
  Cycles cycles = 0;
  std::uint64_t instructions = 0;
  /// Data accesses; a load or store of several registers counts once per register.
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  /// Bytes moved by them.
  std::uint64_t load_bytes = 0;
  std::uint64_t store_bytes = 0;
  /// The part of `load_bytes` that came from flash (weights, constants, literals).
  std::uint64_t flash_load_bytes = 0;
  /// The same cycles by cause; all zero where the run was not asked to tell.
  CyclesByCause by_cause = {};
  std::array<CacheUse, kMostCaches> caches = {};

  friend bool operator==(const Counters&, const Counters&) = default;
  Counters& operator+=(const Counters& o) {
    cycles += o.cycles;
    instructions += o.instructions;
    loads += o.loads;
    stores += o.stores;
    load_bytes += o.load_bytes;
    store_bytes += o.store_bytes;
    flash_load_bytes += o.flash_load_bytes;
    for (std::size_t i = 0; i < kCycleCauses; ++i) by_cause[i] += o.by_cause[i];
    for (std::size_t i = 0; i < kMostCaches; ++i) {
      caches[i].hits += o.caches[i].hits;
      caches[i].misses += o.caches[i].misses;
      caches[i].write_backs += o.caches[i].write_backs;
    }
    return *this;
  }
  Counters& operator-=(const Counters& o) {
    cycles -= o.cycles;
    instructions -= o.instructions;
    loads -= o.loads;
    stores -= o.stores;
    load_bytes -= o.load_bytes;
    store_bytes -= o.store_bytes;
    flash_load_bytes -= o.flash_load_bytes;
    for (std::size_t i = 0; i < kCycleCauses; ++i) by_cause[i] -= o.by_cause[i];
    for (std::size_t i = 0; i < kMostCaches; ++i) {
      caches[i].hits -= o.caches[i].hits;
      caches[i].misses -= o.caches[i].misses;
      caches[i].write_backs -= o.caches[i].write_backs;
    }
    return *this;
  }
  friend Counters operator-(Counters a, const Counters& b) { return a -= b; }
};

/// The life of a run of neighbouring bytes that were written together and read last together: they
/// held a needed value from tick `born` to tick `last_read`, both included. Times are `Tick`s of
/// the current epoch. `born` is `kNeverStamp` for bytes that were read before anything was written
/// there.
struct Lifetime {
  Tick born = 0;
  Tick last_read = 0;
  Addr address = 0;
  std::uint32_t bytes = 0;
};

/// Stamps that are still present in the shadow, ascending and distinct, by what they can mean for a
/// life that has not been reported yet.
struct LiveStamps {
  /// Last writes: such a life can begin there.
  std::vector<Tick> births;
  /// Last reads of bytes that have been read since their last write: it can end there.
  std::vector<Tick> last_reads;
};

/// Neighbouring bytes that were accessed alike since some moment.
struct AccessedRange {
  Addr address = 0;
  std::uint32_t bytes = 0;
  /// Written since, and read since.
  bool written = false;
  bool read = false;
  /// Read without ever having been written or loaded.
  bool uninitialised = false;
  /// Earliest of the last writes and latest of the last reads.
  Tick first_write = kNeverStamp;
  Tick last_read = kNeverStamp;

  friend bool operator==(const AccessedRange&, const AccessedRange&) = default;
};

/// The profiler's window into the shadow memory (per byte: last write, last read), valid during a
/// callback.
class MemoryView {
 public:
  virtual ~MemoryView() = default;
  /// Number of distinct RAM bytes written or read at tick `since` or later.
  virtual std::uint64_t bytes_touched_since(Tick since) const = 0;
  /// Every RAM byte whose value has been read since its last write, merged into runs (lives that a
  /// later read may still prolong).
  virtual std::vector<Lifetime> open_lifetimes() const = 0;
  /// Every RAM byte that holds a value, merged into runs: `born` is its last write, `last_read` the
  /// last read of the value, `kNeverStamp` where there was none yet.
  virtual std::vector<Lifetime> open_values() const { return open_lifetimes(); }
  /// What was accessed at tick `since` or later, ascending by address, neighbours of the same kind
  /// merged.
  virtual std::vector<AccessedRange> accessed_since(Tick /*since*/) const { return {}; }
  /// The distinct write and read stamps >= `since` that are still present, ascending: only at these
  /// ticks (or at later ones) can a lifetime that has not been reported yet begin or end. Cheap
  /// when `since` is recent: ask for the last window only, older cuts are a superset of what is
  /// still present; ask for all (0) rarely, to drop stale cuts.
  virtual std::vector<Tick> live_stamps(Tick since) const = 0;
  /// The same told apart by kind, which lets the profiler keep far less of the past. Without it
  /// every stamp counts as both.
  virtual LiveStamps live_stamps_by_kind(Tick since) const {
    const std::vector<Tick> all = live_stamps(since);
    return {all, all};
  }
};

enum class LayerKind : std::uint8_t { network = 1, block = 2, layer = 3 };

/// The state of the run at the moment of an event.
struct Moment {
  Tick tick = 0;
  Counters totals;
  /// Bytes of stack in use at the deepest point since the previous event of this kind of moment,
  /// and now.
  std::uint32_t deepest_stack = 0;
  std::uint32_t stack = 0;
  /// At the begin of a layer: tells layers of the same name apart, such as the operators of an
  /// interpreter; 0 for markers, whose names say it all.
  std::uint64_t layer_key = 0;
};

/// Receives what happens during a run. Every call is rare (per layer, per few million
/// instructions).
class Observer {
 public:
  virtual ~Observer() = default;
  /// Before the first instruction.
  virtual void on_start(const Moment&, const MemoryView&) {}
  /// A marker or rule opened or closed a layer. Pending lifetimes have been delivered before.
  virtual void on_layer_begin(LayerKind, std::string_view /*name*/, const Moment&,
                              const MemoryView&) {}
  virtual void on_layer_end(LayerKind, std::string_view /*name*/, const Moment&,
                            const MemoryView&) {}
  /// The firmware named a buffer.
  virtual void on_tensor(std::string_view /*name*/, Addr, std::uint32_t /*size*/, const Moment&) {}
  /// Finished lives, in the order in which they were closed (by the next write to the byte).
  virtual void on_lifetimes(std::span<const Lifetime>) {}
  /// Called at regular intervals (some million instructions) so that memory stays bounded.
  virtual void on_interval(const Moment&, const MemoryView&) {}
  /// The stamps are renumbered to keep ticks in 32 bits: old tick `old_ticks[i]` becomes
  /// `kFirstTick + i`, and time continues at `next_tick`. `old_ticks` is ascending and holds every
  /// stamp still present in the shadow.
  virtual void on_renumber(std::span<const Tick> /*old_ticks*/, Tick /*next_tick*/) {}
  /// The run ended, for whatever reason. Pending lifetimes have been delivered before.
  virtual void on_stop(const Moment&, const MemoryView&) {}
};

}  // namespace sramscope
