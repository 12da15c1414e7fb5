#include "memory/memory_system.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "memory/bus.h"

namespace sramscope::memory {

namespace {

constexpr std::size_t kRuns = 4096;
/// A "later" time further away than this lies in the past: clocks count modulo 2^32.
constexpr std::uint32_t kLongestWait = 1u << 20;

/// Cycles from `now` until `then`, 0 when that is over.
std::uint32_t until(Clock then, Clock now) {
  const std::uint32_t ahead = then - now;
  return ahead < kLongestWait ? ahead : 0;
}

/// Is `then` not later than `now`?
bool has_come(Clock then, Clock now) { return then - now - 1 >= kLongestWait; }

CycleCause plain_cause(const Region& region) {
  return region.kind == RegionKind::flash ? CycleCause::flash_data_wait
                                          : CycleCause::sram_data_wait;
}

bool is_on_at_reset(const Switch& enable) {
  return enable.by == Switch::By::always || enable.on_at_reset;
}

}  // namespace

MemorySystem::MemorySystem(const Board& board)
    : store_buffer_(board.store_buffer),
      port_by_page_(static_cast<std::uint8_t*>(std::calloc(kPageCount, 1)), &std::free),
      runs_(kRuns) {
  if (port_by_page_ == nullptr) throw std::bad_alloc();
  for (const Region& region : board.regions) {
    if (region.kind == RegionKind::device || ports_.size() == 255) continue;
    Port port;
    port.region = region;
    port.prefetches = region.prefetch && is_on_at_reset(*region.prefetch);
    // One transfer of the bus, but a word at least.
    port.fetch_bytes = std::min(std::max(region.beat_bytes, 4u), std::max(region.line_bytes, 4u));
    for (std::size_t i = 0; i < port.cycles.size(); ++i)
      port.cycles[i] = access_cycles(region, 1u << i);
    ports_.push_back(port);
    const auto mark = [&](Addr base) {
      const std::uint64_t end = std::uint64_t{base} + region.size;
      for (std::uint64_t at = base; at < end; at += kPageSize)
        port_by_page_.get()[at >> kPageBits] = static_cast<std::uint8_t>(ports_.size());
    };
    mark(region.base);
    for (const Addr alias : region.aliases) mark(alias);
  }
  for (const Cache& cache : board.caches) {
    units_.push_back({cache, CacheTags(cache), is_on_at_reset(cache.enable)});
    attach(cache, static_cast<int>(units_.size()) - 1);
  }
}

void MemorySystem::attach(const Cache& cache, int index) {
  for (Port& port : ports_) {
    const auto& names = cache.regions;
    if (std::find(names.begin(), names.end(), port.region.name) == names.end()) continue;
    if (cache.serves != Cache::Serves::data) port.code_cache = index;
    if (cache.serves != Cache::Serves::code) port.data_cache = index;
  }
}

MemorySystem::Port* MemorySystem::port_of(Addr address) {
  const std::uint8_t index = port_by_page_.get()[address >> kPageBits];
  return index == 0 ? nullptr : &ports_[index - 1u];
}

const MemorySystem::Port* MemorySystem::port_of(Addr address) const {
  return const_cast<MemorySystem*>(this)->port_of(address);
}

bool MemorySystem::fetch_is_free(Addr address) const { return data_is_free(address); }

bool MemorySystem::data_is_free(Addr address) const {
  const Port* port = port_of(address);
  return port == nullptr || port->cycles_of(4) <= 1;
}

// switches

void MemorySystem::turn(Unit& unit, bool on) {
  if (on == unit.on) return;
  unit.on = on;
  unit.tags.invalidate();
}

void MemorySystem::set_core_caches(bool icache, bool dcache) {
  for (Unit& unit : units_) {
    if (unit.cache.enable.by == Switch::By::core_icache) turn(unit, icache);
    if (unit.cache.enable.by == Switch::By::core_dcache) turn(unit, dcache);
  }
}

void MemorySystem::set_register(Addr address, std::uint32_t value) {
  const auto is_meant = [&](const Switch& by) {
    return by.by == Switch::By::peripheral_bit && by.address == address;
  };
  for (Unit& unit : units_) {
    const Switch& enable = unit.cache.enable;
    if (is_meant(enable)) turn(unit, ((value >> enable.bit) & 1) != 0);
  }
  for (Port& port : ports_) {
    if (!port.region.prefetch || !is_meant(*port.region.prefetch)) continue;
    port.prefetches = ((value >> port.region.prefetch->bit) & 1) != 0;
    port.next_line = kNoLine;
  }
}

// the port

/// Cycles until an access that is wanted at `at` can begin.
std::uint32_t MemorySystem::blocked(const Port& port, Clock at) {
  return has_come(port.busy_from, at) ? until(port.free_at, at) : 0;
}

std::uint32_t MemorySystem::access(Port& port, Clock at, std::uint32_t bytes,
                                   std::uint32_t needed) {
  // The cycle before `at` is the one that the core's table counts.
  const Clock start = at - 1 + blocked(port, at - 1);
  port.busy_from = start;
  port.free_at = start + port.cycles_of(bytes);
  return start + port.cycles_of(needed) - at;
}

std::uint32_t MemorySystem::read_line(Port& port, const Unit& unit, Clock at) {
  const std::uint32_t bytes = unit.cache.line_bytes;
  // With the critical word first, the rest of the line arrives behind the core's back.
  const std::uint32_t needed = unit.cache.critical_word_first ? port.region.beat_bytes : bytes;
  return access(port, at, bytes, std::min(needed, bytes));
}

void MemorySystem::write_back(Port& port, const Unit& unit) {
  // Assumption: a victim buffer takes the line, which is written when the fill is done.
  const std::uint32_t before = until(port.stores_done, port.free_at);
  port.stores_done = port.free_at + before + port.cycles_of(unit.cache.line_bytes);
}

/// A store that nobody waits for as long as the buffer has room. Loads go ahead of it: AXI has
/// channels of their own for both.
std::uint32_t MemorySystem::post(Port& port, Clock at, std::uint32_t cycles) {
  const std::uint32_t backlog = until(port.stores_done, at);
  const std::uint32_t room = store_buffer_ * cycles;
  const std::uint32_t wait = backlog > room ? backlog - room : 0;
  port.stores_done = at + backlog + cycles;
  return wait;
}

// code

void MemorySystem::start_prefetch(Port& port, Addr line, std::uint32_t bytes, Clock at) {
  port.next_line = line;
  port.prefetch_cycles = port.cycles_of(bytes);
  const Clock asked = at + blocked(port, at);
  port.next_ready = asked + port.prefetch_cycles;
  port.prefetches_asked.push_back(asked);
}

/// A prefetch that is under way when something else is wanted runs to its end. Assumption: it is
/// started whether or not the cache holds the line.
void MemorySystem::wait_for_prefetch(Port& port, Clock at) {
  const auto& asked = port.prefetches_asked;
  const auto last = std::find_if(asked.rbegin(), asked.rend(),
                                 [&](Clock begin) { return has_come(begin, at - 1); });
  if (last == asked.rend()) return;
  const Clock ready = *last + port.prefetch_cycles;
  if (until(ready, at - 1) <= blocked(port, at - 1)) return;
  port.busy_from = *last;
  port.free_at = ready;
}

/// The core had asked for the word behind the branch before it knew that it would jump, in the
/// second cycle of the branch's line: without wait states a branch takes 3 cycles, with 2 of them
/// and no cache `subs; bhi` takes 7 (Nordic nrfx, nrfx_coredep_defs.h, nRF52810).
void MemorySystem::finish_jump(Port& port) {
  if (port.prefetches || unit(port.code_cache) != nullptr || port.code_line == kNoLine) return;
  const Addr behind = port.code_end & ~(port.fetch_bytes - 1);
  if (behind == port.code_line) return;
  const Clock asked = port.code_line_at + 1;
  if (until(port.free_at, asked) == 0) {
    port.busy_from = asked;
    port.free_at = asked + port.cycles_of(port.fetch_bytes);
  }
  port.code_line = behind;
}

MemorySystem::RunLines& MemorySystem::lines_of(const CodeRun& run, std::uint32_t line_bytes) {
  RunLines& lines = runs_[(run.begin >> 1) % kRuns];
  const bool known =
      lines.begin == run.begin && lines.end == run.end && lines.line_bytes == line_bytes;
  if (known) return lines;
  lines = {run.begin, run.end, line_bytes, {}};
  const auto add = [&](Addr address, std::uint32_t at) {
    const Addr line = address & ~(line_bytes - 1);
    if (lines.parts.empty() || lines.parts.back().line != line) lines.parts.push_back({line, at});
  };
  for (std::size_t i = 0; i < run.steps.size(); ++i) {
    const CodeStep& step = run.steps[i];
    const Addr next = i + 1 < run.steps.size() ? run.steps[i + 1].address : run.end;
    add(step.address, step.at);
    // A 32-bit instruction may lie across two lines; it needs both to begin.
    if (next > step.address) add(next - 2, step.at);
  }
  return lines;
}

/// The wait for a line that is not the one at hand.
std::uint32_t MemorySystem::enter_line(Port& port, Addr line, Clock at, FetchWait& waits) {
  Unit* cache = unit(port.code_cache);
  const bool prefetched = port.prefetches && port.next_line == line;
  const std::uint32_t rest = prefetched ? until(port.next_ready, at) : 0;
  if (cache == nullptr) {
    if (port.prefetches && !prefetched) wait_for_prefetch(port, at);
    const std::uint32_t bytes = port.fetch_bytes;
    const std::uint32_t wait = prefetched ? rest : access(port, at, bytes, bytes);
    waits.fetch_wait += wait;
    return wait;
  }
  // RM0090 3.5.2: only what is in neither the line buffer, nor the prefetch buffer, nor the cache
  // is a miss, and only misses are put into the cache. A line that is still on its way counts as
  // missed: else loops of 32-bit code would wait in every turn, and flash would not be
  // "equivalent to 0 wait states" (data sheets of the parts).
  if (prefetched && rest == 0) {
    cache->tags.touch_likely(line);
    ++use_of(*cache).hits;
    return 0;
  }
  const std::uint32_t place = cache->tags.find(line);
  if (place != CacheTags::kAbsent) {
    cache->tags.touch(place);
    ++use_of(*cache).hits;
    return 0;
  }
  if (port.prefetches && !prefetched) wait_for_prefetch(port, at);
  ++use_of(*cache).misses;
  const std::uint32_t wait = prefetched ? rest : read_line(port, *cache, at);
  if (cache->tags.fill(line).wrote_back) write_back(port, *cache);
  waits.cache_miss += wait;
  return wait;
}

FetchWait MemorySystem::fetch(const CodeRun& run, Clock now) {
  FetchWait waits;
  Port* port = port_of(run.begin);
  if (port == nullptr) return waits;
  const Unit* cache = unit(port->code_cache);
  const std::uint32_t line_bytes = cache != nullptr ? cache->cache.line_bytes : port->fetch_bytes;
  if (run.begin != port->code_end) finish_jump(*port);
  port->code_end = run.end;
  // All in the line at hand, as in a short loop.
  const Addr line = port->code_line;
  if (run.begin - line < line_bytes && run.end - 1 - line < line_bytes) return waits;
  // The last prefetch may still be under way.
  auto& asked = port->prefetches_asked;
  if (asked.size() > 1) asked.erase(asked.begin(), asked.end() - 1);
  std::uint32_t waited = 0;
  for (const RunLines::Part& part : lines_of(run, line_bytes).parts) {
    if (part.line == port->code_line) continue;
    const Clock at = now + part.at + waited;
    const std::uint32_t wait = enter_line(*port, part.line, at, waits);
    waited += wait;
    port->code_line = part.line;
    port->code_line_at = at + wait;
    if (port->prefetches) start_prefetch(*port, part.line + line_bytes, line_bytes, at + wait);
  }
  return waits;
}

// data

/// The registers of one instruction (LDM, LDRD, VLDR) come as one burst.
std::uint32_t MemorySystem::load_uncached(Port& port, Addr address, unsigned size, Clock at) {
  const bool goes_on =
      address == port.loaded_to && at == port.loaded_at && port.region.latency != 0;
  port.loaded_to = address + size;
  std::uint32_t wait = 0;
  if (!goes_on) {
    wait = access(port, at, size, size);
  } else if (address % port.region.beat_bytes == 0) {
    wait = port.region.bus_divider * port.region.beat_cycles;
    port.free_at += wait;
  }
  port.loaded_at = at + wait;
  return wait;
}

Wait MemorySystem::load(Addr address, unsigned size, Clock now) {
  Port* port = port_of(address);
  if (port == nullptr) return {};
  Unit* cache = unit(port->data_cache);
  if (cache == nullptr) {
    if (port->prefetches) wait_for_prefetch(*port, now);
    return {load_uncached(*port, address, size, now), plain_cause(port->region)};
  }
  const Addr line = cache->tags.line_of(address);
  const std::uint32_t place = cache->tags.find(line);
  if (place != CacheTags::kAbsent) {
    cache->tags.touch(place);
    ++use_of(*cache).hits;
    return {};
  }
  ++use_of(*cache).misses;
  if (port->prefetches) wait_for_prefetch(*port, now);
  const std::uint32_t wait = read_line(*port, *cache, now);
  const CacheTags::Filled filled = cache->tags.fill(line);
  if (filled.wrote_back) {
    ++use_of(*cache).write_backs;
    write_back(*port, *cache);
  }
  return {wait, CycleCause::cache_miss};
}

std::uint32_t MemorySystem::store_miss(Port& port, Unit& unit, Addr line, Clock at) {
  ++use_of(unit).misses;
  const bool goes_on = line == port.store_line + unit.cache.line_bytes;
  port.store_stream = goes_on ? port.store_stream + 1 : 0;
  port.store_line = line;
  // ACTLR.DISRAMODE (Arm DDI 0489 3.3.2): streams of stores stop allocating. After how many lines
  // is not published; assumption: three.
  constexpr unsigned kStream = 3;
  const std::uint32_t cycles = port.cycles_of(unit.cache.line_bytes);
  if (port.store_stream >= kStream) return post(port, at, cycles);
  // The line is fetched while the store waits in the buffer.
  const std::uint32_t backlog = blocked(port, at);
  const std::uint32_t room = store_buffer_ * cycles;
  const std::uint32_t wait = backlog > room ? backlog - room : 0;
  port.busy_from = at;
  port.free_at = at + backlog + cycles;
  const CacheTags::Filled filled = unit.tags.fill(line);
  unit.tags.mark_dirty(filled.place);
  if (filled.wrote_back) {
    ++use_of(unit).write_backs;
    write_back(port, unit);
  }
  return wait;
}

Wait MemorySystem::store(Addr address, unsigned size, Clock now) {
  Port* port = port_of(address);
  if (port == nullptr) return {};
  Unit* cache = unit(port->data_cache);
  const CycleCause plain = plain_cause(port->region);
  if (cache == nullptr) return {post(*port, now, port->cycles_of(size)), plain};
  const Addr line = cache->tags.line_of(address);
  const std::uint32_t place = cache->tags.find(line);
  if (place != CacheTags::kAbsent) {
    ++use_of(*cache).hits;
    cache->tags.touch(place);
    if (cache->cache.write_back) {
      cache->tags.mark_dirty(place);
      return {};
    }
  } else if (cache->cache.write_allocate) {
    // The store buffer merges what is stored to a line that streams by.
    const bool merges = port->store_stream > 0 && line == port->store_line;
    if (merges) return {};
    return {store_miss(*port, *cache, line, now), CycleCause::cache_miss};
  } else {
    ++use_of(*cache).misses;
  }
  return {post(*port, now, port->cycles_of(size)), plain};
}

}  // namespace sramscope::memory
