// Every micro-kernel takes the cycles that were published for silicon, in both ways of counting.

#include <gtest/gtest.h>

#include "tests/accuracy/measure.h"

namespace sramscope::testing {
namespace {

class Accuracy : public ::testing::TestWithParam<TimingMode> {};

TEST_P(Accuracy, MicroKernelsTakeThePublishedCycles) {
  const auto kernels = published_kernels();
  ASSERT_GT(kernels.size(), 50u);
  for (const PublishedKernel& published : kernels) {
    const double measured = measure(published, GetParam());
    EXPECT_GE(measured, published.least)
        << published.core << " " << published.kernel << ": " << published.source;
    EXPECT_LE(measured, published.most)
        << published.core << " " << published.kernel << ": " << published.source;
  }
}

// nrfx_coredep.h: 3 cycles a turn with the instruction cache, 7 with two wait states and none.
TEST_P(Accuracy, TheDelayLoopWaitsForUncachedFlash) {
  const Result<Board> board = load_board("nrf52840dk");
  ASSERT_TRUE(board.ok());
  EXPECT_EQ(measure(*board, "delay_loop", GetParam()), 7);
  EXPECT_EQ(measure(with_caches_on(*board), "delay_loop", GetParam()), 3);
}

Cycles total_cycles(const std::string& elf, const std::string& board, TimingMode mode) {
  const Result<Image> image = load_elf(std::string(SRAMSCOPE_EXAMPLES_DIR) + "/" + elf);
  const Result<Board> map = load_board(board);
  MachineOptions options;
  options.shadow_memory = false;
  options.timing = mode;
  Result<Machine> machine = Machine::create(*map, *image, std::move(options));
  return machine->run({}, nullptr).totals.cycles;
}

TEST(AccuracyOfTheFastMode, TotalsAreThoseOfTheReferenceWithinOnePercent) {
  for (const char* board : {"mps2-an386", "mps2-an500"}) {
    for (const char* elf : {"small/it_dsp.elf"}) {
      const auto fast = static_cast<double>(total_cycles(elf, board, TimingMode::fast));
      const auto reference = static_cast<double>(total_cycles(elf, board, TimingMode::reference));
      EXPECT_NEAR(fast, reference, reference / 100) << elf << " on " << board;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, Accuracy,
                         ::testing::Values(TimingMode::fast, TimingMode::reference),
                         [](const auto& tested) {
                           return tested.param == TimingMode::fast ? "fast" : "reference";
                         });

}  // namespace
}  // namespace sramscope::testing
