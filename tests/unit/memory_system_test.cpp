#include "memory/memory_system.h"

#include <gtest/gtest.h>

#include <vector>

namespace sramscope::memory {
namespace {

Region flash(std::uint32_t wait_states, std::uint32_t line_bytes) {
  Region region;
  region.name = "FLASH";
  region.kind = RegionKind::flash;
  region.size = 1 << 20;
  region.wait_states = wait_states;
  region.line_bytes = region.beat_bytes = line_bytes;
  region.writable = false;
  return region;
}

Region sram() {
  Region region;
  region.name = "SRAM";
  region.base = 0x20000000;
  region.size = 1 << 16;
  return region;
}

/// A slow memory behind a bus: 10 cycles there and back, 8 bytes per 2 cycles.
Region axi() {
  Region region = sram();
  region.name = "AXI";
  region.line_bytes = region.beat_bytes = 8;
  region.bus_divider = 2;
  region.latency = 10;
  return region;
}

Cache cache_of(const std::string& region, std::uint32_t size, std::uint32_t line,
               std::uint32_t ways = 0) {
  Cache cache;
  cache.name = "cache";
  cache.size = size;
  cache.line_bytes = line;
  cache.ways = ways;
  cache.regions = {region};
  return cache;
}

Board board_of(std::vector<Region> regions, std::vector<Cache> caches = {}) {
  Board board;
  board.regions = std::move(regions);
  board.caches = std::move(caches);
  return board;
}

/// Executes runs of instructions, each of 1 cycle and `size` bytes, and counts cycles.
class Executor {
 public:
  explicit Executor(const Board& board) : system(board) {}

  /// Runs from `begin`, then `extra` cycles pass (the refill of a branch); gives the waits.
  Cycles run(Addr begin, unsigned instructions, unsigned size = 2, unsigned extra = 0) {
    std::vector<CodeStep> steps;
    for (unsigned i = 0; i < instructions; ++i) steps.push_back({begin + i * size, i});
    const FetchWait waits = system.fetch({begin, begin + instructions * size, steps}, now);
    const Cycles total = waits.fetch_wait + waits.cache_miss;
    now += static_cast<Clock>(total) + instructions + extra;
    return total;
  }
  std::uint32_t load(Addr address) {
    const Wait wait = system.load(address, 4, now);
    now += wait.cycles + 1;
    return wait.cycles;
  }
  std::uint32_t store(Addr address) {
    const Wait wait = system.store(address, 4, now);
    now += wait.cycles + 1;
    return wait.cycles;
  }

