#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include "isa/rows.h"
#include "tests/support/runner_vectors.h"

/// A slice of the runner's vectors, about 20,000 per core, as one checksum of outcomes per row.
namespace sramscope::testing {

using Checksums = std::map<std::string, std::uint32_t, std::less<>>;

inline constexpr std::size_t kSliceVectors = 20'000;

/// What our semantic functions make of the slice.
inline Checksums slice_checksums(CoreKind core) {
  RunnerVectors vectors(core, kRunnerSeed);
  std::size_t rows = 0;
  for (const isa::Row& row : isa::rows()) rows += vectors.covers(row) ? 1 : 0;
  const std::size_t per_row = (kSliceVectors + rows - 1) / rows;
  Checksums sums;
  for (const isa::Row& row : isa::rows()) {
    if (!vectors.covers(row)) continue;
    vectors.start(row);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < per_row; ++i) {
      const auto vector = vectors.next(row);
      if (!vector) break;
      sum = add_to_checksum(sum, vector->after, vector->memory_hash);
    }
    sums[std::string(isa::facts(row.op).name)] = sum;
  }
  return sums;
}

inline void write_checksums(const std::string& path, const Checksums& sums) {
  std::ofstream out(path);
  out << "# Checksums of outcomes that QEMU 7.2 agreed with, written by ./dev differential "
         "--update.\n";
  for (const auto& [name, sum] : sums) out << name << ' ' << std::hex << sum << '\n';
}

inline Checksums read_checksums(const std::string& path) {
  Checksums sums;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t space = line.find(' ');
    if (line.empty() || line[0] == '#' || space == std::string::npos) continue;
    sums[line.substr(0, space)] =
        static_cast<std::uint32_t>(std::stoul(line.substr(space + 1), nullptr, 16));
  }
  return sums;
}

}  // namespace sramscope::testing
