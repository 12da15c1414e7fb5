#include "sim/exceptions.h"

#include <algorithm>

namespace sramscope::sim {

namespace {

/// Priority of code that no exception interrupts: below every configurable level.
constexpr int kThreadPriority = 256;

constexpr std::uint32_t kHfsrVecttbl = 1u << 1;
constexpr std::uint32_t kHfsrForced = 1u << 30;

/// The device and system regions of the default memory map (B3.1).
bool is_never_executable(Addr address) {
  return (address >= 0x40000000 && address < 0x60000000) || address >= 0xa0000000;
}

bool is_fault_configurable(unsigned number) { return number >= kMemManage && number <= kUsageFault; }

}  // namespace

Exceptions::Exceptions(CoreBase& core, unsigned interrupts, unsigned priority_bits, const isa::Arch& arch)
    : core_(core),
      interrupts_(std::min(interrupts, kMaxExceptions - kFirstInterrupt)),
      priority_mask_(static_cast<std::uint8_t>(0xff00u >> priority_bits)),
      arch_(arch),
      v7m_(arch.has(isa::Since::V7M)),
      v8m_(arch.has(isa::Since::V8MB)) {
  for (const unsigned always : {+kNmi, +kHardFault, +kSvcall, +kPendSv, +kSysTick})
    enabled_.set(always);
}

void Exceptions::set_pending(unsigned number, bool pending) {
  if (pending_sends_event && pending && !pending_.test(number)) core_.event_register = true;
  pending_.set(number, pending);
  core_.request_event();
}

void Exceptions::set_enabled(unsigned number, bool enabled) {
  enabled_.set(number, enabled);
  core_.request_event();
}

void Exceptions::set_priority(unsigned number, std::uint8_t priority) {
  priority_[number] = priority & priority_mask_;
  core_.request_event();
}

int Exceptions::priority_value(unsigned number) const {
  if (number == kNmi) return -2;
  if (number == kHardFault) return -1;
  return priority_[number];
}

int Exceptions::group_priority(unsigned number) const {
  const int value = priority_value(number);
  // AIRCR.PRIGROUP: bits [PRIGROUP:0] are the subpriority (B1.5.4).
  return value < 0 ? value : value & ~((2 << priority_group_) - 1);
}

int Exceptions::execution_priority() const {
  int priority = kThreadPriority;
  for (unsigned n = kNmi; active_.any() && n < kFirstInterrupt + interrupts_; ++n) {
    if (active_.test(n)) priority = std::min(priority, group_priority(n));
  }
  const int subpriority = (2 << priority_group_) - 1;
  if (core_.basepri != 0) priority = std::min(priority, static_cast<int>(core_.basepri) & ~subpriority);
  if (core_.primask != 0) priority = std::min(priority, 0);
  if (core_.faultmask != 0) priority = std::min(priority, -1);
  return priority;
}

unsigned Exceptions::highest_pending() const {
  unsigned best = 0;
  if (pending_.none()) return best;
  for (unsigned n = kNmi; n < kFirstInterrupt + interrupts_; ++n) {
    if (!pending_.test(n) || !enabled_.test(n)) continue;
    if (best == 0 || priority_value(n) < priority_value(best)) best = n;
  }
  return best;
}

bool Exceptions::any_interrupt_pending() const {
  for (unsigned n = kFirstInterrupt; n < kFirstInterrupt + interrupts_; ++n) {
    if (pending_.test(n)) return true;
  }
  return false;
}

unsigned Exceptions::visible_pending() const {
  const unsigned number = highest_pending();
  if (number == 0) return 0;
  int mask = kThreadPriority;
  if (core_.basepri != 0) mask = static_cast<int>(core_.basepri) & ~((2 << priority_group_) - 1);
  if (core_.faultmask != 0) mask = -1;
  return group_priority(number) < mask ? number : 0;
}

std::optional<unsigned> Exceptions::takeable() const {
  const unsigned number = highest_pending();
  if (number == 0 || group_priority(number) >= execution_priority()) return std::nullopt;
  return number;
}

bool Exceptions::would_wake(unsigned number) const {
  if (!enabled_.test(number)) return false;
  // PRIMASK does not keep an interrupt from ending WFI (B1.5.19).
  const std::uint32_t primask = core_.primask;
  core_.primask = 0;
  const bool wakes = group_priority(number) < execution_priority();
  core_.primask = primask;
  return wakes;
}

unsigned Exceptions::fault_exception(const GuestFault& fault) {
  using Kind = GuestFault::Kind;
  switch (fault.kind) {
    case Kind::read: case Kind::write: return kBusFault;
    // B3.1: the default map lets nothing be fetched from the device and system regions.
    case Kind::fetch: return is_never_executable(fault.address) ? kMemManage : kBusFault;
    case Kind::protection: case Kind::fetch_protection: return kMemManage;
    case Kind::stacking: case Kind::unstacking: case Kind::lazy_stacking:
      return fault.by_mpu ? kMemManage : kBusFault;
    case Kind::vector: return kHardFault;
    case Kind::supervisor: return kSvcall;
    default: return kUsageFault;
  }
}

bool Exceptions::can_take_fault(unsigned number) const {
  return v7m_ && is_fault_configurable(number) && enabled_.test(number) &&
         group_priority(number) < execution_priority();
}

void Exceptions::note_status(const GuestFault& fault) {
  using Kind = GuestFault::Kind;
  switch (fault.kind) {
    case Kind::read: case Kind::write:
      cfsr |= cfsr::kPreciserr | cfsr::kBfarvalid;
      bfar = fault.address;
      break;
    case Kind::fetch:
      cfsr |= is_never_executable(fault.address) ? cfsr::kIaccviol : cfsr::kIbuserr;
      break;
    case Kind::protection:
      cfsr |= cfsr::kDaccviol | cfsr::kMmarvalid;
      mmfar = fault.address;
      break;
    case Kind::fetch_protection: cfsr |= cfsr::kIaccviol; break;
    case Kind::unaligned: cfsr |= cfsr::kUnaligned; break;
    case Kind::undefined: cfsr |= cfsr::kUndefinstr; break;
    case Kind::state: cfsr |= cfsr::kInvstate; break;
    case Kind::no_fpu: case Kind::no_coprocessor: cfsr |= cfsr::kNocp; break;
    case Kind::divide_by_zero: cfsr |= cfsr::kDivbyzero; break;
    case Kind::exception_return: cfsr |= cfsr::kInvpc; break;
    case Kind::stacking: cfsr |= fault.by_mpu ? cfsr::kMstkerr : cfsr::kStkerr; break;
    case Kind::unstacking: cfsr |= fault.by_mpu ? cfsr::kMunstkerr : cfsr::kUnstkerr; break;
    case Kind::lazy_stacking: cfsr |= fault.by_mpu ? cfsr::kMlsperr : cfsr::kLsperr; break;
    case Kind::stack_limit: cfsr |= cfsr::kStkof; break;
    case Kind::vector: hfsr |= kHfsrVecttbl; break;
    case Kind::supervisor: case Kind::semihosting: break;
  }
}

std::optional<unsigned> Exceptions::raise(const GuestFault& fault) {
  if (v7m_) note_status(fault);
  const bool is_lazy = fault.kind == GuestFault::Kind::lazy_stacking;
  const unsigned number = is_lazy ? lazy_fault_exception(fault) : fault_exception(fault);
  if (number != 0 && (is_lazy || can_take_fault(number))) {
    if (is_lazy && number == kHardFault) hfsr |= kHfsrForced;
    set_pending(number, true);
    return number;
  }
  if (is_lazy) return std::nullopt;
  // Escalation (B1.5.13): what cannot be taken becomes a HardFault, and one at that priority locks the core up.
  if (execution_priority() <= -1) return std::nullopt;
  if (v7m_ && number != kHardFault) hfsr |= kHfsrForced;
  set_pending(kHardFault, true);
  return kHardFault;
}

}  // namespace sramscope::sim
