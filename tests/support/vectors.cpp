#include "tests/support/vectors.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string_view>

#include "isa/fpu.h"

namespace sramscope::testing {
namespace {

using isa::Insn;
using isa::Op;
using isa::Row;
using isa::Since;
using isa::Timing;

Memory make_memory(Addr base, bool data_is_code_addresses) {
  Memory memory;
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < kMemoryBytes; i += 4) {
    auto word = static_cast<std::uint32_t>(random());
    if (i >= kDataBytes)
      word = (word & 0x00ff00ffu) | 0xde00de00u;  // UDF: whoever gets there is caught
    if (i < kDataBytes && data_is_code_addresses) word = base + 0x2001 + (word & 0xffe);
    std::memcpy(memory.data() + i, &word, 4);
  }
  return memory;
}

bool is_float(const Row& row) {
  const Since since = isa::facts(row.op).since;
  return since == Since::FP || since == Since::FP5 || since == Since::FPD;
}
bool name_has(Op op, std::string_view part) {
  return isa::facts(op).name.find(part) != std::string_view::npos;
}

bool is_direct_branch(const Row& row) {
  const Timing timing = isa::facts(row.op).timing;
  return timing == Timing::Branch || timing == Timing::BranchCond || timing == Timing::BranchLink;
}

std::string hex(std::uint32_t value) {
  std::array<char, 9> text{};
  std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(value));
  return text.data();
}

/// LDA, STL: never unaligned.
bool is_ordered(Op op) { return name_has(op, "LDA") || name_has(op, "STL"); }

/// Scale of a register offset.
unsigned index_shift(const Insn& in) {
  if (in.op == Op::TBH_T1) return 1;
  return isa::facts(in.op).timing == Timing::TableBranch ? 0 : in.shift_n;
}

}  // namespace

const Memory& pristine_memory(Addr base, bool data_is_code_addresses) {
  static const Memory kData = make_memory(0, false);
  static const Memory kAddresses = make_memory(memory_base_of(CoreKind::cortex_m3), true);
  static const Memory kOtherAddresses = make_memory(memory_base_of(CoreKind::cortex_m33), true);
  if (!data_is_code_addresses) return kData;
  return base == memory_base_of(CoreKind::cortex_m33) ? kOtherAddresses : kAddresses;
}

VectorGenerator::VectorGenerator(CoreKind core, std::uint64_t seed)
    : arch_(isa::arch_of(core)), base_(memory_base_of(core)), seed_(seed), random_(seed) {}

void VectorGenerator::start(const Row& row) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : isa::facts(row.op).name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  random_.seed(hash ^ seed_);
}

bool VectorGenerator::covers(const Row& row) const {
  const isa::OpFacts& facts = isa::facts(row.op);
  if (!arch_.has(facts.since)) return false;
  switch (facts.timing) {
    case Timing::Supervisor:
    case Timing::Wait:
    case Timing::Barrier:
    case Timing::It:
      return false;
    case Timing::System:
      return row.op == Op::MRS_T1 || row.op == Op::MSR_T1 || row.op == Op::CLREX_T1;
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      return row.op != Op::VLLDM_T1 && row.op != Op::VLSTM_T1;
    // YIELD stops Unicorn.
    default:
      return facts.since != Since::MVE && row.op != Op::YIELD_T1 && row.op != Op::YIELD_T2;
  }
}

std::uint32_t VectorGenerator::any_integer() {
  static constexpr std::uint32_t kSpecial[] = {
      0,          1,          2,          0xffffffff, 0xfffffffe, 0x7fffffff, 0x80000000,
      0x80000001, 0x7ffe,     0x7fff,     0x8000,     0xffff,     0x10000,    0x7f,
      0x80,       0xff,       0x100,      0x80008000, 0x7fff7fff, 0x7fff8000, 0xffff8000,
      0x80007fff, 0x80808080, 0x7f7f7f7f, 0x55555555, 0xaaaaaaaa, 31,         32,
      33,         0x00010001, 0xffff0000};
  switch (below(4)) {
    case 0:
      return kSpecial[below(std::size(kSpecial))];
    case 1:
      return one_in(2) ? below(64) : 0u - below(64);
    default:
      return random();
  }
}

