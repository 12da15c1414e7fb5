#include "sim/fault_report.h"

#include <fmt/format.h>

#include <array>

#include "sramscope/disassemble.h"

namespace sramscope::sim {

namespace {

/// "16 bytes past the end of SRAM2 (0x2004c000-0x2004ffff)".
std::string describe_miss(const memory::Bus& bus, Addr address) {
  const memory::Nearest near = bus.nearest(address);
  if (near.region == nullptr) return "the board has no memory";
  const Region& region = *near.region;
  const std::string range =
      fmt::format("{} (0x{:08x}-0x{:08x})", region.name, region.base, region.base + (region.size - 1));
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

std::string disassembly_at(const memory::Bus& bus, Addr pc) {
  std::array<std::uint8_t, 4> bytes{};
  std::size_t count = 4;
  if (!bus.peek(pc, bytes)) count = bus.peek(pc, std::span(bytes).first(2)) ? 2 : 0;
  const Disassembly text = disassemble(std::span(bytes).first(count), pc);
  if (text.size == 0) return "no valid instruction";
  return text.operands.empty() ? text.mnemonic : text.mnemonic + " " + text.operands;
}

std::string describe_kind(const GuestFault& fault, const FaultScene& scene) {
  const memory::Bus& bus = scene.bus;
  const std::string core(core_name(bus.board().core));
  switch (fault.kind) {
    case GuestFault::Kind::read: return describe_access(fault, bus, "load", "from write-only memory");
    case GuestFault::Kind::write: return describe_access(fault, bus, "store", "to read-only memory");
    case GuestFault::Kind::fetch:
      if (const Region* region = bus.region_of(fault.address)) {
        return fmt::format("jump to 0x{:08x}: {} is not executable", fault.address, region->name);
      }
      return fmt::format("jump to nowhere: 0x{:08x} is no memory, {}", fault.address,
                         describe_miss(bus, fault.address));
    case GuestFault::Kind::unaligned:
      return fmt::format("unaligned access: {} bytes at 0x{:08x} must be aligned", fault.size, fault.address);
    case GuestFault::Kind::undefined:
      if (!fault.detail.empty()) return fault.detail;
      return fmt::format("undefined instruction, or one that {} does not have: encoding {}", core,
                         encoding_at(bus, scene.pc));
    case GuestFault::Kind::state:
      return fmt::format("branch to 0x{:08x} without the Thumb bit: {} has no Arm state", fault.address, core);
    case GuestFault::Kind::no_fpu:
      return bus.board().core == CoreKind::cortex_m4 || bus.board().core == CoreKind::cortex_m7 ||
                     bus.board().core == CoreKind::cortex_m33
                 ? "FPU instruction while the FPU is off: the start-up code must set CPACR (0xE000ED88) bits 23:20"
                 : fmt::format("FPU instruction, but {} has no FPU", core);
    case GuestFault::Kind::divide_by_zero: return "divide by zero, which CCR.DIV_0_TRP makes a fault";
    case GuestFault::Kind::protection:
      return fmt::format("data access that the MPU denies: 0x{:08x}", fault.address);
    case GuestFault::Kind::fetch_protection:
      return fmt::format("instruction fetch that the MPU denies: 0x{:08x}", fault.address);
    case GuestFault::Kind::exception_return:
      return fmt::format("exception return with EXC_RETURN 0x{:08x}, which does not fit the state of the core",
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
      return "SVC where SVCall cannot be taken: masked, or in a handler of the same or a higher priority";
    case GuestFault::Kind::semihosting: return fault.detail;
  }
  return "fault";
}

}  // namespace

std::string describe_place(const FaultScene& scene) {
  std::string place = fmt::format("0x{:08x}", scene.pc);
  if (scene.image.symbol_at(scene.pc) != nullptr) place += "  " + scene.image.describe(scene.pc);
  place += scene.layer.empty() ? "  outside every layer" : fmt::format("  in layer '{}'", scene.layer);
  return place;
}

std::string describe_fault(const GuestFault& fault, const FaultScene& scene) {
  std::string text = describe_kind(fault, scene);
  text += "\n   at " + describe_place(scene);
  if (scene.bus.fetch(scene.pc)) {
    text += fmt::format("\n   instruction: {}", disassembly_at(scene.bus, scene.pc));
  }
  const Addr lr = scene.core.state.r[14];
  if ((lr & 1) != 0 && scene.bus.fetch(lr & ~1u) && scene.image.symbol_at((lr & ~1u) - 2) != nullptr) {
    text += fmt::format("\n   LR points into {}", scene.image.describe((lr & ~1u) - 2));
  }
  const Addr sp = scene.core.state.r[13];
  text += fmt::format("\n   SP 0x{:08x}, deepest stack {} bytes", sp, scene.core.stack_base - scene.core.lowest_sp);
  return text;
}

}  // namespace sramscope::sim
