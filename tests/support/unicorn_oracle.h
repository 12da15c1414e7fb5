#pragma once

#include <cstdint>
#include <memory>

#include "tests/support/vector_core.h"
#include "tests/support/vectors.h"

struct uc_struct;
struct uc_context;

namespace sramscope::testing {

/// Runs vectors on Unicorn, in process.
class UnicornOracle {
 public:
  /// One of cortex_m0 (which stands for the M0+ as well), m3, m4, m7, m33: Unicorn has no others.
  explicit UnicornOracle(CoreKind core);
  ~UnicornOracle();
  UnicornOracle(const UnicornOracle&) = delete;
  UnicornOracle& operator=(const UnicornOracle&) = delete;

  /// The memory that the guest sees at `memory_base_of(core)`.
  Memory& memory() { return *memory_; }
  /// Runs until `stop`, the address at which the other side ended.
  Outcome run(const Vector& vector, Addr stop);

 private:
  void warm_up();
  void write_state(const MachineState& state);
  MachineState read_state();

  CoreKind core_;
  bool fpu_;
  bool dsp_;
  bool sticky_;
  uc_struct* engine_ = nullptr;
  uc_context* clean_ = nullptr;
  std::uint8_t* mapping_ = nullptr;
  Memory* memory_ = nullptr;
};

}  // namespace sramscope::testing
