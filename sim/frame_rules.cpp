#include "sim/frame_rules.h"

namespace sramscope::sim {
namespace {

/// DWARF 5, 7.24: opcodes with an operand in the low six bits, then the others.
enum Opcode : std::uint8_t {
  kAdvanceLoc = 0x40,
  kOffset = 0x80,
  kRestore = 0xc0,
  kNop = 0x00,
  kSetLoc = 0x01,
  kAdvanceLoc1 = 0x02,
  kAdvanceLoc2 = 0x03,
  kAdvanceLoc4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0a,
  kRestoreState = 0x0b,
  kDefCfa = 0x0c,
  kDefCfaRegister = 0x0d,
  kDefCfaOffset = 0x0e,
  kDefCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSf = 0x11,
  kDefCfaSf = 0x12,
  kDefCfaOffsetSf = 0x13,
  kValOffset = 0x14,
  kValOffsetSf = 0x15,
  kValExpression = 0x16,
  kArgsSize = 0x2e,
};

constexpr std::size_t kMostRemembered = 64;

class Interpreter {
 public:
  explicit Interpreter(const FrameProgram& program) : program_(program), at_(program.begin) {
    rule_.return_register = program.return_register;
  }

  std::optional<FrameRule> run(Addr pc) {
    pc_ = 0xffffffff;
    if (!execute(program_.common_instructions)) return std::nullopt;
    initial_ = rule_;
    pc_ = pc;
    at_ = program_.begin;
    if (!execute(program_.instructions)) return std::nullopt;
    return rule_;
  }

 private:
  bool execute(std::span<const std::uint8_t> bytes) {
    bytes_ = bytes;
    while (!bytes_.empty() && at_ <= pc_ && good_) step();
    return good_;
  }

  void step() {
    const std::uint8_t opcode = byte();
    const unsigned low = opcode & 0x3f;
    switch (opcode & 0xc0) {
      case kAdvanceLoc:
        return advance(low);
      case kOffset:
        return set(low, FrameRule::Where::memory, scaled(unsigned_leb()));
      case kRestore:
        return restore(low);
      default:
        return step_extended(opcode);
    }
  }

  void step_extended(std::uint8_t opcode) {
    using Where = FrameRule::Where;
    switch (opcode) {
      case kNop:
        return;
      case kSetLoc:
        at_ = fixed(4);
        return;
      case kAdvanceLoc1:
        return advance(fixed(1));
      case kAdvanceLoc2:
        return advance(fixed(2));
      case kAdvanceLoc4:
        return advance(fixed(4));
      case kRestoreExtended:
        return restore(unsigned_leb());
      case kUndefined:
        return set(unsigned_leb(), Where::unknown, 0);
      case kSameValue:
        return set(unsigned_leb(), Where::same, 0);
      case kRememberState:
        return remember();
      case kRestoreState:
        return recall();
      case kDefCfaRegister:
        rule_.cfa_register = unsigned_leb();
        return;
      case kDefCfaOffset:
        rule_.cfa_offset = static_cast<std::int32_t>(unsigned_leb());
        return;
      case kDefCfaOffsetSf:
        rule_.cfa_offset = scaled(signed_leb());
        return;
      case kArgsSize:
        unsigned_leb();
        return;
      default:
        return step_with_two_operands(opcode);
    }
  }

  void step_with_two_operands(std::uint8_t opcode) {
    using Where = FrameRule::Where;
    const std::uint32_t first = unsigned_leb();
    switch (opcode) {
      case kOffsetExtended:
        return set(first, Where::memory, scaled(unsigned_leb()));
      case kOffsetExtendedSf:
        return set(first, Where::memory, scaled(signed_leb()));
      case kValOffset:
        return set(first, Where::value, scaled(unsigned_leb()));
      case kValOffsetSf:
        return set(first, Where::value, scaled(signed_leb()));
      case kRegister:
        return set(first, Where::other, static_cast<std::int32_t>(unsigned_leb()));
      case kExpression:
      case kValExpression:
        set(first, Where::unknown, 0);
        return skip(unsigned_leb());
      case kDefCfa:
      case kDefCfaSf:
        rule_.cfa_register = first;
        rule_.cfa_offset =
            opcode == kDefCfa ? static_cast<std::int32_t>(unsigned_leb()) : scaled(signed_leb());
        return;
      default:
        good_ = false;  // kDefCfaExpression, or none that we know
    }
  }

  void advance(std::uint32_t units) { at_ += units * program_.code_alignment; }

  void set(std::uint32_t number, FrameRule::Where where, std::int32_t offset) {
    if (number < rule_.registers.size()) rule_.registers[number] = {where, offset};
  }

  void restore(std::uint32_t number) {
    if (number < rule_.registers.size()) rule_.registers[number] = initial_.registers[number];
  }

  void remember() {
    good_ = good_ && remembered_.size() < kMostRemembered;
    remembered_.push_back(rule_);
  }

  void recall() {
    if (remembered_.empty()) {
      good_ = false;
      return;
    }
    rule_ = remembered_.back();
    remembered_.pop_back();
  }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      good_ = false;
      return 0;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::uint32_t fixed(unsigned size) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) value |= std::uint32_t{byte()} << (8 * i);
    return value;
  }

  void skip(std::uint32_t count) {
    good_ = good_ && count <= bytes_.size();
    if (good_) bytes_ = bytes_.subspan(count);
  }

  std::uint32_t unsigned_leb() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; good_; shift += 7) {
      const std::uint8_t next = byte();
      if (shift < 64) value |= std::uint64_t{next & 0x7fu} << shift;
      if ((next & 0x80) == 0) break;
    }
    return static_cast<std::uint32_t>(value);
  }

  std::int32_t signed_leb() {
    std::uint64_t value = 0;
    unsigned shift = 0;
    std::uint8_t next = 0x80;
    while (good_ && (next & 0x80) != 0) {
      next = byte();
      if (shift < 64) value |= std::uint64_t{next & 0x7fu} << shift;
      shift += 7;
    }
    if ((next & 0x40) != 0 && shift < 64) value |= ~std::uint64_t{0} << shift;
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
  }

  template <class T>
  std::int32_t scaled(T factor) const {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(factor) *
                                     static_cast<std::uint32_t>(program_.data_alignment));
  }

  const FrameProgram& program_;
  std::span<const std::uint8_t> bytes_;
  Addr at_;
  Addr pc_ = 0;
  bool good_ = true;
  FrameRule rule_;
  FrameRule initial_;
  std::vector<FrameRule> remembered_;
};

}  // namespace

std::optional<FrameRule> frame_rule_at(const FrameProgram& program, Addr pc) {
  const auto rule = Interpreter(program).run(pc);
  const bool usable = rule && rule->cfa_register < 16 && rule->return_register < 16;
  return usable ? rule : std::nullopt;
}

}  // namespace sramscope::sim
