#include "sim/fault_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "isa/insn.h"
#include "sim/call_stack.h"
#include "sim/code_listing.h"
#include "sim/fault_advice.h"
#include "sim/fault_status.h"

namespace sramscope::sim {

namespace {

/// "16 bytes past the end of SRAM2 (0x2004c000-0x2004ffff)".
std::string describe_miss(const memory::Bus& bus, Addr address) {
  const memory::Nearest near = bus.nearest(address);
  if (near.region == nullptr) return "the board has no memory";
  const Region& region = *near.region;
  const std::string range = fmt::format("{} (0x{:08x}-0x{:08x})", region.name, region.base,
                                        region.base + (region.size - 1));
  constexpr std::uint64_t kFar = 16u << 20;  // beyond this a distance tells nobody anything
  if (near.distance > kFar) return "the nearest is " + range;
  if (near.after) {
    return near.distance == 0 ? fmt::format("just past the end of {}", range)
                              : fmt::format("{} bytes past the end of {}", near.distance, range);
  }
  return fmt::format("{} bytes before {}", near.distance, range);
}

std::string describe_access(const GuestFault& fault, const memory::Bus& bus, const char* verb,
                            const char* refusal) {
  const Region* region = bus.region_of(fault.address);
  const std::string what = fmt::format("{} bytes at 0x{:08x}", fault.size, fault.address);
  if (region != nullptr && fault.size > 0 &&
      bus.region_of(fault.address + (fault.size - 1)) == region) {
    return fmt::format("{} {}: {}, in {} (0x{:08x}-0x{:08x})", verb, refusal, what, region->name,
                       region->base, region->base + (region->size - 1));
  }
  return fmt::format("{} outside memory: {}, {}", verb, what, describe_miss(bus, fault.address));
}

std::string encoding_at(const memory::Bus& bus, Addr pc) {
  const auto hw1 = bus.fetch(pc);
  if (!hw1) return "unreadable";
  if (isa::insn_size(*hw1) == 2) return fmt::format("{:04x}", *hw1);
  const auto hw2 = bus.fetch(pc + 2);
  return hw2 ? fmt::format("{:04x} {:04x}", *hw1, *hw2) : fmt::format("{:04x} ????", *hw1);
}

std::string describe_kind(const GuestFault& fault, const FaultScene& scene) {
  const memory::Bus& bus = scene.bus;
  const std::string core(core_name(bus.board().core));
  switch (fault.kind) {
    case GuestFault::Kind::read:
      return describe_access(fault, bus, "load", "from write-only memory");
    case GuestFault::Kind::write:
      return describe_access(fault, bus, "store", "to read-only memory");
    case GuestFault::Kind::fetch:
      if (const Region* region = bus.region_of(fault.address)) {
        return fmt::format("jump to 0x{:08x}: {} is not executable", fault.address, region->name);
      }
      return fmt::format("jump to nowhere: 0x{:08x} is no memory, {}", fault.address,
                         describe_miss(bus, fault.address));
    case GuestFault::Kind::unaligned:
      return fmt::format("unaligned access: {} bytes at 0x{:08x} must be aligned", fault.size,
                         fault.address);
    case GuestFault::Kind::undefined:
      if (!fault.detail.empty()) return fault.detail;
      return fmt::format("undefined instruction, or one that {} does not have: encoding {}", core,
                         encoding_at(bus, scene.pc));
    case GuestFault::Kind::state:
      return fmt::format("branch to 0x{:08x} without the Thumb bit: {} has no Arm state",
                         fault.address, core);
    case GuestFault::Kind::no_fpu:
      return bus.board().core == CoreKind::cortex_m4 || bus.board().core == CoreKind::cortex_m7 ||
                     bus.board().core == CoreKind::cortex_m33
                 ? "FPU instruction while the FPU is off: the start-up code must set CPACR "
                   "(0xE000ED88) bits 23:20"
                 : fmt::format("FPU instruction, but {} has no FPU", core);
    case GuestFault::Kind::no_coprocessor:
      return fmt::format("instruction of a coprocessor that {} does not have: encoding {}", core,
                         encoding_at(bus, scene.pc));
    case GuestFault::Kind::lazy_stacking:
      return fmt::format("the FP registers of the interrupted code cannot be saved at 0x{:08x}",
                         fault.address);
    case GuestFault::Kind::divide_by_zero:
      return "divide by zero, which CCR.DIV_0_TRP makes a fault";
    case GuestFault::Kind::protection:
      return fmt::format("data access that the MPU denies: 0x{:08x}", fault.address);
    case GuestFault::Kind::fetch_protection:
      return fmt::format("instruction fetch that the MPU denies: 0x{:08x}", fault.address);
    case GuestFault::Kind::exception_return:
      return fmt::format(
          "exception return with EXC_RETURN 0x{:08x}, which does not fit the state of the core",
          fault.address);
    case GuestFault::Kind::stacking:
      return fmt::format("exception entry cannot write its frame: SP is 0x{:08x}", fault.address);
    case GuestFault::Kind::unstacking:
      return fmt::format("exception return cannot read its frame: SP is 0x{:08x}", fault.address);
    case GuestFault::Kind::stack_limit:
      return fmt::format("stack limit exceeded: SP would be 0x{:08x}", fault.address);
    case GuestFault::Kind::vector:
      return fmt::format("vector table unreadable at 0x{:08x}", fault.address);
    case GuestFault::Kind::supervisor:
      return "SVC where SVCall cannot be taken: masked, or in a handler of the same or a higher "
             "priority";
    case GuestFault::Kind::semihosting:
      return fault.detail;
  }
  return "fault";
}

const char* kind_name(GuestFault::Kind kind) {
  switch (kind) {
    case GuestFault::Kind::read:
      return "read";
    case GuestFault::Kind::write:
      return "write";
    case GuestFault::Kind::fetch:
      return "fetch";
    case GuestFault::Kind::unaligned:
      return "unaligned";
    case GuestFault::Kind::undefined:
      return "undefined";
    case GuestFault::Kind::state:
      return "arm_state";
    case GuestFault::Kind::no_fpu:
      return "no_fpu";
    case GuestFault::Kind::no_coprocessor:
      return "no_coprocessor";
    case GuestFault::Kind::divide_by_zero:
      return "divide_by_zero";
    case GuestFault::Kind::protection:
      return "protection";
    case GuestFault::Kind::fetch_protection:
      return "fetch_protection";
    case GuestFault::Kind::exception_return:
      return "exception_return";
    case GuestFault::Kind::stacking:
      return "stacking";
    case GuestFault::Kind::unstacking:
      return "unstacking";
    case GuestFault::Kind::lazy_stacking:
      return "lazy_stacking";
    case GuestFault::Kind::stack_limit:
      return "stack_limit";
    case GuestFault::Kind::vector:
      return "vector";
    case GuestFault::Kind::supervisor:
      return "supervisor";
    case GuestFault::Kind::semihosting:
      return "semihosting";
  }
  return "unknown";
}

// ---- layout ------------------------------------------------------------------------------------

constexpr std::size_t kWidth = 110;
constexpr unsigned kMostChainLines = 6;

/// A line of the report, with what belongs together further in.
void append(std::string& text, std::string_view line) { text += fmt::format("\n   {}", line); }

/// "name (file:line)".
std::string frame_text(const StackFrame& frame) {
  std::string text = frame.maybe ? "maybe " : "";
  text += frame.function.empty() ? fmt::format("0x{:08x}", frame.pc) : frame.function;
  if (frame.inlined) text += " [inlined]";
  if (frame.source.line != 0) text += fmt::format(" ({})", frame.source.describe());
  return text;
}

/// The links of the call chain from the second frame on (from the first, when that is an inlined
/// function); recursion is counted.
std::vector<std::string> chain_links(const std::vector<StackFrame>& stack) {
  std::vector<std::string> links;
  unsigned repeats = 0;
  const auto flush = [&] {
    if (repeats > 0) links.back() += fmt::format(" x {}", repeats + 1);
    repeats = 0;
  };
  const std::size_t first = !stack.empty() && stack.front().inlined ? 0 : 1;
  for (std::size_t i = first; i < stack.size(); ++i) {
    const unsigned exception = i > 0 ? stack[i - 1].entered_by_exception : 0;
    const bool repeated = i > first && exception == 0 && stack[i].pc == stack[i - 1].pc &&
                          stack[i].function == stack[i - 1].function;
    if (repeated) {
      ++repeats;
      continue;
    }
    flush();
    const std::string how = exception != 0 ? exception_name(exception) + " during " : "";
    links.push_back(how + frame_text(stack[i]));
  }
  flush();
  return links;
}

void append_chain(std::string& text, const std::vector<StackFrame>& stack) {
  const std::vector<std::string> links = chain_links(stack);
  if (links.empty()) return;
  std::string line = stack.front().inlined                     ? "in"
                     : stack.front().entered_by_exception != 0 ? "came by"
                                                               : "called from";
  unsigned lines = 1;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::string link = (i == 0 ? " " : " <- ") + links[i];
    if (i > 0 && line.size() + link.size() > kWidth) {
      append(text, line);
      line = "  ";
      if (++lines > kMostChainLines) {
        append(text, fmt::format("   <- ... {} more", links.size() - i));
        return;
      }
    }
    line += link;
  }
  const auto frames =
      std::count_if(stack.begin(), stack.end(), [](const StackFrame& f) { return !f.inlined; });
  if (static_cast<std::size_t>(frames) >= kMostFrames) line += " <- ...";
  append(text, line);
}

void append_registers(std::string& text, const Fault& fault, const FaultScene& scene) {
  static constexpr std::array<const char*, 16> kNames{"r0",  "r1", "r2", "r3", "r4",  "r5",
                                                      "r6",  "r7", "r8", "r9", "r10", "r11",
                                                      "r12", "sp", "lr", "pc"};
  for (unsigned row = 0; row < 16; row += 4) {
    std::string line;
    for (unsigned n = row; n < row + 4; ++n)
      line += fmt::format("{:<4} {:08x}   ", kNames[n], fault.registers[n]);
    append(text, line.substr(0, line.size() - 3));
  }
  std::string flags;
  for (unsigned i = 0; i < 5; ++i)
    flags += ((fault.xpsr >> (31 - i)) & 1) != 0 ? "NZCVQ"[i] : "nzcvq"[i];
  const unsigned exception = fault.xpsr & 0x1ff;
  append(text, fmt::format("xpsr {:08x}  {}, {}, {}, {} stack", fault.xpsr, flags,
                           exception == 0 ? "Thread mode" : exception_name(exception),
                           scene.core.privileged() ? "privileged" : "unprivileged",
                           scene.core.on_psp() ? "process" : "main"));
  std::string line =
      fmt::format("msp  {:08x}   psp  {:08x}   control {:x}", fault.msp, fault.psp, fault.control);
  if (fault.primask != 0) line += "   primask 1";
  if (fault.faultmask != 0) line += "   faultmask 1";
  if (fault.basepri != 0) line += fmt::format("   basepri {:02x}", fault.basepri);
  append(text, line);
}

void append_status(std::string& text, const Fault& fault) {
  if ((fault.cfsr | fault.hfsr) == 0) return;
  append(text, fmt::format("CFSR {:08x}   HFSR {:08x}", fault.cfsr, fault.hfsr));
  for (const std::string& line : status_in_words(fault)) append(text, "  " + line);
}

}  // namespace