std::uint32_t VectorGenerator::any_float() {
  static constexpr std::uint32_t kSpecial[] = {
      0,          0x3f800000, 0x3f000000, 0x40000000, 0x7f800000, 0x7fc00000, 0x7fc12345,
      0x7f800001, 0x7fa54321, 0x00000001, 0x007fffff, 0x00400000, 0x00800000, 0x00800001,
      0x7f7fffff, 0x4f000000, 0x4effffff, 0x4f800000, 0x4f7fffff, 0x3effffff, 0x3f7fffff,
      0x3fc00000, 0x40200000, 0x33000000, 0x33800000, 0x387fc000, 0x477fe000, 0x477ff000,
      0x47800000, 0x38800000, 0x47ffe000};
  const std::uint32_t sign = random() & 0x80000000u;
  const std::uint32_t mantissa = random() & 0x7fffff;
  const std::uint32_t few_bits = 0xffffffffu << below(24) & mantissa;
  switch (below(8)) {
    case 0:
    case 1:
      return kSpecial[below(std::size(kSpecial))] | sign;
    case 2:
      return sign | mantissa >> below(23);  // subnormal
    case 3:
      return sign | (random() & 0x7fffffff);  // anything
    case 4:
      return sign | (0x66 + below(0x42)) << 23 | few_bits;  // around one to 2^39
    case 5:
      return sign | (one_in(2) ? below(8) : 0xf7 + below(8)) << 23 |
             mantissa;  // the ends of the range
    case 6:
      return sign | (0x64 + below(0x30)) << 23 | few_bits;  // around the halves
    default:
      return sign | (0x78 + below(16)) << 23 | (one_in(2) ? mantissa : few_bits);
  }
}

std::uint64_t VectorGenerator::any_double() {
  static constexpr std::uint64_t kSpecial[] = {
      0,
      0x3ff0000000000000,
      0x7ff0000000000000,
      0x7ff8000000000000,
      0x7ff8123456789abc,
      0x7ff0000000000001,
      0x7ff4000000000000,
      1,
      0x000fffffffffffff,
      0x0010000000000000,
      0x7fefffffffffffff,
      0x41e0000000000000,
      0x41dfffffffc00000,
      0x41efffffffe00000,
      0x3fdfffffffffffff,
      0x3fe0000000000000,
      0x4330000000000001,
      0x47efffffe0000000,
      0x47effffff0000000,
      0x3690000000000000,
      0x3810000000000000,
      0x380fffffffffffff,
      0x40effc0000000000,
      0x3e60000000000000,
  };
  const std::uint64_t sign = std::uint64_t{random() & 0x80000000u} << 32;
  const std::uint64_t mantissa = random_() >> 12;
  const std::uint64_t few_bits = ~std::uint64_t{0} << below(53) & mantissa;
  const auto with_exponent = [&](std::uint32_t e, std::uint64_t m) {
    return sign | std::uint64_t{e} << 52 | m;
  };
  switch (below(8)) {
    case 0:
    case 1:
      return kSpecial[below(std::size(kSpecial))] | sign;
    case 2:
      return sign | mantissa >> below(52);
    case 3:
      return random_();
    case 4:
      return with_exponent(0x3e8 + below(0x42), few_bits);
    case 5:
      return with_exponent(one_in(2) ? below(60) : 0x7c0 + below(0x3f), mantissa);
    case 6:
      return with_exponent(0x368 + below(0x118),
                           one_in(2) ? mantissa : few_bits);  // the range of a single
    default:
      return with_exponent(0x3f8 + below(16), one_in(2) ? mantissa : few_bits);
  }
}

std::uint32_t VectorGenerator::corner_float() {
  static constexpr std::uint32_t kCorner[] = {0,          0, 0x7f800000, 0x7fc12345,
                                              0x7f812345, 1, 0x3f800000, 0x00800000};
  return kCorner[below(8)] | (random() & 0x80000000u);
}

