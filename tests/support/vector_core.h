#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/vectors.h"

/// Runs vectors on the semantic functions of isa/.
namespace sramscope::testing {

/// What a side of the differential test made of a vector.
struct Outcome {
  std::string fault;  ///< empty when the vector ran to its end
  MachineState after;
};

/// A core of its own kind over the memory of a vector, with APSR as its only special register.
class VectorRunner {
 public:
  explicit VectorRunner(CoreKind core) : arch_(isa::arch_of(core)) {}
  /// Starts from `pristine_memory` and leaves the memory for comparison.
  Outcome run(const Vector& vector, Memory& memory) const;

 private:
  isa::Arch arch_;
};

}  // namespace sramscope::testing