std::string describe_place(const FaultScene& scene) {
  std::string place = fmt::format("0x{:08x}", scene.pc);
  if (scene.image.symbol_at(scene.pc) != nullptr) place += "  " + scene.image.describe(scene.pc);
  if (const auto source = scene.image.line_at(scene.pc))
    place += fmt::format("  ({})", source->describe());
  place +=
      scene.layer.empty() ? "  outside every layer" : fmt::format("  in layer '{}'", scene.layer);
  return place;
}

Fault fault_values(const GuestFault& fault, const FaultScene& scene, const Exceptions& after,
                   std::optional<unsigned> exception) {
  const CoreBase& core = scene.core;
  Fault values;
  values.kind = kind_name(fault.kind);
  values.address = fault.address;
  values.size = fault.size;
  values.registers = core.state.r;
  values.registers[15] = scene.pc;
  values.xpsr = core.program_status(0);
  values.msp = core.on_psp() ? core.other_sp : core.state.r[13];
  values.psp = core.on_psp() ? core.state.r[13] : core.other_sp;
  values.control = core.control;
  values.primask = core.primask;
  values.basepri = core.basepri;
  values.faultmask = core.faultmask;
  values.cfsr = after.cfsr;
  values.hfsr = after.hfsr;
  values.mmfar = after.mmfar;
  values.bfar = after.bfar;
  values.exception = exception.value_or(0);
  values.stack = call_stack({.image = scene.image,
                             .bus = scene.bus,
                             .registers = values.registers,
                             .other_sp = core.other_sp,
                             .on_process_stack = core.on_psp(),
                             .exception = core.ipsr,
                             .stack_end = core.on_psp() ? 0xffffffff : core.stack_base});
  return values;
}

std::string describe_fault_briefly(const GuestFault& fault, const FaultScene& scene) {
  std::string text = describe_kind(fault, scene);
  append(text, "at " + describe_place(scene));
  return text;
}

std::string describe_fault(const GuestFault& fault, const FaultScene& scene,
                           const Exceptions& after, const Fault& values) {
  std::string text = describe_fault_briefly(fault, scene);
  append_chain(text, values.stack);
  for (const std::string& line : fault_advice(fault, scene, values)) append(text, line);
  if (fault.kind == GuestFault::Kind::semihosting) return text;
  for (const std::string& line : code_listing(scene.image, scene.bus, scene.pc)) append(text, line);
  // A fault of the entry itself is reported when it has been dealt with: `after` cannot tell how.
  const bool of_entry = fault.kind == GuestFault::Kind::stacking ||
                        fault.kind == GuestFault::Kind::lazy_stacking ||
                        fault.kind == GuestFault::Kind::vector;
  if (!of_entry) append(text, exception_in_words(fault, scene, after, values));
  append_status(text, values);
  append_registers(text, values, scene);
  return text;
}

}  // namespace sramscope::sim
