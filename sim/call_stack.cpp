#include "sim/call_stack.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "isa/insn.h"
#include "sim/little_endian.h"
#include "sim/source_lines.h"

namespace sramscope::sim {
namespace {

constexpr unsigned kSp = 13, kLr = 14, kPc = 15;
/// Return addresses from here on are EXC_RETURN values (ARM ARM B1.5.8).
constexpr Addr kExceptionReturns = 0xffffffe0 & ~0x7fu;
/// How far a frame without unwind information is searched for a return address.
constexpr std::uint32_t kScannedBytes = 2048;

class Unwinder {
 public:
  explicit Unwinder(const StackScene& scene)
      : scene_(scene),
        r_(scene.registers),
        exception_(scene.exception),
        read_([this](Addr address) { return word(address); }) {}

  std::vector<StackFrame> run() {
    for (std::size_t count = 0; count < kMostFrames; ++count) {
      add_frame();
      const Registers before = r_;
      const unsigned exception_before = exception_;
      const bool is_exact = std::exchange(is_exact_, false);
      if (!step(is_exact)) break;
      // Only a function that was stopped anywhere may have no frame yet; all others must leave some
      // of the stack.
      const bool moved = r_[kSp] > before[kSp] || exception_ != exception_before || is_exact;
      if (!moved) break;
    }
    return std::move(frames_);
  }

 private:
  void add_frame() {
    const Addr pc = r_[kPc];
    StackFrame frame;
    frame.pc = pc;
    frame.maybe = maybe_;
    frame.source = scene_.image.line_at(pc).value_or(SourceLine{});
    const Symbol* symbol = scene_.image.symbol_at(pc);
    if (symbol != nullptr) {
      for (InlinedCall& call : scene_.image.inlined_at(pc)) {
        StackFrame inlined = frame;
        inlined.function = std::move(call.function);
        inlined.inlined = true;
        frames_.push_back(std::move(inlined));
        frame.source = std::move(call.called_at);
      }
      frame.function = symbol->name;
      frame.offset = pc - symbol->address;
    }
    frames_.push_back(std::move(frame));
  }

  /// From a function's registers to those of the one below; false at the end.
  bool step(bool is_exact) {
    const auto target = leave_function(is_exact);
    if (!target) return false;
    if (*target >= kExceptionReturns) return leave_handler(*target);
    return go_on_at(*target);
  }

  /// Restores the caller's registers; the result is the return address. `is_exact`: the function
  /// was not left by a call.
  std::optional<std::uint32_t> leave_function(bool is_exact) {
    const Addr pc = r_[kPc];
    // Where execution fell off the code, only the call that led there tells anything.
    if (!is_code(pc)) return is_exact ? guess(is_exact) : std::nullopt;
    if (const auto rule = frame_rule(pc)) return follow(*rule);
    const Symbol* function = scene_.image.symbol_at(pc);
    const bool has_frame = !is_exact || function == nullptr || function->address != pc;
    if (has_frame && unwind_by_index(scene_.image, pc, read_, r_)) return r_[kPc];
    return guess(is_exact);
  }

  std::optional<FrameRule> frame_rule(Addr pc) const {
    return scene_.image.debug ? scene_.image.debug->frame_rule_at(pc) : std::nullopt;
  }

  std::optional<std::uint32_t> follow(const FrameRule& rule) {
    const Addr cfa = r_[rule.cfa_register] + static_cast<std::uint32_t>(rule.cfa_offset);
    Registers caller = r_;
    for (unsigned n = 0; n < 15; ++n) {
      const FrameRule::Register& saved = rule.registers[n];
      if (saved.where == FrameRule::Where::other && saved.offset >= 0 && saved.offset < 16) {
        caller[n] = r_[static_cast<unsigned>(saved.offset)];
      } else if (saved.where == FrameRule::Where::value) {
        caller[n] = cfa + static_cast<std::uint32_t>(saved.offset);
      } else if (saved.where == FrameRule::Where::memory) {
        const auto value = word(cfa + static_cast<std::uint32_t>(saved.offset));
        if (!value) return std::nullopt;
        caller[n] = *value;
      }
    }
    // A function that never returns need not keep where to.
    if (rule.registers[rule.return_register].where == FrameRule::Where::unknown)
      return std::nullopt;
    const std::uint32_t target = caller[rule.return_register];
    caller[kSp] = cfa;
    r_ = caller;
    return target;
  }