  MemorySystem system;
  Clock now = 1000;
};

TEST(MemorySystem, ZeroWaitMemoryIsFree) {
  const MemorySystem system(board_of({flash(0, 16), sram()}));
  EXPECT_TRUE(system.fetch_is_free(0));
  EXPECT_TRUE(system.data_is_free(0x20000000));
  EXPECT_TRUE(system.data_is_free(0x50000000));  // no memory
  EXPECT_FALSE(MemorySystem(board_of({flash(1, 16)})).fetch_is_free(0));
}

// nrfx_coredep_defs.h: `subs; bhi` takes 3 cycles without wait states and 7 with 2 of them and no
// cache.
TEST(MemorySystem, DelayLoopOfUncachedFlash) {
  for (const auto& [wait_states, cycles] : {std::pair{0u, 3u}, {2u, 7u}}) {
    Executor executor(board_of({flash(wait_states, 4)}));
    for (int i = 0; i < 4; ++i) executor.run(0x100, 2, 2, 1);
    const Clock before = executor.now;
    for (int i = 0; i < 10; ++i) executor.run(0x100, 2, 2, 1);
    EXPECT_EQ(executor.now - before, 10 * cycles) << wait_states;
  }
}

// RM0090 3.5.1: 4 cycles for the first line at 3 wait states, then a gap of 3 for each line.
TEST(MemorySystem, SequentialCodePaysOncePerLine) {
  Executor executor(board_of({flash(3, 16)}));
  EXPECT_EQ(executor.run(0, 8), 3u);
  EXPECT_EQ(executor.run(16, 8), 3u);
  EXPECT_EQ(executor.run(32, 16), 6u);
}

// RM0090 3.5.2: with prefetch there is no gap when a line takes at least WS + 1 cycles.
TEST(MemorySystem, PrefetchHidesWhatTheLineCovers) {
  Region region = flash(5, 16);
  region.prefetch.emplace();
  Executor executor(board_of({region}));
  EXPECT_EQ(executor.run(0, 8), 5u);
  EXPECT_EQ(executor.run(16, 8), 0u);              // 8 cycles a line cover 6
  EXPECT_EQ(executor.run(32, 4, 4), 0u);           // this line was asked for 8 cycles ago
  EXPECT_EQ(executor.run(48, 4, 4), 2u);           // 4 cycles do not
  EXPECT_EQ(executor.run(0x1000, 4, 4), 5u + 3u);  // the prefetch under way runs to its end first
}

TEST(MemorySystem, CacheHitsAreFreeAndCounted) {
  Executor executor(board_of({flash(5, 16)}, {cache_of("FLASH", 1024, 16)}));
  EXPECT_EQ(executor.run(0, 8), 5u);
  EXPECT_EQ(executor.run(0x1000, 8), 5u);
  EXPECT_EQ(executor.run(0, 8), 0u);
  EXPECT_EQ(executor.run(0x1000, 8), 0u);
  EXPECT_EQ(executor.system.uses()[0], (CacheUse{2, 2, 0}));
}

TEST(MemorySystem, TheLeastRecentlyUsedLineGoes) {
  // Two ways of two sets of 16 bytes: 0x00, 0x20 and 0x40 share a set.
  Executor executor(board_of({flash(5, 16)}, {cache_of("FLASH", 64, 16, 2)}));
  for (const Addr line : {0x00u, 0x20u, 0x00u, 0x40u}) executor.load(line);
  EXPECT_EQ(executor.load(0x00), 0u);
  EXPECT_EQ(executor.load(0x20), 5u);
  EXPECT_EQ(executor.system.uses()[0], (CacheUse{2, 4, 0}));
}

TEST(MemorySystem, WithoutACacheEveryLoadWaits) {
  Executor executor(board_of({flash(5, 16)}));
  EXPECT_EQ(executor.load(0), 5u);
  EXPECT_EQ(executor.load(4), 5u);
}

TEST(MemorySystem, ALineComesInBeats) {
  // 10 + 2 * 4 beats for a line of 32 bytes, one cycle of which the core counts.
  Executor whole(board_of({axi()}, {cache_of("AXI", 1024, 32, 4)}));
  EXPECT_EQ(whole.load(0x20000000), 17u);
  Cache early = cache_of("AXI", 1024, 32, 4);
  early.critical_word_first = true;
  Executor critical(board_of({axi()}, {early}));
  EXPECT_EQ(critical.load(0x20000000), 11u);
  // The next line waits until the rest of this one has arrived: 3 beats.
  EXPECT_EQ(critical.load(0x20000020), 11u + 6u);
}

TEST(MemorySystem, StoresWaitForRoomInTheBuffer) {
  Executor executor(board_of({axi()}));
  EXPECT_EQ(executor.store(0x20000000), 0u);
  EXPECT_EQ(executor.store(0x20000008), 0u);   // 11 cycles behind, room for 12
  EXPECT_EQ(executor.store(0x20000010), 10u);  // 22 behind
}

TEST(MemorySystem, DirtyLinesAreWrittenBack) {
  Cache cache = cache_of("AXI", 64, 32, 1);
  cache.write_back = cache.write_allocate = true;
  Executor executor(board_of({axi()}, {cache}));
  executor.store(0x20000000);
  executor.now += 100;
  EXPECT_EQ(executor.store(0x20000004), 0u);
  EXPECT_EQ(executor.load(0x20000000), 0u);
  executor.load(0x20000040);  // the same set
  EXPECT_EQ(executor.system.uses()[0], (CacheUse{2, 2, 1}));
}

TEST(MemorySystem, CachesFollowTheirSwitches) {
  Cache icache = cache_of("FLASH", 1024, 16);
  icache.enable = {Switch::By::core_icache, 0, 0, false};
  Cache dcache = icache;
  dcache.enable = {Switch::By::peripheral_bit, 0x40023c00, 10, false};
  icache.serves = Cache::Serves::code;
  dcache.serves = Cache::Serves::data;
  Executor executor(board_of({flash(5, 16)}, {icache, dcache}));
  const auto load_twice = [&] { return executor.load(0) + executor.load(0); };
  EXPECT_EQ(load_twice(), 10u);
  executor.system.set_register(0x40023c00, 1u << 10);
  EXPECT_EQ(load_twice(), 5u);
  executor.system.set_register(0x40023c00, 0);
  EXPECT_EQ(load_twice(), 10u);
  executor.system.set_core_caches(true, false);
  executor.run(0x200, 8);
  executor.run(0x100, 8);
  EXPECT_EQ(executor.run(0x200, 8), 0u);
}

TEST(MemorySystem, OldTimesAreOver) {
  Executor executor(board_of({axi()}));
  executor.load(0x20000000);
  executor.now += 0x80000000;  // the clock wraps
  EXPECT_EQ(executor.load(0x20000000), 11u);
}

}  // namespace
}  // namespace sramscope::memory
