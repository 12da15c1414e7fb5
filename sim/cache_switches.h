#pragma once

#include <deque>
#include <map>

#include "memory/bus.h"
#include "memory/device.h"
#include "memory/memory_timing.h"
#include "sramscope/board.h"

namespace sramscope::sim {

/// The registers of the part with which firmware switches its caches and prefetch buffers. They
/// keep what is written; everything else in their pages is as absent as other peripherals.
class CacheSwitches {
 public:
  CacheSwitches(const Board& board, memory::MemoryTiming& timing);

  void map(memory::Bus& bus);

 private:
  class PageOfRegisters final : public memory::Device {
   public:
    PageOfRegisters(Addr base, memory::MemoryTiming& timing) : base_(base), timing_(timing) {}

    Addr base() const { return base_; }
    void add(const Switch& by);
    std::uint32_t read(std::uint32_t offset, unsigned size) override;
    void write(std::uint32_t offset, unsigned size, std::uint32_t value) override;

   private:
    std::uint32_t& word_at(std::uint32_t offset, unsigned size, bool writes);

    Addr base_;
    memory::MemoryTiming& timing_;
    /// By offset.
    std::map<std::uint32_t, std::uint32_t> words_;
  };
  void add(const Switch& by);

  memory::MemoryTiming& timing_;
  std::deque<PageOfRegisters> pages_;
};

}  // namespace sramscope::sim
