#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "memory/cache_tags.h"
#include "memory/memory_timing.h"
#include "sramscope/board.h"

namespace sramscope::memory {

/// The board's memories in time, from its description: each region is a port that does one access
/// after the other, with a line buffer for code, perhaps a prefetch buffer, and caches in front.
///
/// Times: an access requested at t is there at t + `access_cycles`; one cycle of that is part of
/// what the core's table counts. Public sources say no more about most parts than what `Region`
/// holds; what is assumed beyond is said where it is used.
class MemorySystem final : public MemoryTiming {
 public:
  explicit MemorySystem(const Board& board);

  bool fetch_is_free(Addr address) const override;
  bool data_is_free(Addr address) const override;
  FetchWait fetch(const CodeRun& run, Clock now) override;
  Wait load(Addr address, unsigned size, Clock now) override;
  Wait store(Addr address, unsigned size, Clock now) override;
  std::array<CacheUse, kMostCaches> uses() const override { return uses_; }

  void set_core_caches(bool icache, bool dcache) override;
  void set_register(Addr address, std::uint32_t value) override;

 private:
  /// A cache with its state.
  struct Unit {
    Cache cache;
    CacheTags tags;
    bool on = false;
  };
  struct Port {
    Region region;
    /// `access_cycles` of 1, 2, 4 ... 1024 bytes.
    std::array<std::uint32_t, 11> cycles{};
    std::uint32_t cycles_of(std::uint32_t bytes) const {
      return cycles[static_cast<std::size_t>(std::countr_zero(bytes))];
    }
    /// Indices into `units_`, or -1.
    int code_cache = -1;
    int data_cache = -1;
    bool prefetches = false;
    /// When the last access begins and ends. Code is asked for a block at a time, so that may lie
    /// ahead of what the data accesses of that block ask for.
    Clock busy_from = 0;
    Clock free_at = 0;
    /// The line that the core fetches from, and when it began to.
    Addr code_line = kNoLine;
    Clock code_line_at = 0;
    /// Where the last run of code ended.
    Addr code_end = 0;
    /// The line in the prefetch buffer, and when it is there.
    Addr next_line = kNoLine;
    Clock next_ready = 0;
    /// When the prefetches for the run of code under way began, and what each takes.
    std::vector<Clock> prefetches_asked;
    std::uint32_t prefetch_cycles = 0;
    /// When the stores under way are done.
    Clock stores_done = 0;
    /// Where the last uncached load ended, in the address space and in time.
    Addr loaded_to = 0;
    Clock loaded_at = 0;
    /// Bytes of a fetch that no cache answers.
    std::uint32_t fetch_bytes = 4;
    /// Lines that stores missed one after the other, and the last of them.
    unsigned store_stream = 0;
    Addr store_line = kNoLine;
  };
  /// The lines that a run of code lies in, worked out once.
  struct RunLines {
    struct Part {
      Addr line = 0;
      std::uint32_t at = 0;
    };
    Addr begin = 1;
    Addr end = 0;
    std::uint32_t line_bytes = 0;
    std::vector<Part> parts;
  };
  /// Odd, and where no memory is.
  static constexpr Addr kNoLine = 0xfffff001;

  Port* port_of(Addr address);
  const Port* port_of(Addr address) const;
  /// The cache at `index`, if there is one and it is on.
  Unit* unit(int index) {
    if (index < 0) return nullptr;
    Unit& found = units_[static_cast<std::size_t>(index)];
    return found.on ? &found : nullptr;
  }
  CacheUse& use_of(const Unit& unit) {
    return uses_[static_cast<std::size_t>(&unit - units_.data())];
  }
  void attach(const Cache& cache, int index);
  void turn(Unit& unit, bool on);
  RunLines& lines_of(const CodeRun& run, std::uint32_t line_bytes);
  std::uint32_t enter_line(Port& port, Addr line, Clock at, FetchWait& waits);
  /// Waits of an access of `bytes` bytes that the core wants at `at`; it may go on after `needed`.
  std::uint32_t access(Port& port, Clock at, std::uint32_t bytes, std::uint32_t needed);
  std::uint32_t read_line(Port& port, const Unit& unit, Clock at);
  void write_back(Port& port, const Unit& unit);
  static std::uint32_t blocked(const Port& port, Clock at);
  std::uint32_t post(Port& port, Clock at, std::uint32_t cycles);
  std::uint32_t load_uncached(Port& port, Addr address, unsigned size, Clock at);
  std::uint32_t store_miss(Port& port, Unit& unit, Addr line, Clock at);
  void wait_for_prefetch(Port& port, Clock at);
  void start_prefetch(Port& port, Addr line, std::uint32_t bytes, Clock at);
  void finish_jump(Port& port);

  std::uint32_t store_buffer_;
  std::vector<Unit> units_;
  std::vector<Port> ports_;
  /// 1 + index of the port, by page.
  std::unique_ptr<std::uint8_t, decltype(&std::free)> port_by_page_;
  std::vector<RunLines> runs_;
  std::array<CacheUse, kMostCaches> uses_ = {};
};

}  // namespace sramscope::memory
