#include "profiler/liveness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "profiler/peak_log.h"
#include "tests/support/fake_memory_view.h"

namespace sramscope::profiler {
namespace {

using sramscope::testing::FakeShadow;

/// Keeps every access and counts live bytes tick by tick: the definition, word for word.
class BruteForce {
 public:
  explicit BruteForce(std::uint32_t size) : log_(size) {}

  void loaded(std::uint32_t first, std::uint32_t count) { note(first, count, kLoadedStamp, true); }
  void read(std::uint32_t first, std::uint32_t count, Instant at) { note(first, count, at, false); }
  void write(std::uint32_t first, std::uint32_t count, Instant at) { note(first, count, at, true); }

  /// Live bytes by kind at each instant before `end`.
  std::vector<BytesByKind> levels_by_kind(Instant end) const {
    std::vector<BytesByKind> result(static_cast<std::size_t>(end));
    for_each_life(end, [&](std::uint32_t byte, Instant from, Instant to) {
      for (Instant t = from; t <= to; ++t) {
        ++result[static_cast<std::size_t>(t)][static_cast<std::size_t>(kind_of(byte))];
      }
    });
    return result;
  }

  /// Bytes outside of the stack that were live at `at`.
  std::vector<std::uint32_t> alive(Instant at, Instant end) const {
    std::vector<std::uint32_t> bytes;
    for_each_life(end, [&](std::uint32_t byte, Instant from, Instant to) {
      if (from <= at && at <= to && kind_of(byte) != MemoryKind::stack) {
        bytes.push_back(byte);
      }
    });
    return bytes;
  }

  /// An arbitrary pattern in which all kinds occur, some within a word.
  static MemoryKind kind_of(std::uint32_t byte) {
    return static_cast<MemoryKind>(byte % 16 < 9 ? 3 : (byte / 3) % kMemoryKinds);
  }

 private:
  /// Calls `take` with byte, first and last instant of each life.
  template <class Take>
  void for_each_life(Instant end, const Take& take) const {
    for (std::uint32_t byte = 0; byte < log_.size(); ++byte) {
      const auto& accesses = log_[byte];
      for (std::size_t i = 0; i < accesses.size(); ++i) {
        if (!accesses[i].is_write) {
          continue;
        }
        Instant last_read = 0;
        for (std::size_t k = i + 1; k < accesses.size() && !accesses[k].is_write; ++k) {
          last_read = accesses[k].at;
        }
        if (last_read > accesses[i].at) {
          take(byte, std::max<Instant>(accesses[i].at, kFirstTick), std::min(last_read, end - 1));
        }
      }
    }
  }

  struct Access {
    Instant at;
    bool is_write;
  };
  void note(std::uint32_t first, std::uint32_t count, Instant at, bool is_write) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      log_[i].push_back({at, is_write});
    }
  }
  std::vector<std::vector<Access>> log_;
};

std::uint64_t highest(const std::vector<std::uint64_t>& levels, Instant begin, Instant end) {
  std::uint64_t best = 0;
  for (Instant t = begin; t < end; ++t) {
    best = std::max(best, levels[static_cast<std::size_t>(t)]);
  }
  return best;
}

/// A random program run on the fake shadow, on Liveness and on the brute force at once.
class RandomRun {
 public:
  explicit RandomRun(unsigned seed)
      : random_(seed),
        bulk_(seed % 10 == 0),
        size_(bulk_ ? 3000 + pick(4000) : 1 + pick(48)),
        shadow_(size_, seed % 3 != 0),
        brute_(size_),
        kinds_(kinds_of(size_)),
        liveness_(options(), &kinds_),
        log_({.lives_before_sifting = pick(60), .most_lives = 1 << 20}, &kinds_) {}

  void run() {
    const std::uint32_t loaded = pick(size_ + 1);
    const std::uint32_t first = pick(size_ - loaded + 1);
    shadow_.mark_loaded(first, loaded);
    brute_.loaded(first, loaded);
    const Instant length = bulk_ ? pick(40) : 1 + pick(400);
    const unsigned calm = 1 + pick(8);
    const unsigned event_rate = 1 + pick(30);
    for (Instant i = 0; i < length; ++i, ++now_, ++tick_) {
      if (pick(event_rate) == 0) {
        event();
      }
      for (unsigned k = pick(calm) == 0 ? 1 + pick(3) : 0; k > 0; --k) {
        access();
      }
    }
    add_finished();
    log_.add(shadow_.open_lifetimes(), liveness_.epochs());
    liveness_.finish(now_, shadow_);
  }

