#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <numeric>
#include <vector>

#include "isa/encoding.h"
#include "isa/insn.h"
#include "isa/rows.h"

namespace sramscope::isa {
namespace {

/// Rows that can match a first halfword, by its upper twelve bits; within a bucket the most
/// specific comes first. Rows that match the same word are strict specialisations of one another,
/// so the first match is the right one.
class Index {
 public:
  Index() {
    std::vector<std::uint16_t> order(rows().size());
    std::iota(order.begin(), order.end(), std::uint16_t{0});
    std::stable_sort(order.begin(), order.end(), [](std::uint16_t a, std::uint16_t b) {
      return std::popcount(rows()[a].encoding.mask()) > std::popcount(rows()[b].encoding.mask());
    });
    for (const std::uint16_t i : order) add(i);
  }
  const std::vector<std::uint16_t>& rows_for(std::uint16_t hw1) const { return buckets_[hw1 >> 4]; }

 private:
  /// Into the bucket of each value of the bits that the row leaves open.
  void add(std::uint16_t i) {
    const Encoding& e = rows()[i].encoding;
    const unsigned shift = e.size() == 2 ? 4 : 20;
    const std::uint32_t open = ~(e.mask() >> shift) & 0xfff;
    const std::uint32_t fixed = e.match() >> shift & 0xfff;
    std::uint32_t value = 0;
    do {
      buckets_[fixed | value].push_back(i);
      value = (value - open) & open;
    } while (value != 0);
  }
  std::array<std::vector<std::uint16_t>, 4096> buckets_;
};

const Index& index() {
  static const Index kIndex;
  return kIndex;
}

/// The fields that have a letter by convention (encoding.h).
void set_conventional_fields(Insn& in, const Fields& f) {
  const auto reg = [&f](char letter) {
    return f.has(letter) ? static_cast<std::uint8_t>(f(letter)) : kNoReg;
  };
  in.d = reg('d');
  in.n = f.has('b') ? reg('b') : reg('n');
  in.m = reg('m');
  in.a = reg('a');
  in.imm = f('i');
  if (f.has('c')) in.cond = static_cast<std::uint8_t>(f('c'));
  in.shift_type = static_cast<std::uint8_t>(f('y'));
  in.sets_flags = f('S') != 0;
  if (f.has('P')) in.index = f('P') != 0;
  if (f.has('U')) in.add = f('U') != 0;
  in.writeback = f('W') != 0;
}

}  // namespace

const OpFacts& facts(Op op) {
  static constexpr OpFacts kFacts[] = {
#define INSN(id, pattern, since, timing, form) {#id, Since::since, Timing::timing},
#include "isa/all.def"
#undef INSN
      {"Undefined", Since::V6M, Timing::Supervisor},
  };
  static_assert(std::size(kFacts) == kOpCount);
  assert(static_cast<unsigned>(op) < kOpCount);
  return kFacts[static_cast<unsigned>(op)];
}

Insn decode(std::uint16_t hw1, std::uint16_t hw2, Addr address, const Arch& arch, bool in_it) {
  Insn undefined;
  undefined.address = address;
  undefined.size = static_cast<std::uint8_t>(insn_size(hw1));
  const std::uint32_t word = undefined.size == 2 ? hw1 : std::uint32_t{hw1} << 16 | hw2;
  undefined.imm = word;
  for (const std::uint16_t i : index().rows_for(hw1)) {
    const Row& row = rows()[i];
    if (!row.encoding.matches(word) || !arch.has(facts(row.op).since)) continue;
    const Fields fields{row.encoding, word, address, arch, in_it};
    Insn in;
    in.op = row.op;
    in.address = address;
    in.size = undefined.size;
    set_conventional_fields(in, fields);
    if (facts(row.op).timing == Timing::Compare) in.sets_flags = true;
    return row.form(in, fields) ? in : undefined;
  }
  return undefined;
}

}  // namespace sramscope::isa
