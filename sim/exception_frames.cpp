// Entering and leaving exception handlers: ARM ARM B1.5.6 to B1.5.8, in the order of its pseudocode.

#include <algorithm>

#include "sim/exceptions.h"

namespace sramscope::sim {

namespace {

constexpr std::uint32_t kBasicFrame = 0x20;
constexpr std::uint32_t kExtendedFrame = 0x68;
constexpr std::uint32_t kControlFpca = 4;
constexpr std::uint32_t kControlSpsel = 2;
constexpr std::uint32_t kStkalign = 0x200;
/// EXC_RETURN: the frame is a basic one; to Thread mode; on the process stack.
constexpr std::uint32_t kReturnBasic = 0x10, kReturnThread = 8, kReturnPsp = 4;

/// FPCCR (B3.2.21).
constexpr std::uint32_t kFpccrLspact = 1, kFpccrUser = 1u << 1, kFpccrThread = 1u << 3,
                        kFpccrHfrdy = 1u << 4, kFpccrMmrdy = 1u << 5, kFpccrBfrdy = 1u << 6,
                        kFpccrUfrdy = 1u << 10, kFpccrLspen = 1u << 30;

GuestFault fault_of(GuestFault::Kind kind, Addr address, const GuestFault& cause = {}) {
  GuestFault fault;
  fault.kind = kind;
  fault.address = address;
  fault.by_mpu = cause.kind == GuestFault::Kind::protection;
  return fault;
}

}  // namespace

void Exceptions::note_lazy_context() {
  // B1.5.7, UpdateFPCCR: which faults the code that is interrupted could take, should the saving fail later.
  const int priority = execution_priority();
  const auto ready = [&](unsigned fault) {
    return enabled_.test(fault) && group_priority(fault) < priority;
  };
  fpccr &= ~(kFpccrUser | kFpccrThread | kFpccrHfrdy | kFpccrMmrdy | kFpccrBfrdy | kFpccrUfrdy);
  fpccr |= kFpccrLspact;
  if (!core_.privileged()) fpccr |= kFpccrUser;
  if (core_.ipsr == 0) fpccr |= kFpccrThread;
  if (priority > -1) fpccr |= kFpccrHfrdy;
  if (ready(kMemManage)) fpccr |= kFpccrMmrdy;
  if (ready(kBusFault)) fpccr |= kFpccrBfrdy;
  if (v8m_ && ready(kUsageFault)) fpccr |= kFpccrUfrdy;
}

void Exceptions::push_fp_registers(Addr frame) {
  for (unsigned i = 0; i < 16; ++i) core_.store_slow(frame + 0x20 + 4 * i, 4, core_.state.s[i]);
  core_.store_slow(frame + 0x60, 4, core_.state.fpscr);
}

void Exceptions::push_frame(Addr return_address, unsigned it_state) {
  const bool extended = (core_.control & kControlFpca) != 0;
  const std::uint32_t size = extended ? kExtendedFrame : kBasicFrame;
  const bool force_align = extended || (ccr & kStkalign) != 0;
  const std::uint32_t sp = core_.state.r[13];
  const std::uint32_t padding = force_align ? (sp >> 2) & 1 : 0;
  const Addr frame = (sp - size) & ~(force_align ? 4u : 0u);
  core_.state.r[13] = std::max(frame, core_.stack_limit);
  core_.track_stack();
  if (frame < core_.stack_limit)
    throw fault_of(GuestFault::Kind::stack_limit, frame);  // nothing is pushed

  const auto& r = core_.state.r;
  const std::uint32_t psr = (core_.program_status(it_state) & ~0x200u) | padding << 9;
  const std::uint32_t words[8] = {r[0], r[1], r[2], r[3], r[12], r[14], return_address, psr};
  for (unsigned i = 0; i < 8; ++i) core_.store_slow(frame + 4 * i, 4, words[i]);
  if (!extended) return;
  if ((fpccr & kFpccrLspen) == 0) return push_fp_registers(frame);
  fpcar = frame + 0x20;
  note_lazy_context();
}

Exceptions::Entry Exceptions::enter(Addr return_address, unsigned it_state) {
  const std::uint32_t exc_return = 0xffffffe1u |
                                   ((core_.control & kControlFpca) != 0 ? 0 : kReturnBasic) |
                                   (core_.ipsr == 0 ? kReturnThread : 0) |
                                   ((core_.control & kControlSpsel) != 0 ? kReturnPsp : 0);
  std::optional<GuestFault> derived;
  try {
    push_frame(return_address, it_state);
  } catch (const GuestFault& fault) {
    // The stack pointer has moved all the same (B1.5.11), and the handler is entered with the
    // EXC_RETURN of the frame.
    derived = fault;
    if (fault.kind != GuestFault::Kind::stack_limit) {
      derived = fault_of(GuestFault::Kind::stacking, core_.state.r[13], fault);
    }
    if (!raise(*derived)) return {0, 0, derived};
  }
  Entry entry = take(exc_return);
  if (!entry.derived) entry.derived = derived;
  return entry;
}

Exceptions::Entry Exceptions::take(std::uint32_t exc_return) {
  Entry entry;
  for (;;) {
    entry.number = highest_pending();
    const Addr vector = vtor + 4 * entry.number;
    try {
      entry.handler = core_.load_unguarded(vector, 4);  // the MPU has no say (B3.5.1)
      break;
    } catch (const GuestFault&) {
      entry.derived = fault_of(GuestFault::Kind::vector, vector);
    }
    const bool is_last_resort = priority_value(entry.number) < 0;
    if (is_last_resort || !raise(*entry.derived)) return {0, 0, entry.derived};
  }
  activate(entry.number, exc_return);
  return entry;
}

void Exceptions::activate(unsigned number, std::uint32_t exc_return) {
  pending_.reset(number);
  active_.set(number);
  if (core_.on_psp()) core_.swap_stacks();
  core_.control &= ~(kControlFpca | kControlSpsel);
  core_.ipsr = number;
  core_.state.r[14] = exc_return | 0xf0000000u;
  core_.exclusive = false;
  core_.event_register = true;
  core_.fp_context_changed();
  core_.mode_changed();
}

void Exceptions::deactivate(unsigned number) {
  // ARMv7-M B1.5.8, DeActivate: NMI leaves FAULTMASK alone; on ARMv8-M whatever runs below priority
  // 0 (R_KBNF).
  const bool is_negative = number == kNmi || (v8m_ && number == kHardFault);
  active_.reset(number);
  if (!is_negative) core_.faultmask = 0;
}

bool Exceptions::return_is_legal(std::uint32_t exc_return) const {
  if (!active_.test(core_.ipsr)) return false;
  const std::uint32_t mode = exc_return & 0xf;
  if (arch_.v8m_base || arch_.v8m_main) {
    // ARMv8-M D1.2.95: ES and S tell security states apart, of which there is one; DCRS must be 1 for it.
    return (exc_return & 0xffffffa2u) == 0xffffffa0u;
  }
  if ((exc_return & 0xffffffe0u) != 0xffffffe0u) return false;
  if (!arch_.fp && (exc_return & kReturnBasic) == 0) return false;
  if (mode == 1) return true;
  // Returning to Thread mode while another exception is active needs CCR.NONBASETHRDENA.
  return (mode == 9 || mode == 0xd) && (active_.count() == 1 || (ccr & 1) != 0);
}

Exceptions::Resume Exceptions::leave(std::uint32_t exc_return) {
  Resume resume;
  resume.exc_return = exc_return;
  const bool legal = return_is_legal(exc_return);
  deactivate(core_.ipsr);
  if (!legal) {
    resume.fault = fault_of(GuestFault::Kind::exception_return, exc_return);
  } else if (takeable()) {
    resume.chains = true;
  } else {
    resume.fault = pop_frame(exc_return, resume);
  }
  return resume;
}

std::optional<GuestFault> Exceptions::pop_frame(std::uint32_t exc_return, Resume& resume) {
  const bool extended = (exc_return & kReturnBasic) == 0;
  const bool to_thread = (exc_return & kReturnThread) != 0;
  const bool to_psp = to_thread && (exc_return & kReturnPsp) != 0;
  const Addr frame = to_psp ? core_.other_sp : core_.state.r[13];
  const std::uint32_t returning = core_.ipsr;
  std::uint32_t words[8];
  try {
    if (to_thread) core_.ipsr = 0;  // the frame is read with the privilege of the mode returned to
    core_.mode_changed();
    for (unsigned i = 0; i < 8; ++i) words[i] = core_.load_slow(frame + 4 * i, 4);
    const bool psr_fits = to_thread == ((words[7] & 0x1ff) == 0);
    if (!psr_fits) {
      core_.ipsr = returning;
      core_.mode_changed();
      return fault_of(GuestFault::Kind::exception_return, exc_return);
    }
    if (extended) pop_fp_registers(frame);
  } catch (const GuestFault& fault) {
    core_.ipsr = returning;
    core_.mode_changed();
    return fault_of(GuestFault::Kind::unstacking, frame, fault);
  }
  const std::uint32_t psr = words[7];
  auto& r = core_.state.r;
  std::copy(words, words + 4, r.begin());
  r[12] = words[4];
  r[14] = words[5];
  const bool aligned = extended || (ccr & kStkalign) != 0;
  const std::uint32_t padding = aligned ? ((psr >> 9) & 1) << 2 : 0;
  (to_psp ? core_.other_sp : r[13]) = (frame + (extended ? kExtendedFrame : kBasicFrame)) | padding;
  core_.control = (core_.control & ~(kControlFpca | kControlSpsel)) |
                  (extended ? kControlFpca : 0) |
                  ((exc_return & kReturnPsp) != 0 ? kControlSpsel : 0);
  core_.ipsr = psr & 0x1ff;
  if (to_psp) core_.swap_stacks();
  core_.set_program_status(psr);
  core_.left_thumb_at = words[6];
  core_.exclusive = false;
  core_.event_register = true;
  core_.fp_context_changed();
  core_.mode_changed();
  resume.pc = words[6];
  resume.it_state = ((psr >> 25) & 3) | ((psr >> 8) & 0xfc);
  return std::nullopt;
}

void Exceptions::pop_fp_registers(Addr frame) {
  if ((fpccr & kFpccrLspact) != 0) {
    fpccr &= ~kFpccrLspact;  // nobody touched the registers: they are still in place
    return;
  }
  for (unsigned i = 0; i < 16; ++i) core_.state.s[i] = core_.load_slow(frame + 0x20 + 4 * i, 4);
  core_.state.fpscr = core_.load_slow(frame + 0x60, 4);
}

bool Exceptions::lazy_context_privileged() const { return (fpccr & kFpccrUser) == 0; }
bool Exceptions::lazy_context_negative() const { return (fpccr & kFpccrHfrdy) == 0; }

unsigned Exceptions::lazy_fault_exception(const GuestFault& fault) const {
  // B1.5.7, TakePreserveFPException: what the interrupted code could have been interrupted by; 0: by nothing.
  const unsigned number = fault_exception(fault);
  if ((fpccr & (number == kMemManage ? kFpccrMmrdy : kFpccrBfrdy)) != 0) return number;
  return lazy_context_negative() ? 0 : +kHardFault;
}

void Exceptions::preserve_fp_state() {
  try {
    push_fp_registers(fpcar - 0x20);
  } catch (const GuestFault& fault) {
    const GuestFault lazy = fault_of(GuestFault::Kind::lazy_stacking, fpcar, fault);
    const unsigned number = lazy_fault_exception(lazy);
    if (number == 0 || group_priority(number) < execution_priority()) throw lazy;
    raise(lazy);
  }
  fpccr &= ~kFpccrLspact;
}

}  // namespace sramscope::sim