  void check() {
    by_kind_ = brute_.levels_by_kind(now_ + 2);
    for (const BytesByKind& kinds : by_kind_) {
      levels_.push_back(std::accumulate(kinds.begin(), kinds.end(), std::uint64_t{0}));
    }
    EXPECT_TRUE(liveness_.exact());
    expect_equal(liveness_.peak(), kFirstTick, now_ + 1);
    marks_.push_back(liveness_.end());
    for (unsigned k = 0; k < 40; ++k) {
      const Instant a = marks_[pick(static_cast<std::uint32_t>(marks_.size()))];
      const Instant b = marks_[pick(static_cast<std::uint32_t>(marks_.size()))];
      expect_equal(liveness_.peak(a, b), a, b);
    }
    check_timeline();
    check_log();
  }

 private:
  static KindMap kinds_of(std::uint32_t size) {
    KindMap kinds;
    for (std::uint32_t i = 0; i < size; ++i) {
      kinds.set(FakeShadow::kBase + i, 1, BruteForce::kind_of(i));
    }
    return kinds;
  }

  void add_finished() {
    const std::vector<Lifetime> lives = shadow_.take_finished();
    liveness_.add(lives);
    log_.add(lives, liveness_.epochs());
  }

  std::uint32_t pick(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_() % std::max(below, 1U));
  }

  Liveness::Options options() {
    return {.window_ticks = 1 + pick(200),
            .chunk_shift = 3 + pick(5),
            .segments_before_merge = pick(30),
            .timeline_samples = 1 + pick(16)};
  }

  void access() {
    const std::uint32_t widest = bulk_ && pick(3) == 0 ? size_ : 8;
    const std::uint32_t count = 1 + pick(std::min(size_, widest));
    const std::uint32_t first = pick(size_ - count + 1);
    if (pick(5) < 2) {
      shadow_.write(first, count, tick_);
      brute_.write(first, count, now_);
    } else {
      shadow_.read(first, count, tick_);
      brute_.read(first, count, now_);
    }
  }

  void event() {
    if (pick(2) == 0) {
      add_finished();
    }
    switch (pick(4)) {
      case 0:
        marks_.push_back(now_);
        liveness_.mark(now_);
        break;
      case 1:
        add_finished();
        liveness_.interval(now_, shadow_);
        log_.sift(liveness_, shadow_);
        break;
      case 2:
        add_finished();
        liveness_.condense(1 + pick(static_cast<std::uint32_t>(now_)), shadow_);
        log_.sift(liveness_, shadow_);
        break;
      default: {
        add_finished();
        const std::vector<Tick> old = shadow_.renumber();
        tick_ = shadow_.next_tick() + pick(3);
        liveness_.renumber(old, tick_, now_);
        break;
      }
    }
  }

  /// The same height, at an instant of the interval at which that is the level indeed.
  void expect_equal(const LivePeak& actual, Instant begin, Instant end) {
    SCOPED_TRACE("from " + std::to_string(begin) + " to " + std::to_string(end));
    ASSERT_EQ(actual.bytes, highest(levels_, begin, end));
    if (begin < end) {
      ASSERT_GE(actual.at, begin);
      ASSERT_LT(actual.at, end);
      EXPECT_EQ(levels_[static_cast<std::size_t>(actual.at)], actual.bytes);
    }
    if (actual.bytes > 0) {
      EXPECT_EQ(actual.by_kind, by_kind_[static_cast<std::size_t>(actual.at)]);
    }
  }

  void check_log() {
    ASSERT_TRUE(log_.complete());
    const LivePeak peak = liveness_.peak();
    std::vector<std::uint32_t> logged;
    for (const PeakLog::Range& range : log_.alive_at(peak.at)) {
      for (std::uint32_t i = 0; i < range.bytes; ++i) {
        logged.push_back(range.address - FakeShadow::kBase + i);
      }
    }
    std::sort(logged.begin(), logged.end());  // an instruction may end one life and begin the next
    EXPECT_EQ(logged, brute_.alive(peak.at, now_ + 2));
  }

  void check_timeline() {
    const std::vector<LivePeak> samples = liveness_.timeline();
    const Instant spacing = liveness_.timeline_spacing();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const Instant begin = std::max<Instant>(i * spacing, kFirstTick);
      const Instant end = std::min<Instant>((i + 1) * spacing, levels_.size());
      expect_equal(samples[i], begin, end);
    }
  }

  std::mt19937 random_;
  bool bulk_;
  std::uint32_t size_;
  FakeShadow shadow_;
  BruteForce brute_;
  KindMap kinds_;
  Liveness liveness_;
  PeakLog log_;
  std::vector<std::uint64_t> levels_;
  std::vector<BytesByKind> by_kind_;
  Instant now_ = kFirstTick;
  Tick tick_ = kFirstTick;
  std::vector<Instant> marks_{kFirstTick};
};

