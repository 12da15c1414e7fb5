#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "isa/insn.h"
#include "isa/state.h"
#include "sramscope/types.h"

/// A core over a flat RAM, for tests of the semantic functions: no exceptions, no timing, no system
/// registers.
namespace sramscope::testing {

/// Thrown where the guest would fault or trap.
struct GuestFault {
  enum class Kind {
    access,
    unaligned,
    supervisor_call,
    breakpoint,
    undefined,
    divide_by_zero,
    no_coprocessor,
    stack_limit
  };
  Kind kind;
  std::uint32_t value = 0;  ///< address, or the immediate of the trap
};

class FakeCore {
 public:
  static constexpr Addr kRamBase = 0x20000000;

  explicit FakeCore(std::size_t ram_bytes = 0x1000) : ram(ram_bytes) {}

  std::uint32_t r(unsigned n) const { return state.r[n]; }
  void set_r(unsigned n, std::uint32_t v) { state.r[n] = n == 13 ? v & ~3u : v; }
  void branch(Addr target) { pc = target & ~1u; }
  void branch_exchange(std::uint32_t target) {
    exchanged = true;
    thumb = (target & 1) != 0;
    pc = target & ~1u;
  }
  void branch_interwork(std::uint32_t target) {
    thumb = (target & 1) != 0;
    pc = target & ~1u;
  }
  void check_stack_limit(unsigned n, Addr sp) {
    if (n == 13 && sp < stack_limit) fault(GuestFault::Kind::stack_limit, sp);
  }

  template <class T>
  T load(Addr address) {
    T value;
    std::memcpy(&value, bytes(address, sizeof(T)), sizeof(T));
    return value;
  }
  template <class T>
  void store(Addr address, T value) {
    std::memcpy(bytes(address, sizeof(T)), &value, sizeof(T));
  }
  template <class T>
  T load_aligned(Addr address) {
    require_aligned(address, sizeof(T));
    return load<T>(address);
  }
  template <class T>
  void store_aligned(Addr address, T value) {
    require_aligned(address, sizeof(T));
    store<T>(address, value);
  }

  std::uint32_t load_exclusive(Addr address, unsigned size) {
    require_aligned(address, size);
    exclusive = address;
    if (size == 1) return load<std::uint8_t>(address);
    if (size == 2) return load<std::uint16_t>(address);
    return load<std::uint32_t>(address);
  }
  std::uint32_t store_exclusive(Addr address, unsigned size, std::uint32_t value) {
    require_aligned(address, size);
    const bool held = exclusive == address;
    exclusive.reset();
    if (!held) return 1;
    std::memcpy(bytes(address, size), &value, size);
    return 0;
  }
  void clear_exclusive() { exclusive.reset(); }

  std::uint32_t read_special(unsigned sysm) const { return special[sysm & 31]; }
  void write_special(unsigned sysm, unsigned mask, std::uint32_t value) {
    special[sysm & 31] = value;
    special_mask = mask;
  }
  void change_processor_state(const isa::Insn& in) { last_system = in; }
  void hint(const isa::Insn& in) { last_system = in; }
  void barrier(const isa::Insn& in) { last_system = in; }
  [[noreturn]] void supervisor_call(unsigned n) { fault(GuestFault::Kind::supervisor_call, n); }
  [[noreturn]] void breakpoint(unsigned n) { fault(GuestFault::Kind::breakpoint, n); }
  [[noreturn]] void undefined(const isa::Insn& in) { fault(GuestFault::Kind::undefined, in.imm); }
  [[noreturn]] void coprocessor_absent(const isa::Insn& in) {
    fault(GuestFault::Kind::no_coprocessor, in.imm);
  }
  std::uint32_t test_target(Addr address, isa::TestTarget about) const {
    return address | (about.unprivileged ? 1 : 0) | (about.non_secure ? 2 : 0);
  }
  bool divide_by_zero() {
    if (trap_divide_by_zero) fault(GuestFault::Kind::divide_by_zero, 0);
    return true;
  }
  void use_fpu() { ++fpu_uses; }

  isa::State state;
  std::vector<std::uint8_t> ram;
  std::optional<Addr> pc;  ///< target of a branch taken
  bool exchanged = false;  ///< the branch was a BXWritePC or LoadWritePC ...
  bool thumb = true;       ///< ... and this was bit 0
  std::optional<Addr> exclusive;
  std::array<std::uint32_t, 32> special{};
  unsigned special_mask = 0;
  isa::Insn last_system;
  Addr stack_limit = 0;
  bool trap_divide_by_zero = false;
  unsigned fpu_uses = 0;

 private:
  [[noreturn]] static void fault(GuestFault::Kind kind, std::uint32_t value) {
    throw GuestFault{kind, value};
  }
  std::uint8_t* bytes(Addr address, std::size_t size) {
    const Addr offset = address - kRamBase;
    if (offset > ram.size() || ram.size() - offset < size) fault(GuestFault::Kind::access, address);
    return ram.data() + offset;
  }
  static void require_aligned(Addr address, std::size_t size) {
    if (address % size != 0) fault(GuestFault::Kind::unaligned, address);
  }
};

static_assert(isa::CoreLike<FakeCore>);

}  // namespace sramscope::testing
