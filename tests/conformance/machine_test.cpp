// Whole firmwares on the machine: both drivers agree, the profile of known buffers is exact, code
// may change itself, tail calls are jumps.

#include <gtest/gtest.h>
#include <pthread.h>

#include <map>
#include <string>

#include "sramscope/machine.h"
#include "sramscope/profiler.h"

namespace sramscope {
namespace {

struct Outcome {
  RunResult result;
  Report report;
  std::string console;
};

std::string example(const std::string& name) {
  return std::string(SRAMSCOPE_EXAMPLES_DIR) + "/" + name + ".elf";
}

Outcome run(const std::string& elf, const std::string& board, MachineOptions options = {},
            Limits limits = {}) {
  Outcome outcome;
  const Result<Image> image = load_elf(elf);
  EXPECT_TRUE(image.ok()) << image.error().message;
  const Result<Board> map = load_board(board);
  EXPECT_TRUE(map.ok()) << map.error().message;
  Profiler profiler(*map, *image);
  options.console = [&](std::string_view text) {
    outcome.console += text;
    profiler.on_console(text);
  };
  Result<Machine> machine = Machine::create(*map, *image, std::move(options));
  EXPECT_TRUE(machine.ok()) << machine.error().message;
  outcome.result = machine->run(limits, &profiler);
  outcome.report = profiler.finish(outcome.result, *map, *image);
  EXPECT_EQ(check_conservation(outcome.report), "");
  return outcome;
}

TEST(MachineTest, TheCausesOfTheCyclesMakeTheCycles) {
  for (const char* name : {"patch_m4", "small/it_dsp", "small/dwt"}) {
    const Counters totals = run(example(name), "mps2-an386").result.totals;
    Cycles sum = 0;
    for (const Cycles cycles : totals.by_cause) sum += cycles;
    EXPECT_EQ(sum, totals.cycles) << name;
    // A Cortex-M4 issues an instruction in a cycle of its own, but for a folded IT.
    const Cycles issued = totals.by_cause[static_cast<std::size_t>(CycleCause::issue)];
    EXPECT_LE(issued, totals.instructions) << name;
    EXPECT_GT(issued, totals.instructions * 9 / 10) << name;
    EXPECT_GT(totals.by_cause[static_cast<std::size_t>(CycleCause::branch)], 0u) << name;
  }
}

TEST(MachineTest, WhatInstructionsTookMakesTheCycles) {
  for (const char* board : {"mps2-an386", "mps2-an500"}) {
    MachineOptions options;
    options.cost_instructions = true;
    const RunResult result = run(example("patch_m4"), board, std::move(options)).result;
    const Counters plain = run(example("patch_m4"), board).result.totals;
    EXPECT_EQ(result.totals.cycles, plain.cycles);
    EXPECT_EQ(result.totals.by_cause, plain.by_cause);
    Cycles sum = 0;
    std::uint64_t executions = 0;
    for (const InstructionCost& cost : result.instructions) {
      executions += cost.executions;
      for (const Cycles cycles : cost.by_cause) sum += cycles;
    }
    // The exit is not the last instruction of its block.
    EXPECT_NEAR(static_cast<double>(sum), static_cast<double>(plain.cycles), 100);
    EXPECT_NEAR(static_cast<double>(executions), static_cast<double>(plain.instructions), 100);
  }
}

std::map<std::string, MemoryPeaks> by_name(const Report& report) {
  std::map<std::string, MemoryPeaks> peaks;
  for (const LayerReport& layer : report.layers) peaks[layer.name] = layer.memory;
  return peaks;
}

TEST(MachineTest, BothDriversAndBothProfileLevelsGiveTheSameRun) {
  for (const char* name :
       {"patch_m4", "small/it_dsp", "small/self_modifying", "small/hello", "small/dwt"}) {
    const std::string elf = example(name);
    const Outcome threaded = run(elf, "mps2-an386");
    EXPECT_EQ(threaded.result.stop.kind, StopKind::exited) << threaded.result.stop.message;
    EXPECT_EQ(threaded.result.stop.exit_status, 0u) << name;
    MachineOptions plain;
    plain.driver = Driver::plain_loop;
    const Outcome looped = run(elf, "mps2-an386", plain);
    EXPECT_EQ(to_json(threaded.report), to_json(looped.report)) << name;
    MachineOptions bare;
    bare.shadow_memory = false;
    const Outcome unmeasured = run(elf, "mps2-an386", bare);
    EXPECT_EQ(threaded.result.totals, unmeasured.result.totals) << name;
    EXPECT_EQ(threaded.console, unmeasured.console) << name;
  }
}

TEST(MachineTest, TheSameInputGivesTheSameReport) {
  const Outcome first = run(example("small/hello"), "mps2-an386");
  const Outcome second = run(example("small/hello"), "mps2-an386");
  EXPECT_EQ(to_json(first.report), to_json(second.report));
}

TEST(MachineTest, BothSchedulesPrintTheSameBytesAndPatchingSavesMemory) {
  const Outcome layer = run(example("layer_m7"), "stm32f746g-disco");
  const Outcome patch = run(example("patch_m7"), "stm32f746g-disco");
  EXPECT_EQ(layer.console, patch.console);
  EXPECT_NE(layer.console.find("FNV "), std::string::npos);
  EXPECT_GT(layer.report.memory.live_peak, 256u * 1024);
  EXPECT_LT(patch.report.memory.live_peak, 128u * 1024);
  EXPECT_GT(patch.result.totals.instructions, layer.result.totals.instructions);
}

/// The table in examples/small/known_buffers.c.
TEST(MachineTest, KnownBuffersGiveExactlyTheBytesExpected) {
  for (const Tick renumber_at : {Tick{0x7f000000}, Tick{5000}}) {
    MachineOptions options;
    options.renumber_at = renumber_at;
    const Outcome outcome = run(example("small/known_buffers"), "mps2-an386", options);
    const auto peaks = by_name(outcome.report);
    const std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> expected = {
        {"initialised", {128, 128}}, {"write_then_read", {1000, 1000}}, {"never_read", {0, 500}},
        {"fill", {256, 256}},        {"in_place", {256, 256}},          {"drain", {256, 256}},
        {"producer", {600, 600}},    {"consumer", {600, 900}},          {"half_read", {100, 100}},
        {"low_bytes", {64, 256}},    {"rewrite", {400, 400}},           {"multiple", {24, 24}}};
    for (const auto& [name, figures] : expected) {
      ASSERT_TRUE(peaks.contains(name)) << name;
      EXPECT_EQ(peaks.at(name).live_peak, figures.first) << name;
      EXPECT_EQ(peaks.at(name).touched, figures.second) << name;
    }
    EXPECT_EQ(outcome.report.memory.live_peak, 1000u);
  }
}

TEST(MachineTest, AFaultSaysWhereAndWhyAndKeepsWhatWasMeasured) {
  const Outcome outcome = run(example("small/unmapped_store"), "mps2-an386");
  EXPECT_EQ(outcome.result.stop.kind, StopKind::fault);
  const std::string& message = outcome.result.stop.message;
  EXPECT_NE(message.find("store outside memory: 4 bytes at 0x20400000"), std::string::npos)
      << message;
  EXPECT_NE(message.find("past the end of SSRAM23"), std::string::npos) << message;
  EXPECT_NE(message.find("in layer 'broken/block1/overrun'"), std::string::npos) << message;
  EXPECT_TRUE(outcome.report.partial);
  EXPECT_FALSE(outcome.report.layers.empty());
}

TEST(MachineTest, LimitsStopAtABlockBoundaryAndTheRunCanGoOn) {
  const Result<Image> image = load_elf(example("small/hello"));
  const Result<Board> board = load_board("mps2-an386");
  Result<Machine> machine = Machine::create(*board, *image);
  Limits limits;
  limits.max_instructions = 5000;
  const RunResult part = machine->run(limits, nullptr);
  EXPECT_EQ(part.stop.kind, StopKind::instruction_limit);
  EXPECT_GE(part.totals.instructions, 5000u);
  EXPECT_LT(part.totals.instructions, 5200u);
  const RunResult rest = machine->run({}, nullptr);
  EXPECT_EQ(rest.stop.kind, StopKind::exited);
  EXPECT_EQ(rest.totals, run(example("small/hello"), "mps2-an386").result.totals);
}

/// If a handler's jump to the next one were a call, 50 M instructions would need gigabytes of host
/// stack.
TEST(MachineTest, HandlersJumpAndDoNotCall) {
  struct Job {
    std::uint64_t instructions = 0;
    static void* run(void* job) {
      const Result<Image> image = load_elf(example("layer_m4"));
      const Result<Board> board = load_board("mps2-an386");
      Result<Machine> machine = Machine::create(*board, *image);
      Limits limits;
      limits.max_instructions = 50'000'000;
      static_cast<Job*>(job)->instructions = machine->run(limits, nullptr).totals.instructions;
      return nullptr;
    }
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  // 64 KiB for the handlers plus what loading an ELF file needs.
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
  Job job;
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, &Job::run, &job), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_GE(job.instructions, 50'000'000u);
}

}  // namespace
}  // namespace sramscope