TEST(Liveness, EqualsBruteForceOnRandomPrograms) {
  for (unsigned seed = 0; seed < 6000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRun random_run(seed);
    random_run.run();
    random_run.check();
    if (::testing::Test::HasFailure()) {
      return;
    }
  }
}

TEST(Liveness, IsNothingWithoutAccesses) {
  const FakeShadow shadow(4);
  Liveness liveness;
  liveness.finish(1000, shadow);
  EXPECT_EQ(liveness.peak().bytes, 0U);
  EXPECT_EQ(liveness.peak(kFirstTick, kFirstTick).bytes, 0U);
}

TEST(Liveness, LoadedBytesLiveFromTheStartUntilTheirLastRead) {
  FakeShadow shadow(100);
  shadow.mark_loaded(0, 100);
  shadow.read(0, 60, 50);
  Liveness liveness;
  liveness.mark(51);
  liveness.finish(100, shadow);
  EXPECT_EQ(liveness.peak().bytes, 60U);
  EXPECT_EQ(liveness.peak().at, Instant{kFirstTick});
  EXPECT_EQ(liveness.peak(51, liveness.end()).bytes, 0U);
}

TEST(Liveness, AByteReadLaterIsLiveInBetween) {
  FakeShadow shadow(8);
  Liveness liveness;
  shadow.write(0, 8, 10);
  liveness.mark(20);
  liveness.mark(30);
  shadow.read(0, 4, 40);
  liveness.finish(50, shadow);
  EXPECT_EQ(liveness.peak(20, 30).bytes, 4U);
  EXPECT_EQ(liveness.peak().at, Instant{10});
}

TEST(Liveness, SaysWhenTheStampsWereContradicted) {
  const FakeShadow empty(1);
  Liveness liveness;
  liveness.condense(1000, empty);
  const Lifetime unannounced{.born = 500, .last_read = 600, .bytes = 4};
  liveness.add({&unannounced, 1});
  EXPECT_FALSE(liveness.exact());
  liveness.finish(2000, empty);
  EXPECT_GE(liveness.peak().bytes, 4U);
}

TEST(Liveness, MemoryStaysBoundedOverALongRun) {
  FakeShadow shadow(64);
  Liveness liveness({.window_ticks = 1 << 12, .chunk_shift = 8, .segments_before_merge = 256});
  std::mt19937 random(1);
  std::size_t largest = 0;
  for (Tick now = kFirstTick; now < 2'000'000; ++now) {
    const auto at = static_cast<std::uint32_t>(random() % 61);
    if (now % 3 == 0) {
      shadow.write(at, 4, now);
    } else {
      shadow.read(at, 4, now);
    }
    if (now % 1024 == 0) {
      liveness.add(shadow.take_finished());
      liveness.interval(now, shadow);
      largest = std::max(largest, liveness.memory_bytes());
    }
  }
  EXPECT_LT(largest, 600'000U);
  liveness.finish(2'000'000, shadow);
  EXPECT_GT(liveness.peak().bytes, 30U);
  EXPECT_TRUE(liveness.exact());
}

}  // namespace
}  // namespace sramscope::profiler
