#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "isa/insn.h"
#include "isa/rows.h"
#include "sramscope/types.h"

/// Random test vectors: one instruction (two where a prefix is needed) with the state it starts
/// from, made from a row of the instruction tables so that it is valid, and its accesses hit the
/// data window.
namespace sramscope::testing {

/// Memory that both sides of a differential test have: data first, then code.
inline constexpr std::size_t kMemoryBytes = 0x6000;
inline constexpr std::size_t kDataBytes = 0x1000;
/// Where it stands: in RAM of the machine on which QEMU has the core.
constexpr Addr memory_base_of(CoreKind core) {
  return core == CoreKind::cortex_m33 ? 0x38000000 : 0x20000000;
}
/// Where the code of a vector starts; literals lie on both sides of it. In front of it stands an
/// entry that sets SP and R0, for firmware that has no register left to jump with; R0 is a literal
/// behind it.
inline constexpr Addr kCodeOffset = 0x3100;
inline constexpr Addr kEntryOffset = kCodeOffset - 8;
inline constexpr Addr kLiteralOffset = kCodeOffset + 0x10;

using Memory = std::array<std::uint8_t, kMemoryBytes>;

/// Registers of a vector; r[15] is the PC, and only set afterwards.
struct MachineState {
  std::array<std::uint32_t, 16> r{};
  std::uint32_t apsr = 0;  ///< NZCVQ in bits 31..27, GE in 19..16
  std::array<std::uint32_t, 32> s{};
  std::uint32_t fpscr = 0;
  friend bool operator==(const MachineState&, const MachineState&) = default;
};

struct Vector {
  isa::Op op = isa::Op::Undefined;  ///< the row under test
  Addr base = 0;                    ///< of the memory
  isa::Insn insn;                   ///< decoded, at its address
  std::array<std::uint16_t, 4> code{};
  unsigned halfwords = 0;
  MachineState before;
  /// Every word of the data window is the address of a Thumb instruction: for loads to PC.
  bool data_is_code_addresses = false;

  Addr slot() const { return base + kCodeOffset; }
  Addr end() const { return slot() + 2 * halfwords; }
};

/// Initial contents of the memory at `base`.
const Memory& pristine_memory(Addr base, bool data_is_code_addresses);
inline const Memory& pristine_memory_of(const Vector& vector) {
  return pristine_memory(vector.base, vector.data_is_code_addresses);
}
/// Replaces the code of the vector before.
void place_code(const Vector& vector, Memory& memory);

/// Makes vectors for one core. The sequence of a row depends on the seed and the row's name alone.
class VectorGenerator {
 public:
  VectorGenerator(CoreKind core, std::uint64_t seed);

  /// A row that this core has and that a vector can test. Left out: traps, waiting, barriers,
  /// special registers other than APSR, IT by itself.
  bool covers(const isa::Row& row) const;
  /// Begins the sequence of a row.
  void start(const isa::Row& row);
  /// Nothing when the row has no encoding for this core.
  std::optional<Vector> make(const isa::Row& row);

 private:
  std::uint32_t random() { return static_cast<std::uint32_t>(random_() >> 32); }
  std::uint32_t below(std::uint32_t limit) { return random() % limit; }
  bool one_in(std::uint32_t n) { return below(n) == 0; }

  std::uint32_t any_integer();
  std::uint32_t any_float();
  std::uint64_t any_double();
  std::uint32_t corner_float();
  std::uint64_t corner_double();
  std::uint32_t any_half_pair();
  std::uint32_t any_fpscr();
  std::uint32_t code_address() { return base_ + 0x2000 + below(0x800) * 2; }

  std::uint32_t near_branch(isa::Op op, std::uint32_t bits);
  bool choose_encoding(const isa::Row& row, Vector& vector);
  void fill_registers(const isa::Row& row, Vector& vector);
  void fill_floats(const isa::Row& row, MachineState& state);
  bool constrain(Vector& vector);
  bool constrain_address(Vector& vector);
  bool constrain_list(Vector& vector);
  bool constrain_branch(Vector& vector);
  bool constrain_pc_write(Vector& vector);

  isa::Arch arch_;
  Addr base_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
};

/// The state as text, one register per line that differs from `reference`.
std::string describe_difference(const MachineState& state, const MachineState& reference);
std::string describe(const Vector& vector);

}  // namespace sramscope::testing
