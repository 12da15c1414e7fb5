#include <array>

#include "sramscope/observer.h"
#include "sramscope/report_memory.h"

namespace sramscope {
namespace {

template <std::size_t N, typename E>
std::string_view name_in(const std::array<std::string_view, N>& names, E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : "unknown";
}

constexpr std::array<std::string_view, kCycleCauses> kCycleCauseNames{
    "issue",      "hazard",    "multi-cycle", "branch",   "fetch wait",
    "flash data", "SRAM data", "cache miss",  "exception"};
constexpr std::array<std::string_view, kMemoryKinds> kMemoryKindNames{"static", "arena", "heap",
                                                                      "stack", "other"};
constexpr std::array<std::string_view, kBufferRoles> kBufferRoleNames{
    "input", "output", "in place", "scratch", "weights", "held"};
constexpr std::array<std::string_view, kFindingKinds> kFindingKindNames{
    "uninitialised-read", "dead-store",    "never-touched",
    "stack-near-data",    "stack-overrun", "outside-arena"};

}  // namespace

std::string_view cycle_cause_name(CycleCause cause) { return name_in(kCycleCauseNames, cause); }
std::string_view memory_kind_name(MemoryKind kind) { return name_in(kMemoryKindNames, kind); }
std::string_view buffer_role_name(BufferRole role) { return name_in(kBufferRoleNames, role); }
std::string_view finding_kind_name(FindingKind kind) { return name_in(kFindingKindNames, kind); }

}  // namespace sramscope
