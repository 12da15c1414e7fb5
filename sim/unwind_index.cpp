#include "sim/unwind_index.h"

#include <algorithm>
#include <vector>

namespace sramscope::sim {
namespace {

constexpr std::uint32_t kCannotUnwind = 1;

/// An address relative to the word that holds it, in its low 31 bits (IHI 0038, 6).
Addr relative(Addr place, std::uint32_t word) {
  return place + ((word & 0x7fffffff) | (word << 1 & 0x80000000));
}

/// Address of the second word of the index entry that covers `pc`.
std::optional<Addr> index_entry(const Image& image, Addr pc, const ReadWord& read) {
  const auto section = std::find_if(image.sections.begin(), image.sections.end(),
                                    [](const Section& s) { return s.name == ".ARM.exidx"; });
  if (section == image.sections.end()) return std::nullopt;
  const auto begin_of = [&](std::uint32_t i) -> std::optional<Addr> {
    const Addr place = section->address + 8 * i;
    const auto word = read(place);
    return word ? std::optional(relative(place, *word) & ~1u) : std::nullopt;
  };
  std::uint32_t low = 0;
  std::uint32_t high =
      section->size /
      8;  // entries before `low` begin at or before pc, those from `high` on behind it
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const auto begin = begin_of(middle);
    if (!begin) return std::nullopt;
    if (*begin <= pc)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return std::nullopt;
  return section->address + 8 * (low - 1) + 4;
}

/// The unwinding instructions at `place`, the second word of an index entry.
std::optional<std::vector<std::uint8_t>> instructions(Addr place, const ReadWord& read) {
  auto word = read(place);
  if (!word || *word == kCannotUnwind) return std::nullopt;
  const bool is_inline = (*word >> 31) != 0;
  if (!is_inline) {
    place = relative(place, *word);
    word = read(place);
  }
  // Only the compact models of the three standard personality routines; C++'s own name a routine
  // here and put the same instructions behind it, in the form of routine 1.
  if (!word) return std::nullopt;
  unsigned model = *word >> 24 & 0xf;
  if ((*word >> 31) == 0) {
    place += 4;
    word = read(place);
    if (!word) return std::nullopt;
    model = 3;
  }
  std::vector<std::uint8_t> bytes;
  const auto append = [&](std::uint32_t value, unsigned count) {
    while (count-- > 0) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * count)));
  };
  if (model == 0) return append(*word, 3), bytes;
  if (is_inline || model > 3) return std::nullopt;
  // Routines 1 and 2: a count of further words in bits 23..16; behind a routine's address the count
  // is in bits 31..24.
  const unsigned further = model == 3 ? *word >> 24 : *word >> 16 & 0xff;
  append(*word, model == 3 ? 3 : 2);
  for (unsigned i = 0; i < further; ++i) {
    place += 4;
    const auto next = read(place);
    if (!next) return std::nullopt;
    append(*next, 4);
  }
  return bytes;
}

/// IHI 0038, 10.3: the frame unwinding instructions.
class Interpreter {
 public:
  Interpreter(std::vector<std::uint8_t> bytes, const ReadWord& read, Registers& registers)
      : bytes_(std::move(bytes)), read_(read), r_(registers), vsp_(registers[13]) {}

  bool run() {
    while (good_ && !done_ && at_ < bytes_.size()) step(bytes_[at_++]);
    if (!has_pc_) r_[15] = r_[14];
    r_[13] = vsp_;
    return good_;
  }

 private:
  void step(unsigned op) {
    if (op < 0x40)
      vsp_ += ((op & 0x3f) << 2) + 4;
    else if (op < 0x80)
      vsp_ -= ((op & 0x3f) << 2) + 4;
    else if (op < 0x90)
      pop_high(op);
    else if (op < 0xa0)
      copy_to_vsp(op & 15);
    else if (op < 0xb0)
      pop_run(op);
    else
      step_rare(op);
  }

  void pop_high(unsigned op) {
    const unsigned mask = (op & 15) << 8 | next();
    if (mask == 0) good_ = false;  // refuse to unwind
    pop(mask << 4);
  }

  void copy_to_vsp(unsigned n) {
    good_ = good_ && n != 13 && n != 15;
    vsp_ = r_[n];
  }

  void pop_run(unsigned op) {
    pop(((0xffu >> (7 - (op & 7))) & 0xff) << 4 | ((op & 8) != 0 ? 1u << 14 : 0));
  }

  void step_rare(unsigned op) {
    if (op == 0xb0)
      done_ = true;
    else if (op == 0xb1)
      pop(next() & 15);
    else if (op == 0xb2)
      vsp_ += 0x204 + (leb() << 2);
    else if (op == 0xb3)
      vsp_ += 8 * ((next() & 15) + 1) + 4;  // FSTMX: one word of padding
    else if (op == 0xb4)
      vsp_ += 4;  // return address authentication code
    else if (op == 0xb5) {
    }  // ... whose modifier is vsp
    else if (op >= 0xb8 && op <= 0xbf)
      vsp_ += 8 * ((op & 7) + 1) + 4;
    else if (op == 0xc8 || op == 0xc9)
      vsp_ += 8 * ((next() & 15) + 1);
    else if (op >= 0xd0 && op <= 0xd7)
      vsp_ += 8 * ((op & 7) + 1);
    else
      good_ = false;
  }

  void pop(unsigned mask) {
    std::optional<std::uint32_t> new_sp;
    for (unsigned n = 0; n < 16 && good_; ++n) {
      if ((mask >> n & 1) == 0) continue;
      const auto word = read_(vsp_);
      good_ = word.has_value();
      vsp_ += 4;
      if (!good_) return;
      if (n == 13)
        new_sp = *word;
      else
        r_[n] = *word;
      has_pc_ = has_pc_ || n == 15;
    }
    if (new_sp) vsp_ = *new_sp;
  }

  unsigned next() {
    if (at_ < bytes_.size()) return bytes_[at_++];
    good_ = false;
    return 0;
  }

  std::uint32_t leb() {
    std::uint32_t value = 0;
    unsigned byte = 0x80;
    for (unsigned shift = 0; good_ && (byte & 0x80) != 0; shift += 7) {
      byte = next();
      if (shift < 32) value |= (byte & 0x7f) << shift;
    }
    return value;
  }

  std::vector<std::uint8_t> bytes_;
  const ReadWord& read_;
  Registers& r_;
  std::uint32_t vsp_;
  std::size_t at_ = 0;
  bool good_ = true;
  bool done_ = false;
  bool has_pc_ = false;
};

}  // namespace

bool unwind_by_index(const Image& image, Addr pc, const ReadWord& read, Registers& registers) {
  const auto entry = index_entry(image, pc, read);
  auto bytes = entry ? instructions(*entry, read) : std::nullopt;
  if (!bytes) return false;
  Registers unwound = registers;
  if (!Interpreter(std::move(*bytes), read, unwound).run()) return false;
  registers = unwound;
  return true;
}

}  // namespace sramscope::sim
