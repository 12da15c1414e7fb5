#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tests/support/vector_core.h"
#include "tests/support/vectors.h"

/// The vectors that the runner firmware (tests/differential/qemu_runner) can execute, with what
/// they come to on our semantic functions, and the files in which they travel.
namespace sramscope::testing {

/// A vector and its outcome here.
struct RunnerVector {
  Vector vector;
  MachineState after;
  /// Of the words of data that the vector changed; those that the frame of the final fault hides
  /// are left out.
  std::uint32_t memory_hash = 0;
};

/// What the firmware says about a vector.
struct RunnerOutcome {
  MachineState after;
  std::uint32_t cfsr = 0;
  std::uint32_t memory_hash = 0;
};

/// The vectors of VectorGenerator that end where the firmware can catch them, with SP inside the
/// data.
class RunnerVectors {
 public:
  RunnerVectors(CoreKind core, std::uint64_t seed);

  bool covers(const isa::Row& row) const { return generator_.covers(row); }
  void start(const isa::Row& row) { generator_.start(row); }
  /// Nothing when a row has no such vector. `fault` tells of one that faults here.
  std::optional<RunnerVector> next(const isa::Row& row);

 private:
  bool ends_well(const Vector& vector, const MachineState& after) const;
  std::uint32_t hash_and_restore(const Vector& vector, Addr sp);

  VectorGenerator generator_;
  VectorRunner runner_;
  Addr base_;
  std::unique_ptr<Memory> memory_;
  std::optional<bool> memory_kind_;
};

inline constexpr std::uint64_t kRunnerSeed = 20240917;

/// Words of a record: 19, and 33 more with an FPU.
std::size_t record_words(CoreKind core);
/// The contents of vectors.bin.
std::vector<std::uint32_t> encode_vectors(CoreKind core, const std::vector<RunnerVector>& vectors);
/// One record of outcomes.bin, with the bits of xPSR that the core has in APSR.
RunnerOutcome decode_outcome(CoreKind core, const std::uint32_t* record);
/// What CFSR shows when nothing but the end of the vector faulted.
std::uint32_t expected_cfsr(CoreKind core);

/// Folds an outcome into the checksum of its row.
std::uint32_t add_to_checksum(std::uint32_t sum, const MachineState& after, std::uint32_t hash);

}  // namespace sramscope::testing