std::uint64_t VectorGenerator::corner_double() {
  static constexpr std::uint64_t kCorner[] = {0,
                                              0,
                                              0x7ff0000000000000,
                                              0x7ff8123456789abc,
                                              0x7ff0123456789abc,
                                              1,
                                              0x3ff0000000000000,
                                              0x0010000000000000};
  return kCorner[below(8)] | std::uint64_t{random() & 0x80000000u} << 32;
}

std::uint32_t VectorGenerator::any_half_pair() {
  static constexpr std::uint32_t kSpecial[] = {0x0000, 0x7c00, 0x7e00, 0x7c01, 0x7d23, 0x0001,
                                               0x03ff, 0x0400, 0x7bff, 0x3c00, 0x7fff};
  const auto half = [&] { return kSpecial[below(std::size(kSpecial))] | (random() & 0x8000); };
  switch (below(3)) {
    case 0:
      return random();
    case 1:
      return half() | half() << 16;
    default:
      return half() | random() << 16;
  }
}

std::uint32_t VectorGenerator::any_fpscr() {
  if (one_in(8)) return random() & isa::fpu::kFpscrMask;
  std::uint32_t modes = 0;
  if (one_in(3)) modes |= random() & isa::fpu::kRoundingMask;
  if (one_in(4)) modes |= isa::fpu::kFlushToZero;
  if (one_in(4)) modes |= isa::fpu::kDefaultNan;
  if (one_in(4)) modes |= isa::fpu::kAlternativeHalf;
  if (one_in(3)) modes |= isa::fpu::kInexact;
  return modes | (random() & 0xf0000000u);
}

/// A 32-bit branch whose target is within 8 KB, in the code of the memory: S, J1 and J2 equal, and
/// so the upper bits.
std::uint32_t VectorGenerator::near_branch(Op op, std::uint32_t bits) {
  const std::uint32_t sign_and_upper = op == Op::B_T3 ? 0x043f2800u : 0x07ff2800u;
  const bool back = one_in(2);
  const std::uint32_t j_bits = back || op != Op::B_T3 ? 0x2800 : 0;
  const std::uint32_t upper = back ? sign_and_upper & 0x07ff0000u : 0;
  return (bits & ~sign_and_upper) | upper | j_bits | (bits & 0x00010000);
}

bool VectorGenerator::choose_encoding(const Row& row, Vector& vector) {
  const isa::Encoding& encoding = row.encoding;
  const bool wants_it = arch_.has(Since::V7M) && one_in(6);
  std::uint32_t bits = (random() & ~encoding.mask()) | encoding.match();
  if (encoding.size() == 4 && is_direct_branch(row) && one_in(2)) bits = near_branch(row.op, bits);
  const std::uint32_t word = encoding.size() == 2 ? bits & 0xffff : bits;
  vector.op = row.op;
  vector.base = base_;
  vector.halfwords = 0;
  if (wants_it) {
    vector.code[vector.halfwords++] = static_cast<std::uint16_t>(0xbf08 | below(14) << 4);
  } else if (isa::facts(row.op).timing == Timing::StoreExclusive) {
    vector.code[vector.halfwords++] = 0xf3bf;  // CLREX: the monitor is in a known state
    vector.code[vector.halfwords++] = 0x8f2f;
  }
  const Addr address = vector.end();
  if (encoding.size() == 4)
    vector.code[vector.halfwords++] = static_cast<std::uint16_t>(word >> 16);
  vector.code[vector.halfwords++] = static_cast<std::uint16_t>(word);
  const auto hw1 = static_cast<std::uint16_t>(encoding.size() == 4 ? word >> 16 : word);
  vector.insn = isa::decode(hw1, static_cast<std::uint16_t>(word), address, arch_, wants_it);
  return vector.insn.op == row.op;
}