  /// A function of which nothing is known.
  std::optional<std::uint32_t> guess(bool is_exact) {
    const Symbol* here = scene_.image.symbol_at(r_[kPc]);
    const auto is_caller = [&](std::uint32_t value) {
      return is_exception_return(value) ||
             (follows_call(value) &&
              (here == nullptr || scene_.image.symbol_at(value & ~1u) != here));
    };
    // LR is the caller's until the function calls something itself; on its first instruction it
    // surely is.
    const bool has_begun = is_code(r_[kPc]) && (here == nullptr || here->address != r_[kPc]);
    if (is_exact && is_caller(r_[kLr])) return maybe_ = maybe_ || has_begun, r_[kLr];
    maybe_ = true;
    for (Addr at = r_[kSp]; at - r_[kSp] < kScannedBytes && at < scene_.stack_end; at += 4) {
      const auto value = word(at);
      if (!value) break;
      if (!is_caller(*value)) continue;
      r_[kSp] = at + 4;
      return *value;
    }
    return std::nullopt;
  }

  bool is_exception_return(std::uint32_t value) const {
    return exception_ != 0 && value >= kExceptionReturns && value != 0xffffffff;
  }

  bool go_on_at(std::uint32_t target) {
    const Addr address = target & ~1u;
    // Also ends at what start-up code and schedulers put in place of a return address.
    if (!follows_call(target)) return false;
    r_[kPc] = call_before(address);
    return true;
  }

  /// Through the frame that the exception pushed (B1.5.6); `target` is EXC_RETURN.
  bool leave_handler(std::uint32_t target) {
    if (exception_ == 0) return false;  // LR at reset
    const bool to_process_stack = (target & 4) != 0;
    const bool changes = to_process_stack && !on_process_stack_;
    const Addr frame = changes ? scene_.other_sp : r_[kSp];
    std::array<std::uint32_t, 8> words{};
    for (unsigned i = 0; i < words.size(); ++i) {
      const auto value = word(frame + 4 * i);
      if (!value) return false;
      words[i] = *value;
    }
    if (!is_code(words[6] & ~1u)) return false;
    const bool extended = (target & 0x10) == 0;
    std::copy_n(words.begin(), 4, r_.begin());
    r_[12] = words[4];
    r_[kLr] = words[5];
    r_[kPc] = words[6] & ~1u;
    r_[kSp] = (frame + (extended ? 0x68 : 0x20)) | (words[7] >> 9 & 1) << 2;
    on_process_stack_ = to_process_stack;
    frames_.back().entered_by_exception = exception_;
    exception_ = words[7] & 0x1ff;
    is_exact_ = true;
    return true;
  }

  std::optional<std::uint32_t> word(Addr address) const {
    std::array<std::uint8_t, 4> bytes{};
    if ((address & 3) != 0 || !scene_.bus.peek(address, bytes)) return std::nullopt;
    return little_word(bytes.data());
  }

  bool is_code(Addr address) const {
    if (!scene_.bus.fetch(address)) return false;
    const auto& sections = scene_.image.sections;
    if (sections.empty()) return true;
    // Code that was copied or generated has no section; what was linked does.
    const auto section = std::find_if(sections.begin(), sections.end(), [&](const Section& s) {
      return address >= s.address && address - s.address < s.size;
    });
    return section == sections.end() || section->executable;
  }

  /// Address of the call before `address`, else the halfword before it.
  Addr call_before(Addr address) const {
    return is_long_call(address - 4) ? address - 4 : address - 2;
  }

  bool is_long_call(Addr address) const {
    const auto first = scene_.bus.fetch(address);
    const auto second = scene_.bus.fetch(address + 2);
    return first && second && (*first & 0xf800) == 0xf000 && (*second & 0xd000) == 0xd000;  // BL
  }

  bool follows_call(std::uint32_t value) const {
    const Addr address = value & ~1u;
    if ((value & 1) == 0 || address < 4 || !is_code(address)) return false;
    const auto before = scene_.bus.fetch(address - 2);
    return is_long_call(address - 4) || (before && (*before & 0xff87) == 0x4780);  // BLX register
  }

  const StackScene& scene_;
  Registers r_;
  unsigned exception_;
  ReadWord read_;
  bool on_process_stack_ = scene_.on_process_stack;
  /// The current function was stopped at any of its instructions, not at a call.
  bool is_exact_ = true;
  bool maybe_ = false;
  std::vector<StackFrame> frames_;
};

}  // namespace

std::vector<StackFrame> call_stack(const StackScene& scene) { return Unwinder(scene).run(); }

}  // namespace sramscope::sim
