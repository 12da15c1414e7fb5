#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "memory/bus.h"
#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope::memory {

/// Per byte of RAM the tick of its last write and of its last read, and the lives that writes end.
///
/// Stamps of a page are allocated when the page is first accessed. So that "bytes touched since"
/// need not look at all of memory, pages are *disarmed* now and then: their fast-path pointers go,
/// the next access takes the slow path, which arms the page again and notes it as active.
class Shadow final : public MemoryView {
 public:
  using Sink = std::function<void(std::span<const Lifetime>)>;

  /// Takes over the RAM pages of `bus`: disarms them all.
  explicit Shadow(Bus& bus);
  ~Shadow() override;

  void set_sink(Sink sink) { sink_ = std::move(sink); }

  /// Gives the page that holds `address` its fast path (back). False when it is not a page of
  /// measured RAM or when it is armed already. A page that holds decoded code keeps its writes on
  /// the slow path.
  bool arm(Addr address);
  /// Starts a new period for `bytes_touched_since`; `now` is the tick of the next instruction.
  void disarm_all(Tick now);

  /// Bytes [address, address + count) were loaded before the start.
  void mark_loaded(Addr address, std::uint32_t count);

  /// One access of any size and alignment, byte by byte; for slow paths.
  void note_read(Addr address, std::uint32_t count, Tick now);
  void note_write(Addr address, std::uint32_t count, Tick now);

  /// Ends the lives of those of the `count` bytes at `address` that have been read since their last
  /// write.
  void close(const Tick* stamps, std::uint32_t count, Addr address);

  /// Hands over the lives that are still in the buffer.
  void flush();

  /// Replaces every stamp by its rank, from kFirstTick on, and returns the old ticks in order.
  std::vector<Tick> renumber();

  std::uint64_t bytes_touched_since(Tick since) const override;
  std::vector<Lifetime> open_lifetimes() const override;
  std::vector<Lifetime> open_values() const override;
  std::vector<AccessedRange> accessed_since(Tick since) const override;
  std::vector<Tick> live_stamps(Tick since) const override;
  LiveStamps live_stamps_by_kind(Tick since) const override;

 private:
  struct StampPage {
    Addr base = 0;
    /// kPageSize write ticks, then kPageSize read ticks.
    std::unique_ptr<Tick[]> stamps;
    /// No byte was accessed at or after this tick unless the page is armed.
    Tick inactive_since = 0;
    bool armed = false;
    std::vector<std::uint32_t> views;
  };
  /// Of all pages, by address.
  std::vector<const StampPage*> pages_in_order() const;
  StampPage* page_of(Addr address);
  StampPage& allocate(Addr address);
  void set_pointers(StampPage& page);

  Bus& bus_;
  Sink sink_;
  std::vector<std::unique_ptr<StampPage>> pages_;
  /// Page index -> 1 + index into pages_, for every view of a page.
  std::unique_ptr<std::uint32_t[], decltype(&std::free)> index_;
  std::vector<Lifetime> finished_;
};

/// Four stamps at any address, so that a word is stamped by one store.
typedef Tick FourTicks __attribute__((vector_size(16), aligned(4), may_alias));

template <unsigned N>
inline void fill_stamps(Tick* stamps, Tick now) {
  if constexpr (N == 4) {
    *reinterpret_cast<FourTicks*>(stamps) = FourTicks{now, now, now, now};
  } else {
    for (unsigned i = 0; i < N; ++i) stamps[i] = now;
  }
}

/// Has any of N bytes been read since its last write?
template <unsigned N>
inline bool any_read_since_written(const Tick* written) {
  const Tick* read = written + kPageSize;
  if constexpr (N == 4) {
    const auto later =
        *reinterpret_cast<const FourTicks*>(read) > *reinterpret_cast<const FourTicks*>(written);
    typedef std::int64_t Halves __attribute__((vector_size(16), may_alias));
    const auto halves = reinterpret_cast<Halves>(later);
    return (halves[0] | halves[1]) != 0;
  } else {
    bool any = false;
    for (unsigned i = 0; i < N; ++i) any |= read[i] > written[i];
    return any;
  }
}

/// Notes a read of N bytes within one page.
template <unsigned N>
inline void stamp_read(Tick* stamps, std::uint32_t offset, Tick now) {
  fill_stamps<N>(stamps + kPageSize + offset, now);
}

/// Notes a write of N bytes within one page; lives that it ends go to `shadow`.
template <unsigned N>
inline void stamp_write(Shadow& shadow, Tick* stamps, std::uint32_t offset, Tick now,
                        Addr address) {
  Tick* written = stamps + offset;
  if (any_read_since_written<N>(written)) shadow.close(written, N, address);
  fill_stamps<N>(written, now);
}

}  // namespace sramscope::memory
