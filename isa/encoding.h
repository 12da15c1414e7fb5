#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "isa/arch.h"
#include "sramscope/types.h"

namespace sramscope::isa {

/// The bit pattern of one table row, checked and split into fields at compile time.
///
/// A pattern has 16 or 32 characters, most significant bit first (32: first halfword, then second):
///   '0' '1'  fixed bits;
///   'z' 'o'  should-be-zero and should-be-one bits, "(0)" and "(1)" in the ARM ARM. They take part
///   in the match:
///            see the policy on UNPREDICTABLE in operand_forms.h;
///   'b'      a base register for which 0b1111 selects another row (A5.3.7: Rn == 1111 is the
///   literal form). It is
///            gathered like 'n', and the row does not match when it is all ones;
///   any other letter is a field: all its bits are gathered, first one most significant, wherever
///   they stand.
/// d n m a go to the register fields of Insn, i to `imm`, c to `cond`, S to `sets_flags`, P U W to
/// `index` `add` `writeback`, y to `shift_type`; the others are for the row's form.
class Encoding {
 public:
  template <std::size_t N>
  consteval Encoding(const char (&pattern)[N]) : size_((N - 1) / 8) {
    if (N != 17 && N != 33) throw "a pattern has 16 or 32 characters";
    for (std::size_t i = 0; i < N - 1; ++i) add_bit(pattern[i], static_cast<unsigned>(N - 2 - i));
    check();
  }

  /// Bytes: 2 or 4.
  constexpr unsigned size() const { return size_; }
  /// Bits that a word must have as in `match()`, should-be bits included.
  constexpr std::uint32_t mask() const { return mask_; }
  constexpr std::uint32_t match() const { return match_; }
  /// The part of `mask()` whose violation is UNPREDICTABLE rather than another instruction.
  constexpr std::uint32_t should_be() const { return should_be_; }
  /// The field that must not be all ones; 0 when the row has none.
  constexpr std::uint32_t excluded() const { return fields_[index_of('b')]; }

  /// `word` is the halfword, or the first halfword above the second.
  constexpr bool matches(std::uint32_t word) const {
    const std::uint32_t base = excluded();
    return (word & mask_) == match_ && (base == 0 || (word & base) != base);
  }

  constexpr std::uint32_t field_mask(char letter) const { return fields_[index_of(letter)]; }
  constexpr bool has(char letter) const { return field_mask(letter) != 0; }

  /// The bits of a field, gathered; 0 when the row lacks it.
  constexpr std::uint32_t gather(char letter, std::uint32_t word) const {
    std::uint32_t value = 0;
    for (std::uint32_t rest = field_mask(letter); rest != 0;) {
      const std::uint32_t top = std::bit_floor(rest);
      value = value << 1 | static_cast<std::uint32_t>((word & top) != 0);
      rest ^= top;
    }
    return value;
  }

 private:
  static constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
  static constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
  static constexpr std::size_t index_of(char letter) {
    return static_cast<std::size_t>(is_lower(letter) ? letter - 'a' : letter - 'A' + 26);
  }

  consteval void add_bit(char c, unsigned position) {
    const std::uint32_t bit = 1u << position;
    if (c == '0' || c == '1' || c == 'z' || c == 'o') {
      mask_ |= bit;
      if (c == '1' || c == 'o') match_ |= bit;
      if (c == 'z' || c == 'o') should_be_ |= bit;
    } else if (is_lower(c) || is_upper(c)) {
      fields_[index_of(c)] |= bit;
    } else {
      throw "a pattern holds 0, 1 and letters";
    }
  }

  consteval int width(char letter) const { return std::popcount(field_mask(letter)); }

  consteval void check() const {
    const std::uint32_t first = size_ == 2 ? match_ : match_ >> 16;
    if ((first >= 0xe800) != (size_ == 4)) throw "the first five bits contradict the length";
    for (char flag : {'S', 'P', 'U', 'W'}) {
      if (width(flag) > 1) throw "S, P, U and W are single bits";
    }
    for (char reg : {'d', 'n', 'm', 'a', 'b'}) {
      if (width(reg) > 5) throw "a register field has at most five bits";
    }
    if (width('c') != 0 && width('c') != 4) throw "a condition has four bits";
    if (width('y') != 0 && width('y') != 2) throw "a shift type has two bits";
    if (has('b') && (has('n') || width('b') != 4)) throw "b is a four-bit n";
  }

  std::uint32_t mask_ = 0;
  std::uint32_t match_ = 0;
  std::uint32_t should_be_ = 0;
  unsigned size_;
  std::array<std::uint32_t, 52> fields_{};
};

/// How two rows stand to each other; a table may hold only the first two (and their mirror image).
enum class Overlap : std::uint8_t { disjoint, specialises, generalises, partial };

/// Relation of `a` to `b`: `specialises` when every word of `a` is one of `b`, and `b` has more.
constexpr Overlap overlap(const Encoding& a, const Encoding& b) {
  if (a.size() != b.size()) return Overlap::disjoint;
  const std::uint32_t common = a.mask() & b.mask();
  if ((a.match() & common) != (b.match() & common)) return Overlap::disjoint;
  // A row that fixes all bits of the other's excluded field at one is what was excluded.
  const auto forces = [](const Encoding& row, std::uint32_t field) {
    return field != 0 && (row.mask() & row.match() & field) == field;
  };
  if (forces(a, b.excluded()) || forces(b, a.excluded())) return Overlap::disjoint;
  const auto inside = [](const Encoding& x, const Encoding& y) {
    const std::uint32_t field = y.excluded();
    const bool exclusion_kept =
        field == 0 || x.excluded() == field || (x.mask() & ~x.match() & field) != 0;
    return (x.mask() & y.mask()) == y.mask() && exclusion_kept;
  };
  const bool a_in_b = inside(a, b);
  const bool b_in_a = inside(b, a);
  if (a_in_b && !b_in_a) return Overlap::specialises;
  if (b_in_a && !a_in_b) return Overlap::generalises;
  return Overlap::partial;
}

/// What a form sees: one word, split by its row, and where it stands.
struct Fields {
  const Encoding& encoding;
  std::uint32_t word;
  Addr address;
  const Arch& arch;
  bool in_it;

  constexpr std::uint32_t operator()(char letter) const { return encoding.gather(letter, word); }
  constexpr bool has(char letter) const { return encoding.has(letter); }
  /// The PC as an operand reads it (A5.1.2), and as literal addressing does.
  constexpr Addr pc() const { return address + 4; }
  constexpr Addr aligned_pc() const { return pc() & ~Addr{3}; }
};

}  // namespace sramscope::isa
