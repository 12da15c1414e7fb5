#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "sramscope/profiler.h"
#include "tests/support/fake_memory_view.h"

namespace sramscope {
namespace {

using sramscope::testing::FakeShadow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Plays a firmware to a Profiler: one cycle and a half per instruction, no timing model, no code.
class FakeRun {
 public:
  explicit FakeRun(std::uint32_t bytes = 256) : shadow_(bytes) {
    profiler_.on_start(moment(), shadow_);
  }

  FakeShadow& shadow() { return shadow_; }
  Profiler& profiler() { return profiler_; }

  /// Instructions that touch no memory.
  void idle(std::uint32_t count) {
    tick_ += count;
    totals_.instructions += count;
    totals_.cycles += count + count / 2;
  }
  void write(std::uint32_t first, std::uint32_t count) {
    shadow_.write(first, count, tick_);
    idle(1);
    ++totals_.stores;
    totals_.store_bytes += count;
  }
  void read(std::uint32_t first, std::uint32_t count) {
    shadow_.read(first, count, tick_);
    idle(1);
    ++totals_.loads;
    totals_.load_bytes += count;
  }
  void begin(const std::string& name, LayerKind kind = LayerKind::layer) {
    deliver();
    profiler_.on_layer_begin(kind, name, moment(), shadow_);
    deepest_ = stack_;
  }
  void end(const std::string& name, LayerKind kind = LayerKind::layer) {
    deliver();
    profiler_.on_layer_end(kind, name, moment(), shadow_);
    deepest_ = stack_;
  }
  void stack(std::uint32_t depth) {
    stack_ = depth;
    deepest_ = std::max(deepest_, depth);
  }
  void tensor(const std::string& name) {
    profiler_.on_tensor(name, FakeShadow::kBase, 4, moment());
    deepest_ = stack_;
  }
  void interval() {
    deliver();
    profiler_.on_interval(moment(), shadow_);
    deepest_ = stack_;
  }
  void renumber() {
    interval();
    const std::vector<Tick> old = shadow_.renumber();
    tick_ = shadow_.next_tick();
    profiler_.on_renumber(old, tick_);
  }
  Report stop(StopKind kind = StopKind::exited) {
    deliver();
    profiler_.on_stop(moment(), shadow_);
    RunResult result;
    result.stop.kind = kind;
    result.totals = totals_;
    return profiler_.finish(result, Board{}, Image{});
  }

 private:
  Moment moment() const { return {tick_, totals_, deepest_, stack_}; }
  void deliver() { profiler_.on_lifetimes(shadow_.take_finished()); }

