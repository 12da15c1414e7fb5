#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <vector>

#include "isa/encoding.h"
#include "isa/insn.h"
#include "isa/rows.h"

namespace sramscope::isa {
namespace {

/// Rows that can match a first halfword, by its upper twelve bits; within a bucket the most specific comes first. Rows
/// that match the same word are strict specialisations of one another, so the first match is the right one.
class Index {
 public:
  Index() {
    for (std::size_t key = 0; key < buckets_.size(); ++key) fill(key);
  }
  const std::vector<std::uint16_t>& rows_for(std::uint16_t hw1) const { return buckets_[hw1 >> 4]; }

 private:
  void fill(std::size_t key) {
    const unsigned size = insn_size(static_cast<std::uint16_t>(key << 4));
    const unsigned shift = size == 2 ? 0 : 16;
    std::vector<std::uint16_t>& bucket = buckets_[key];
    for (std::uint16_t i = 0; i < rows().size(); ++i) {
      const Encoding& e = rows()[i].encoding;
      const std::uint32_t mask = e.mask() >> shift & 0xfff0;
      const std::uint32_t match = e.match() >> shift & 0xfff0;
      if (e.size() == size && (key << 4 & mask) == match) bucket.push_back(i);
    }
    std::stable_sort(bucket.begin(), bucket.end(), [](std::uint16_t a, std::uint16_t b) {
      return std::popcount(rows()[a].encoding.mask()) > std::popcount(rows()[b].encoding.mask());
    });
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