void VectorGenerator::fill_floats(const Row& row, MachineState& state) {
  state.fpscr = any_fpscr();
  const bool doubles = isa::facts(row.op).since == Since::FPD;
  const bool halves = name_has(row.op, "F16");
  const bool integers = name_has(row.op, "32_fixed") || name_has(row.op, "16_fixed") ||
                        name_has(row.op, "F32_S32") || name_has(row.op, "F32_U32") ||
                        name_has(row.op, "F64_S32") || name_has(row.op, "F64_U32");
  const bool corner = one_in(12);  // zeros, NaNs and the like meet each other
  for (std::size_t i = 0; i < 32; i += 2) {
    if (doubles && (corner || !one_in(4))) {
      const std::uint64_t value = corner ? corner_double() : any_double();
      state.s[i] = static_cast<std::uint32_t>(value);
      state.s[i + 1] = static_cast<std::uint32_t>(value >> 32);
      continue;
    }
    for (std::size_t j = i; j < i + 2; ++j) {
      state.s[j] = corner ? corner_float() : any_float();
      if (corner) continue;
      if (halves && one_in(2)) state.s[j] = any_half_pair();
      if (integers && one_in(2)) state.s[j] = any_integer();
    }
  }
}

void VectorGenerator::fill_registers(const Row& row, Vector& vector) {
  MachineState& state = vector.before;
  static constexpr std::uint32_t kExtreme[] = {0x80008000, 0x80008000, 0x80000000, 0x7fff8000};
  const bool extreme = one_in(16);  // several operands at the end of their range together
  for (std::size_t i = 0; i < 15; ++i) state.r[i] = extreme ? kExtreme[below(4)] : any_integer();
  state.r[13] = base_ + 0x400 + below(0x200) * 4;
  const std::uint32_t sticky = arch_.has(Since::V7M) ? 0x08000000u : 0;
  const std::uint32_t ge = arch_.has(Since::V7EM) ? 0x000f0000u : 0;
  state.apsr = random() & (0xf0000000u | sticky | ge);
  if (one_in(2)) state.apsr &= ~sticky;
  if (is_float(row)) fill_floats(row, state);
}

bool VectorGenerator::constrain_address(Vector& vector) {
  const Insn& in = vector.insn;
  MachineState& state = vector.before;
  const Timing timing = isa::facts(in.op).timing;
  const bool byte_aligned =
      (timing == Timing::Load || timing == Timing::LoadReg || timing == Timing::Store ||
       timing == Timing::StoreReg || timing == Timing::Preload || in.op == Op::TBB_T1) &&
      arch_.has(Since::V7M) && in.d != 15 && !is_ordered(in.op);
  const Addr target = base_ + 0x400 + (byte_aligned ? below(0x800) : below(0x200) * 4);
  std::uint32_t offset = in.index ? in.imm : 0;
  if (in.m != isa::kNoReg) {
    if (in.m == in.n || in.m == 13) return false;
    state.r[in.m] = one_in(2) ? below(256) : 0u - below(256);
    if (!byte_aligned) state.r[in.m] &= ~3u;
    offset = state.r[in.m] << index_shift(in);
  }
  if (in.n == 15) return timing == Timing::TableBranch;  // the table follows the code
  state.r[in.n] = in.add ? target - offset : target + offset;
  if (in.n == 13) {
    if (!byte_aligned && offset % 4 != 0) return false;
    state.r[13] &= ~3u;
  }
  vector.data_is_code_addresses =
      in.d == 15 && (timing == Timing::Load || timing == Timing::LoadReg);
  return true;
}

bool VectorGenerator::constrain_list(Vector& vector) {
  const Insn& in = vector.insn;
  const Timing timing = isa::facts(in.op).timing;
  vector.before.r[in.n] = base_ + 0x400 + below(0x180) * 4;
  vector.data_is_code_addresses = timing == Timing::LoadMultiple && (in.imm & 0x8000) != 0;
  return true;
}

bool VectorGenerator::constrain_branch(Vector& vector) {
  const Insn& in = vector.insn;
  switch (isa::facts(in.op).timing) {
    case Timing::BranchReg:
      if (in.m == 13) return false;
      vector.before.r[in.m] = code_address() | 1;
      return true;
    case Timing::CompareBranch:
      if (one_in(2)) vector.before.r[in.n] = 0;
      return in.imm != vector.end();
    default:
      return in.imm != vector.slot();  // an end there is taken for "not started"
  }
}

