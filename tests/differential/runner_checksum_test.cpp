// Our semantics on a slice of the vectors that QEMU 7.2 executed: about 20,000 per core, one
// checksum per row. On a difference
// `./dev differential` tells which vectors, and what QEMU makes of them. A row without a checksum
// is one that was not compared with QEMU yet; `./dev differential --update` adds it.

#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "tests/differential/runner_checksums.h"

namespace sramscope::testing {
namespace {

struct Case {
  CoreKind core;
  const char* name;
};
void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class RunnerChecksums : public ::testing::TestWithParam<Case> {};

TEST_P(RunnerChecksums, OutcomesAreThoseThatQemuAgreedWith) {
  const std::string path = std::string(SRAMSCOPE_SOURCE_DIR "/tests/differential/expected/qemu_") +
                           GetParam().name + ".txt";
  const Checksums expected = read_checksums(path);
  ASSERT_FALSE(expected.empty()) << path;
  const Checksums today = slice_checksums(GetParam().core);
  for (const auto& [row, sum] : expected) {
    const auto found = today.find(row);
    ASSERT_NE(found, today.end()) << row << " is no row any more";
    EXPECT_EQ(found->second, sum) << row;
  }
  std::cout << expected.size() << " of " << today.size() << " rows compared with QEMU\n";
}

INSTANTIATE_TEST_SUITE_P(Cores, RunnerChecksums,
                         ::testing::Values(Case{CoreKind::cortex_m0plus, "cortex-m0plus"},
                                           Case{CoreKind::cortex_m3, "cortex-m3"},
                                           Case{CoreKind::cortex_m4, "cortex-m4"},
                                           Case{CoreKind::cortex_m7, "cortex-m7"},
                                           Case{CoreKind::cortex_m33, "cortex-m33"}),
                         [](const auto& tested) {
                           std::string name = tested.param.name;
                           name.erase(name.find('-'), 1);
                           return name;
                         });

}  // namespace
}  // namespace sramscope::testing
