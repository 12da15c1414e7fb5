#include "sim/fault_status.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "sim/little_endian.h"

namespace sramscope::sim {
namespace {

struct Bit {
  std::uint32_t mask;
  const char* name;
  const char* meaning;
};

// ARM ARM (DDI 0403) B3.2.15 and B3.2.16, DDI 0553 for STKOF.
constexpr std::array<Bit, 5> kMemManageBits{{
    {cfsr::kIaccviol, "IACCVIOL", "instruction fetch denied"},
    {cfsr::kDaccviol, "DACCVIOL", "data access denied"},
    {cfsr::kMunstkerr, "MUNSTKERR", "exception return cannot read its frame"},
    {cfsr::kMstkerr, "MSTKERR", "exception entry cannot write its frame"},
    {cfsr::kMlsperr, "MLSPERR", "FP registers cannot be saved"},
}};
constexpr std::array<Bit, 6> kBusBits{{
    {cfsr::kIbuserr, "IBUSERR", "instruction fetch failed"},
    {cfsr::kPreciserr, "PRECISERR", "the access at the PC failed"},
    {cfsr::kImpreciserr, "IMPRECISERR", "an earlier store failed"},
    {cfsr::kUnstkerr, "UNSTKERR", "exception return cannot read its frame"},
    {cfsr::kStkerr, "STKERR", "exception entry cannot write its frame"},
    {cfsr::kLsperr, "LSPERR", "FP registers cannot be saved"},
}};
constexpr std::array<Bit, 7> kUsageBits{{
    {cfsr::kUndefinstr, "UNDEFINSTR", "undefined instruction"},
    {cfsr::kInvstate, "INVSTATE", "not in Thumb state"},
    {cfsr::kInvpc, "INVPC", "invalid exception return"},
    {cfsr::kNocp, "NOCP", "coprocessor or FPU absent or off"},
    {cfsr::kStkof, "STKOF", "stack limit exceeded"},
    {cfsr::kUnaligned, "UNALIGNED", "unaligned access"},
    {cfsr::kDivbyzero, "DIVBYZERO", "division by zero"},
}};
constexpr std::array<Bit, 3> kHardBits{{
    {1u << 1, "VECTTBL", "vector table unreadable"},
    {1u << 30, "FORCED", "another fault could not be taken"},
    {1u << 31, "DEBUGEVT", "debug event"},
}};

/// "BusFault: PRECISERR (the access at the PC failed)", or "" when no bit is set.
std::string group(const char* name, std::uint32_t value, std::span<const Bit> bits) {
  std::string text;
  for (const Bit& bit : bits) {
    if ((value & bit.mask) == 0) continue;
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", bit.name, bit.meaning);
  }
  return text.empty() ? text : fmt::format("{}: {}", name, text);
}

const char* enable_bit(unsigned exception) {
  switch (exception) {
    case kMemManage:
      return "SHCSR.MEMFAULTENA";
    case kBusFault:
      return "SHCSR.BUSFAULTENA";
    case kUsageFault:
      return "SHCSR.USGFAULTENA";
    default:
      return "SHCSR";
  }
}

/// Why `wanted` became a HardFault.
std::string why_escalated(unsigned wanted, const FaultScene& scene, const Exceptions& after) {
  if (wanted == kSvcall) return "SVCall is masked or not urgent enough";
  if (!after.enabled(wanted))
    return fmt::format("{} is off ({})", exception_name(wanted), enable_bit(wanted));
  if (scene.core.primask != 0) return fmt::format("PRIMASK keeps {} out", exception_name(wanted));
  return fmt::format("{} is not more urgent than what was running", exception_name(wanted));
}

std::string handler_name(const FaultScene& scene, Addr vector) {
  std::array<std::uint8_t, 4> bytes{};
  if (!scene.bus.peek(vector, bytes)) return "";
  const Addr handler = little_word(bytes.data());
  if (scene.image.symbol_at(handler & ~1u) == nullptr)
    return fmt::format("0x{:08x}", handler & ~1u);
  return fmt::format("'{}'", scene.image.describe(handler & ~1u));
}

}  // namespace

std::string exception_name(unsigned number) {
  switch (number) {
    case kNmi:
      return "NMI";
    case kHardFault:
      return "HardFault";
    case kMemManage:
      return "MemManage";
    case kBusFault:
      return "BusFault";
    case kUsageFault:
      return "UsageFault";
    case kSvcall:
      return "SVCall";
    case kDebugMonitor:
      return "DebugMonitor";
    case kPendSv:
      return "PendSV";
    case kSysTick:
      return "SysTick";
    default:
      break;
  }
  if (number >= kFirstInterrupt) return fmt::format("interrupt {}", number - kFirstInterrupt);
  return fmt::format("exception {}", number);
}

std::vector<std::string> status_in_words(const Fault& fault) {
  std::vector<std::string> lines;
  if (std::string text = group("MemManage", fault.cfsr, kMemManageBits); !text.empty()) {
    if ((fault.cfsr & cfsr::kMmarvalid) != 0) text += fmt::format(", MMFAR 0x{:08x}", fault.mmfar);
    lines.push_back(std::move(text));
  }
  if (std::string text = group("BusFault", fault.cfsr, kBusBits); !text.empty()) {
    if ((fault.cfsr & cfsr::kBfarvalid) != 0) text += fmt::format(", BFAR 0x{:08x}", fault.bfar);
    lines.push_back(std::move(text));
  }
  if (std::string text = group("UsageFault", fault.cfsr, kUsageBits); !text.empty()) {
    lines.push_back(std::move(text));
  }
  if (std::string text = group("HardFault", fault.hfsr, kHardBits); !text.empty()) {
    lines.push_back(std::move(text));
  }
  return lines;
}

std::string exception_in_words(const GuestFault& fault, const FaultScene& scene,
                               const Exceptions& after, const Fault& values) {
  if (values.exception == 0) {
    return "no exception can take it: HardFault or NMI is active, or FAULTMASK is set";
  }
  std::string text = "taken as " + exception_name(values.exception);
  const unsigned wanted = Exceptions::fault_exception(fault);
  const bool has_status = values.hfsr != 0;
  if (values.exception == kHardFault && wanted != kHardFault && has_status) {
    text += fmt::format(", because {}", why_escalated(wanted, scene, after));
  }
  if (const std::string name = handler_name(scene, after.vtor + 4 * values.exception);
      !name.empty()) {
    text += "; its handler is " + name;
  }
  return text;
}

}  // namespace sramscope::sim