/// MOV and ADD to PC.
bool VectorGenerator::constrain_pc_write(Vector& vector) {
  const Insn& in = vector.insn;
  if (in.d != 15 || in.m == isa::kNoReg) return true;
  if (in.m == 13) return false;
  if (in.m == 15) return true;
  vector.before.r[in.m] = in.op == Op::MOV_reg_T1 ? code_address() + below(2) : below(0x800);
  return true;
}

bool VectorGenerator::constrain(Vector& vector) {
  const Insn& in = vector.insn;
  switch (isa::facts(in.op).timing) {
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::Store:
    case Timing::StoreReg:
    case Timing::LoadDual:
    case Timing::StoreDual:
    case Timing::LoadExclusive:
    case Timing::StoreExclusive:
    case Timing::TableBranch:
    case Timing::FpLoad:
    case Timing::FpStore:
      return in.n == isa::kNoReg ? true : constrain_address(vector);
    case Timing::LoadLiteral:
      return in.d != 15;
    case Timing::LoadMultiple:
    case Timing::StoreMultiple:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      return constrain_list(vector);
    case Timing::Branch:
    case Timing::BranchCond:
    case Timing::BranchLink:
    case Timing::BranchReg:
    case Timing::CompareBranch:
      return constrain_branch(vector);
    case Timing::System:
      return in.op == Op::CLREX_T1 ||
             ((in.imm & 0xff) == 0 && (in.op == Op::MRS_T1 || in.imm >> 8 != 0));
    case Timing::FpSystem:
      return in.op != Op::VMSR || (vector.before.r[in.d] = any_fpscr(), true);
    case Timing::Alu:
    case Timing::Move:
      return constrain_pc_write(vector);
    default:
      return true;
  }
}

std::optional<Vector> VectorGenerator::make(const Row& row) {
  for (int attempt = 0; attempt < 20000; ++attempt) {
    Vector vector;
    if (!choose_encoding(row, vector)) continue;
    fill_registers(row, vector);
    if (constrain(vector)) return vector;
  }
  return std::nullopt;
}

void place_code(const Vector& vector, Memory& memory) {
  static constexpr std::array<std::uint16_t, 4> kEntry = {0x4685, 0x4805, 0xbf00,
                                                          0xbf00};  // mov sp, r0; ldr r0, =R0
  const auto put = [&memory](Addr offset, const void* bytes, std::size_t size) {
    std::memcpy(memory.data() + offset, bytes, size);
  };
  put(kEntryOffset, kEntry.data(), sizeof(kEntry));
  put(kCodeOffset, pristine_memory(0, false).data() + kCodeOffset, sizeof(vector.code));
  put(kCodeOffset, vector.code.data(), 2u * vector.halfwords);
  put(kLiteralOffset, vector.before.r.data(), 4);
}

std::string describe_difference(const MachineState& state, const MachineState& reference) {
  std::string text;
  const auto line = [&](const std::string& name, std::uint32_t value, std::uint32_t other) {
    if (value != other) text += "    " + name + " = " + hex(value) + ", not " + hex(other) + "\n";
  };
  for (std::size_t i = 0; i < 16; ++i) line("r" + std::to_string(i), state.r[i], reference.r[i]);
  line("apsr", state.apsr, reference.apsr);
  for (std::size_t i = 0; i < 32; ++i) line("s" + std::to_string(i), state.s[i], reference.s[i]);
  line("fpscr", state.fpscr, reference.fpscr);
  return text;
}

std::string describe(const Vector& vector) {
  std::string text(isa::facts(vector.op).name);
  text += ":";
  for (unsigned i = 0; i < vector.halfwords; ++i) text += " " + hex(vector.code[i]).substr(4);
  text += "\n   ";
  const MachineState& state = vector.before;
  for (std::size_t i = 0; i < 15; ++i) text += " r" + std::to_string(i) + "=" + hex(state.r[i]);
  text += " apsr=" + hex(state.apsr) + "\n   ";
  if (state.s == decltype(state.s){}) return text + "\n";
  for (std::size_t i = 0; i < 32; ++i) text += " s" + std::to_string(i) + "=" + hex(state.s[i]);
  return text + " fpscr=" + hex(state.fpscr) + "\n";
}

}  // namespace sramscope::testing
