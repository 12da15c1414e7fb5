#include "tests/support/runner_vectors.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "isa/arch.h"

namespace sramscope::testing {
namespace {

constexpr std::size_t kIntegerWords = 19;
constexpr std::size_t kFpWords = 33;
constexpr std::uint32_t kCodeAddressesFlag = 1;
constexpr std::uint32_t kStoresFlag = 2;

std::uint32_t fold(std::uint32_t hash, std::uint32_t value) { return (hash ^ value) * 0x01000193u; }

std::uint32_t word_at(const Memory& memory, std::size_t offset) {
  std::uint32_t word = 0;
  std::memcpy(&word, memory.data() + offset, 4);
  return word;
}

void append(std::vector<std::uint32_t>& words, const Memory& memory, std::size_t from,
            std::size_t to) {
  for (std::size_t offset = from; offset < to; offset += 4)
    words.push_back(word_at(memory, offset));
}

void append(std::vector<std::uint32_t>& words, const RunnerVector& one, bool fpu) {
  const Vector& vector = one.vector;
  words.insert(words.end(), vector.before.r.begin(), vector.before.r.begin() + 15);
  words.push_back(vector.before.apsr);
  Memory memory = pristine_memory_of(vector);
  place_code(vector, memory);
  append(words, memory, kCodeOffset, kCodeOffset + 8);
  const bool stores = isa::traffic(vector.insn).stores != 0;
  words.push_back((vector.data_is_code_addresses ? kCodeAddressesFlag : 0) |
                  (stores ? kStoresFlag : 0));
  if (!fpu) return;
  words.insert(words.end(), vector.before.s.begin(), vector.before.s.end());
  words.push_back(vector.before.fpscr);
}

}  // namespace

RunnerVectors::RunnerVectors(CoreKind core, std::uint64_t seed)
    : generator_(core, seed),
      runner_(core),
      base_(memory_base_of(core)),
      memory_(std::make_unique<Memory>()) {}

bool RunnerVectors::ends_well(const Vector& vector, const MachineState& after) const {
  const Addr pc = after.r[15] - base_;
  const Addr sp = after.r[13] - base_;
  if (sp < 0x100 || sp > kDataBytes) return false;
  if (after.r[15] == vector.end()) return true;
  const bool in_code = pc >= kEntryOffset && pc < kCodeOffset + 8;
  const bool in_literal = pc >= kLiteralOffset - 2 && pc < kLiteralOffset + 4;
  return pc >= kDataBytes && pc < kMemoryBytes - 2 && !in_code && !in_literal;
}

std::uint32_t RunnerVectors::hash_and_restore(const Vector& vector, Addr sp) {
  const Memory& pristine = pristine_memory_of(vector);
  const std::uint32_t frame = (((sp - 32) & ~Addr{7}) - base_) / 4;
  std::uint32_t hash = 0;
  if (std::memcmp(memory_->data(), pristine.data(), kDataBytes) == 0) return hash;
  for (std::uint32_t i = 0; i < kDataBytes / 4; ++i) {
    const std::uint32_t value = word_at(*memory_, i * 4);
    if (value == word_at(pristine, i * 4)) continue;
    if (i - frame >= 8) hash = fold(fold(hash, i), value);
  }
  std::memcpy(memory_->data(), pristine.data(), kDataBytes);
  return hash;
}

std::optional<RunnerVector> RunnerVectors::next(const isa::Row& row) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::optional<Vector> vector = generator_.make(row);
    if (!vector) return std::nullopt;
    if (memory_kind_ != vector->data_is_code_addresses) {
      *memory_ = pristine_memory_of(*vector);
      memory_kind_ = vector->data_is_code_addresses;
    }
    const Outcome outcome = runner_.run(*vector, *memory_);
    const std::uint32_t hash = hash_and_restore(*vector, outcome.after.r[13]);
    if (!outcome.fault.empty()) {
      throw std::runtime_error(describe(*vector) + "faults: " + outcome.fault);
    }
    if (ends_well(*vector, outcome.after)) return RunnerVector{*vector, outcome.after, hash};
  }
  return std::nullopt;
}

std::size_t record_words(CoreKind core) {
  return kIntegerWords + (isa::arch_of(core).fp ? kFpWords : 0);
}

std::vector<std::uint32_t> encode_vectors(CoreKind core, const std::vector<RunnerVector>& vectors) {
  const Addr base = memory_base_of(core);
  const bool fpu = isa::arch_of(core).fp;
  std::vector<std::uint32_t> words = {static_cast<std::uint32_t>(vectors.size())};
  append(words, pristine_memory(base, false), 0, kDataBytes);
  append(words, pristine_memory(base, true), 0, kDataBytes);
  Memory code = pristine_memory(base, false);
  if (!vectors.empty()) place_code(vectors.front().vector, code);  // the entry, above all
  append(words, code, kDataBytes, kMemoryBytes);
  for (const RunnerVector& one : vectors) append(words, one, fpu);
  return words;
}

RunnerOutcome decode_outcome(CoreKind core, const std::uint32_t* record) {
  const isa::Arch arch = isa::arch_of(core);
  RunnerOutcome outcome;
  std::copy_n(record, 16, outcome.after.r.begin());
  const std::uint32_t sticky = arch.has(isa::Since::V7M) ? 0x08000000u : 0;
  outcome.after.apsr = record[16] & (0xf0000000u | sticky | (arch.dsp ? 0x000f0000u : 0));
  outcome.cfsr = record[17];
  outcome.memory_hash = record[18];
  if (!arch.fp) return outcome;
  std::copy_n(record + kIntegerWords, 32, outcome.after.s.begin());
  outcome.after.fpscr = record[kIntegerWords + 32];
  return outcome;
}

std::uint32_t expected_cfsr(CoreKind core) {
  constexpr std::uint32_t kUndefinedInstruction = 0x10000;
  return isa::arch_of(core).has(isa::Since::V7M) ? kUndefinedInstruction : 0;
}

std::uint32_t add_to_checksum(std::uint32_t sum, const MachineState& after, std::uint32_t hash) {
  for (const std::uint32_t value : after.r) sum = fold(sum, value);
  sum = fold(sum, after.apsr);
  for (const std::uint32_t value : after.s) sum = fold(sum, value);
  return fold(fold(sum, after.fpscr), hash);
}

}  // namespace sramscope::testing
