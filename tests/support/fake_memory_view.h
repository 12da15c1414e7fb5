#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "sramscope/observer.h"

namespace sramscope::testing {

/// A shadow memory of a few bytes with the behaviour that observer.h promises, written for clarity:
/// tests drive it with accesses and hand what it yields to an Observer.
class FakeShadow final : public MemoryView {
 public:
  static constexpr Addr kBase = 0x20000000;

  /// With `tells_kinds` false every stamp counts as birth and last read, as observer.h allows.
  explicit FakeShadow(std::uint32_t size, bool tells_kinds = true)
      : bytes_(size), tells_kinds_(tells_kinds) {}

  /// The first `count` bytes were loaded before the start.
  void mark_loaded(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      bytes_[i].written = kLoadedStamp;
    }
  }

  void read(std::uint32_t first, std::uint32_t count, Tick now) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      bytes_[i].read = now;
    }
  }

  void write(std::uint32_t first, std::uint32_t count, Tick now) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      if (is_life(bytes_[i])) {
        append(finished_, i);
      }
      bytes_[i].written = now;
    }
  }

  /// Finished lifetimes since the last call.
  std::vector<Lifetime> take_finished() { return std::exchange(finished_, {}); }

  /// Renumbers all stamps by rank and returns the old ones; time goes on at `next_tick()`.
  std::vector<Tick> renumber() {
    const std::vector<Tick> old = live_stamps(kFirstTick);
    const auto rank = [&](Tick& stamp) {
      if (stamp >= kFirstTick) {
        const auto it = std::lower_bound(old.begin(), old.end(), stamp);
        stamp = kFirstTick + static_cast<Tick>(it - old.begin());
      }
    };
    for (Byte& byte : bytes_) {
      rank(byte.written);
      rank(byte.read);
    }
    next_tick_ = kFirstTick + static_cast<Tick>(old.size());
    return old;
  }
  Tick next_tick() const { return next_tick_; }

  std::uint64_t bytes_touched_since(Tick since) const override {
    return static_cast<std::uint64_t>(std::count_if(
        bytes_.begin(), bytes_.end(),
        [&](const Byte& b) { return std::max(b.written, b.read) >= std::max(since, kFirstTick); }));
  }

  std::vector<Lifetime> open_lifetimes() const override {
    std::vector<Lifetime> lives;
    for (std::uint32_t i = 0; i < bytes_.size(); ++i) {
      if (is_life(bytes_[i])) {
        append(lives, i);
      }
    }
    return lives;
  }

  std::vector<Lifetime> open_values() const override {
    std::vector<Lifetime> values;
    for (std::uint32_t i = 0; i < bytes_.size(); ++i) {
      if (bytes_[i].written != kNeverStamp) {
        values.push_back(
            {bytes_[i].written, is_life(bytes_[i]) ? bytes_[i].read : kNeverStamp, kBase + i, 1});
      }
    }
    return values;
  }

  std::vector<Tick> live_stamps(Tick since) const override {
    std::set<Tick> stamps;
    for (const Byte& byte : bytes_) {
      stamps.insert(byte.written);
      stamps.insert(byte.read);
    }
    return {stamps.lower_bound(std::max(since, kLoadedStamp)), stamps.end()};
  }

  LiveStamps live_stamps_by_kind(Tick since) const override {
    if (!tells_kinds_) {
      return MemoryView::live_stamps_by_kind(since);
    }
    std::set<Tick> births;
    std::set<Tick> last_reads;
    for (const Byte& byte : bytes_) {
      births.insert(byte.written);
      if (is_life(byte)) {
        last_reads.insert(byte.read);
      }
    }
    const Tick first = std::max(since, kFirstTick);
    return {{births.lower_bound(first), births.end()},
            {last_reads.lower_bound(first), last_reads.end()}};
  }

 private:
  struct Byte {
    Tick written = kNeverStamp;
    Tick read = kNeverStamp;
  };

  static bool is_life(const Byte& b) { return b.written != kNeverStamp && b.read > b.written; }

  void append(std::vector<Lifetime>& lives, std::uint32_t index) const {
    const Byte& byte = bytes_[index];
    if (!lives.empty()) {
      Lifetime& last = lives.back();
      if (last.born == byte.written && last.last_read == byte.read &&
          last.address + last.bytes == kBase + index) {
        ++last.bytes;
        return;
      }
    }
    lives.push_back({byte.written, byte.read, kBase + index, 1});
  }

  std::vector<Byte> bytes_;
  bool tells_kinds_ = true;
  std::vector<Lifetime> finished_;
  Tick next_tick_ = kFirstTick;
};

}  // namespace sramscope::testing