  FakeShadow shadow_;
  Profiler profiler_;
  Tick tick_ = kFirstTick;
  Counters totals_;
  std::uint32_t stack_ = 0;
  std::uint32_t deepest_ = 0;
};

TEST(Profiler, CountsPerLayerAndOutside) {
  FakeRun run;
  run.idle(10);
  run.begin("net", LayerKind::network);
  run.idle(4);
  run.begin("conv");
  run.write(0, 4);
  run.read(0, 4);
  run.end("conv");
  run.end("net", LayerKind::network);
  run.idle(2);
  const Report report = run.stop();

  ASSERT_THAT(report.layers, SizeIs(2));
  EXPECT_EQ(report.layers[0].name, "net");
  EXPECT_EQ(report.layers[0].parent, -1);
  EXPECT_EQ(report.layers[0].inclusive.instructions, 6U);
  EXPECT_EQ(report.layers[0].exclusive.instructions, 4U);
  EXPECT_EQ(report.layers[1].parent, 0);
  EXPECT_EQ(report.layers[1].inclusive.loads, 1U);
  EXPECT_EQ(report.layers[1].inclusive.store_bytes, 4U);
  EXPECT_EQ(report.outside.instructions, 12U);
  EXPECT_EQ(report.total.instructions, 18U);
  EXPECT_EQ(check_conservation(report), "");
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(Profiler, SumsExecutionsOfTheSamePathAndKeepsTheList) {
  FakeRun run;
  for (int patch = 0; patch < 3; ++patch) {
    run.begin("block", LayerKind::block);
    run.begin("conv");
    run.write(0, static_cast<std::uint32_t>(8 * (patch + 1)));
    run.read(0, static_cast<std::uint32_t>(8 * (patch + 1)));
    run.end("conv");
    run.end("block", LayerKind::block);
  }
  run.begin("conv");
  run.end("conv");
  const Report report = run.stop();

  ASSERT_THAT(report.layers, SizeIs(3));
  EXPECT_EQ(report.layers[1].executions, 3U);
  EXPECT_EQ(report.layers[1].inclusive.instructions, 6U);
  EXPECT_EQ(report.layers[1].memory.live_peak, 24U);
  EXPECT_EQ(report.layers[2].parent, -1) << "the same name elsewhere is another layer";
  ASSERT_THAT(report.executions, SizeIs(7));
  EXPECT_EQ(report.executions[1].layer.value, 1U);
  EXPECT_EQ(report.executions[1].live_peak, 8U);
  EXPECT_EQ(report.executions[5].live_peak, 24U);
  EXPECT_FALSE(report.executions_truncated);
}

TEST(Profiler, KnownBuffersGiveExactlyTheirBytes) {
  FakeRun run;
  run.begin("a");
  run.write(0, 64);   // input of b
  run.write(64, 32);  // never read: never live
  run.end("a");
  run.begin("b");
  run.read(0, 32);
  run.write(128, 100);  // output
  run.read(32, 32);     // last read of the input
  run.end("b");
  run.begin("c");
  run.read(128, 100);
  run.end("c");
  const Report report = run.stop();

  ASSERT_THAT(report.layers, SizeIs(3));
  EXPECT_EQ(report.layers[0].memory.live_peak, 64U);
  EXPECT_EQ(report.layers[1].memory.live_peak, 132U);
  EXPECT_EQ(report.layers[2].memory.live_peak, 100U);
  EXPECT_EQ(report.memory.live_peak, 132U);
  EXPECT_EQ(report.memory.peak_instruction, 3U);
  EXPECT_EQ(report.layers[0].memory.touched, 96U);
  EXPECT_EQ(report.layers[1].memory.touched, 164U);
  EXPECT_EQ(report.layers[2].memory.touched, 100U);
  EXPECT_EQ(report.memory.touched, 196U);
}

TEST(Profiler, SurvivesRenumberingInTheMiddleOfALayer) {
  FakeRun run;
  run.begin("a");
  run.write(0, 64);
  run.idle(1000);
  run.renumber();
  run.idle(50);
  run.read(0, 64);
  run.renumber();
  run.write(100, 10);
  run.end("a");
  run.begin("b");
  run.read(100, 10);
  run.end("b");
  const Report report = run.stop();
  EXPECT_EQ(report.layers[0].memory.live_peak, 64U);
  EXPECT_EQ(report.layers[0].memory.touched, 74U);
  EXPECT_EQ(report.layers[1].memory.live_peak, 10U);
  EXPECT_EQ(report.layers[1].memory.touched, 10U);
  EXPECT_EQ(report.memory.peak_instruction, 0U);
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST(Profiler, StackIsTheDeepestDuringALayerAndItsParents) {
  FakeRun run;
  run.stack(100);
  run.begin("outer");
  run.stack(120);
  run.begin("inner");
  run.stack(500);
  run.stack(110);
  run.interval();
  run.end("inner");
  run.begin("second");
  run.end("second");
  run.end("outer");
  const Report report = run.stop();
  EXPECT_EQ(report.layers[0].memory.stack, 500U);
  EXPECT_EQ(report.layers[1].memory.stack, 500U);
  EXPECT_EQ(report.layers[2].memory.stack, 110U);
  EXPECT_EQ(report.memory.stack, 500U);
}

TEST(Profiler, StackSeenWhenATensorIsNamedCounts) {
  FakeRun run;
  run.begin("conv");
  run.stack(300);
  run.stack(40);
  run.tensor("input");
  run.end("conv");
  const Report report = run.stop();
  EXPECT_EQ(report.layers[0].memory.stack, 300U);
  EXPECT_EQ(report.memory.stack, 300U);
}

TEST(Profiler, NothingIsTakenAfterTheEnd) {
  FakeRun run;
  run.idle(10);
  run.stop();
  run.begin("late");
  run.write(0, 8);
  run.interval();
  run.tensor("late");
  EXPECT_THAT(run.stop().layers, IsEmpty());
}

TEST(Profiler, EndWithoutBeginIsIgnoredWithAWarning) {
  FakeRun run;
  run.end("conv");
  run.end("conv");
  run.begin("net", LayerKind::network);
  run.end("conv");
  run.end("net", LayerKind::network);
  const Report report = run.stop();
  EXPECT_THAT(
      report.warnings,
      ElementsAre("end of layer 'conv' without its begin, outside every layer: ignored (2 times)",
                  "end of layer 'conv' without its begin, in 'net': ignored"));
  EXPECT_THAT(report.layers, SizeIs(1));
  EXPECT_EQ(check_conservation(report), "");
}

TEST(Profiler, EndOfAnOuterLayerClosesTheInnerOnes) {
  FakeRun run;
  run.begin("net", LayerKind::network);
  run.begin("a");
  run.idle(10);
  run.end("net", LayerKind::network);
  run.idle(5);
  const Report report = run.stop();
  EXPECT_THAT(report.warnings,
              ElementsAre("layer 'a' was still open at the end of network 'net': closed there"));
  EXPECT_EQ(report.layers[1].inclusive.instructions, 10U);
  EXPECT_EQ(report.outside.instructions, 5U);
}

TEST(Profiler, OpenLayersAreClosedAtTheEndOfTheRun) {
  FakeRun run;
  run.begin("net", LayerKind::network);
  run.begin("a");
  run.write(0, 8);
  run.read(0, 8);
  const Report report = run.stop(StopKind::fault);
  EXPECT_TRUE(report.partial);
  EXPECT_THAT(report.warnings,
              ElementsAre("layer 'a' was still open when the run ended: closed there",
                          "network 'net' was still open when the run ended: closed there"));
  EXPECT_EQ(report.layers[1].memory.live_peak, 8U);
  EXPECT_EQ(check_conservation(report), "");
}

TEST(Profiler, EndlessNestingIsCutOff) {
  FakeRun run;
  for (int i = 0; i < 1000; ++i) {
    run.begin("again");
    run.idle(1);
  }
  for (int i = 0; i < 1000; ++i) {
    run.end("again");
  }
  const Report report = run.stop();
  EXPECT_THAT(report.layers, SizeIs(64));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("nested more than 64 deep are ignored")));
  EXPECT_EQ(check_conservation(report), "");
}

TEST(Profiler, ListOfExecutionsHasALimit) {
  FakeRun run;
  for (int i = 0; i < 20'001; ++i) {
    run.begin("tick");
    run.end("tick");
  }
  const Report report = run.stop();
  EXPECT_THAT(report.executions, SizeIs(20'000));
  EXPECT_TRUE(report.executions_truncated);
  EXPECT_EQ(report.layers[0].executions, 20'001U);
}

TEST(Profiler, TensorsAreListedOnceAndTheConsoleHasAFingerprint) {
  FakeRun run;
  for (int i = 0; i < 3; ++i) {
    run.profiler().on_tensor("input", 0x20000000, 64, {});
  }
  run.profiler().on_tensor("input", 0x20000040, 64, {});
  run.profiler().on_console("foo");
  run.profiler().on_console("bar");
  const Report report = run.stop();
  EXPECT_THAT(report.tensors, SizeIs(2));
  EXPECT_EQ(report.console_fnv1a, "bf9cf968");  // FNV-1a's own test vector for "foobar"
  EXPECT_EQ(report.console_bytes, 6U);
}

TEST(Profiler, FiguresAlwaysAddUpWhateverTheMarkers) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    FakeRun run;
    const char* const names[] = {"a", "b", "c", "d"};
    for (int i = 0; i < 60; ++i) {
      const char* name = names[random() % 4];
      const auto kind = static_cast<LayerKind>(1 + random() % 3);
      switch (random() % 6) {
        case 0:
          run.begin(name, kind);
          break;
        case 1:
          run.end(name, kind);
          break;
        case 2:
          run.write(static_cast<std::uint32_t>(random() % 200), 8);
          break;
        case 3:
          run.read(static_cast<std::uint32_t>(random() % 200), 8);
          break;
        case 4:
          run.renumber();
          break;
        default:
          run.idle(static_cast<std::uint32_t>(random() % 50));
          break;
      }
    }
    const Report report = run.stop();
    EXPECT_EQ(check_conservation(report), "");
    for (const LayerReport& layer : report.layers) {
      EXPECT_LE(layer.memory.live_peak, report.memory.live_peak);
      EXPECT_LE(layer.memory.touched, report.memory.touched);
      EXPECT_LT(layer.parent, static_cast<int>(layer.id.value));
    }
  }
}

}  // namespace
}  // namespace sramscope
