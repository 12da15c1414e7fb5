#include "sim/fault_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace sramscope::sim {
namespace {

using Kind = GuestFault::Kind;

/// An access further behind an object hardly was meant for it.
constexpr std::uint32_t kNearBytes = 1024;
/// ARM ARM B3.1: the peripheral part of the address map.
constexpr Addr kPeripherals = 0x40000000, kPeripheralsEnd = 0x60000000;

bool is_data_access(const GuestFault& fault) {
  return fault.kind == Kind::read || fault.kind == Kind::write || fault.kind == Kind::protection;
}

bool is_stack_fault(const GuestFault& fault) {
  return fault.kind == Kind::stacking || fault.kind == Kind::stack_limit;
}

// ---- the stack ---------------------------------------------------------------------------------

struct StackLimit {
  Addr address = 0;
  std::string symbol;
};

/// The lowest address that the main stack may use, where the image says so.
std::optional<StackLimit> stack_limit(const FaultScene& scene) {
  // CMSIS's, this project's and IAR's names for it.
  for (const char* name : {"__StackLimit", "__stack_limit", "CSTACK$$Base"}) {
    const Symbol* symbol = scene.image.symbol_named(name);
    if (symbol != nullptr && symbol->address < scene.core.stack_base)
      return StackLimit{symbol->address, name};
  }
  const Symbol* object = scene.image.symbol_at(scene.core.stack_base - 4);
  if (object == nullptr || object->kind != SymbolKind::object || object->size == 0)
    return std::nullopt;
  return StackLimit{object->address, object->name};
}

/// Where the RAM begins that the main stack is in, neighbouring regions included; its name is the
/// lowest one's.
const Region* lowest_stack_region(const FaultScene& scene) {
  const Region* region =
      scene.core.stack_base >= 4 ? scene.bus.region_of(scene.core.stack_base - 4) : nullptr;
  while (region != nullptr && region->base != 0) {
    const Region* below = scene.bus.region_of(region->base - 1);
    if (below == nullptr || below == region || !below->writable) break;
    region = below;
  }
  return region;
}

std::string depth_text(const FaultScene& scene, Addr sp) {
  return fmt::format("{} bytes deep", scene.core.stack_base - sp);
}

/// "" unless the main stack is too deep.
std::string stack_overflow(const GuestFault& fault, const FaultScene& scene, const Fault& values) {
  const Addr sp = values.msp;
  const Region* region = lowest_stack_region(scene);
  if (region == nullptr || sp > scene.core.stack_base) return "";
  // A push has not moved SP yet when it faults: what lies just below the region belongs to it.
  const bool below =
      sp < region->base || ((is_data_access(fault) || is_stack_fault(fault)) &&
                            fault.address < region->base && sp - fault.address < kNearBytes);
  if (below && scene.core.stack_base - sp < 0x10000000) {
    return fmt::format("stack overflow: the main stack, {}, has reached the start of {} (0x{:08x})",
                       depth_text(scene, sp), region->name, region->base);
  }
  const auto limit = stack_limit(scene);
  if (!limit || sp >= limit->address) return "";
  std::string text =
      fmt::format("stack overflow: the main stack is {}, {} bytes below '{}' (0x{:08x})",
                  depth_text(scene, sp), limit->address - sp, limit->symbol, limit->address);
  const Symbol* victim = scene.image.symbol_at(limit->address - 1);
  if (victim != nullptr && victim->kind == SymbolKind::object)
    text += fmt::format("; it has run into '{}'", victim->name);
  return text;
}

// ---- objects -----------------------------------------------------------------------------------

/// The object that ends last at or before `address`.
const Symbol* object_before(const Image& image, Addr address) {
  const Symbol* best = nullptr;
  for (const Symbol& symbol : image.symbols) {
    if (symbol.address > address) break;
    if (symbol.kind != SymbolKind::object || symbol.size == 0 ||
        address - symbol.address < symbol.size)
      continue;
    const auto end = [](const Symbol& s) { return s.address + s.size; };
    if (best == nullptr || end(symbol) >= end(*best)) best = &symbol;
  }
  return best;
}

bool mentions(std::string_view name, std::string_view word) {
  return std::search(name.begin(), name.end(), word.begin(), word.end(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         }) != name.end();
}

std::string near_object(const GuestFault& fault, const FaultScene& scene) {
  const Symbol* inside = scene.image.symbol_at(fault.address);
  if (inside != nullptr && inside->kind == SymbolKind::object) {
    return fmt::format("the address is in '{}', {} bytes from its start", inside->name,
                       fault.address - inside->address);
  }
  const Symbol* object = object_before(scene.image, fault.address);
  if (object == nullptr) return "";
  const Addr end = object->address + object->size;
  if (fault.address - end >= kNearBytes) return "";
  const char* what = mentions(object->name, "arena") ? "tensor arena" : "object";
  const std::uint32_t missing = fault.address - end + std::max<std::uint32_t>(fault.size, 1);
  return fmt::format(
      "the {} '{}' ends at 0x{:08x}, {} bytes before: to hold this access it would need {} bytes "
      "more",
      what, object->name, end, fault.address - end, missing);
}

// ---- what next ---------------------------------------------------------------------------------

std::string wrong_core(const FaultScene& scene) {
  const CoreKind core = scene.bus.board().core;
  if (!scene.image.core || *scene.image.core <= core) return "";
  return fmt::format(
      "the firmware was built for {}, the board has a {}: build with -mcpu={}, or choose another "
      "board",
      scene.image.cpu.empty() ? core_name(*scene.image.core) : scene.image.cpu, core_name(core),
      core_name(core));
}

std::string what_next(const GuestFault& fault, const FaultScene& scene) {
  const bool is_null = fault.address < 0x100;
  switch (fault.kind) {
    case Kind::read:
    case Kind::write:
      if (fault.address >= kPeripherals && fault.address < kPeripheralsEnd &&
          scene.bus.region_of(fault.address) == nullptr) {
        return fmt::format(
            "this is a peripheral's address and {} has nothing there: give the board a region for "
            "it, or leave the "
            "access out of the firmware",
            scene.bus.board().name);
      }
      return is_null ? "the address is near 0: a null pointer?" : "";
    case Kind::fetch:
      return is_null ? "the address is near 0: a function pointer that was never set?" : "";
    case Kind::state:
      return "bit 0 of a function pointer must be 1; assembler functions need `.thumb_func` or "
             "`.type f, %function`";
    case Kind::unaligned:
      return "align the data, or access it with memcpy; do not point into packed structures";
    case Kind::undefined:
      return wrong_core(scene);
    case Kind::no_coprocessor:
      return wrong_core(scene);
    default:
      return "";
  }
}

}  // namespace

std::vector<std::string> fault_advice(const GuestFault& fault, const FaultScene& scene,
                                      const Fault& values) {
  std::vector<std::string> lines;
  std::string overflow = stack_overflow(fault, scene, values);
  if (overflow.empty() && is_data_access(fault)) lines.push_back(near_object(fault, scene));
  lines.push_back(std::move(overflow));
  lines.push_back(what_next(fault, scene));
  std::erase(lines, "");
  return lines;
}

}  // namespace sramscope::sim
