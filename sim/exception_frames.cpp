// Entering and leaving exception handlers: ARM ARM B1.5.6 to B1.5.8, in the order of its pseudocode.

#include "sim/exceptions.h"

namespace sramscope::sim {

namespace {

constexpr std::uint32_t kBasicFrame = 0x20;
constexpr std::uint32_t kExtendedFrame = 0x68;
constexpr std::uint32_t kControlFpca = 4;
constexpr std::uint32_t kControlSpsel = 2;
constexpr std::uint32_t kFpccrLspen = 1u << 30;
constexpr std::uint32_t kFpccrLspact = 1;
constexpr std::uint32_t kStkalign = 0x200;

GuestFault fault_of(GuestFault::Kind kind, Addr address) {
  GuestFault fault;
  fault.kind = kind;
  fault.address = address;
  return fault;
}

}  // namespace

void Exceptions::push_frame(Addr return_address, unsigned it_state) {
  const bool extended = (core_.control & kControlFpca) != 0;
  const std::uint32_t size = extended ? kExtendedFrame : kBasicFrame;
  const bool force_align = extended || (ccr & kStkalign) != 0;
  const std::uint32_t sp = core_.state.r[13];
  const std::uint32_t padding = force_align ? (sp >> 2) & 1 : 0;
  const Addr frame = (sp - size) & ~(force_align ? 4u : 0u);
  core_.state.r[13] = frame;
  core_.track_stack();

  const auto& r = core_.state.r;
  const std::uint32_t psr = (core_.program_status(it_state) & ~0x200u) | padding << 9;
  const std::uint32_t words[8] = {r[0], r[1], r[2], r[3], r[12], r[14], return_address, psr};
  for (unsigned i = 0; i < 8; ++i) core_.store_slow(frame + 4 * i, 4, words[i]);
  if (!extended) return;
  if ((fpccr & kFpccrLspen) == 0) {
    for (unsigned i = 0; i < 16; ++i) core_.store_slow(frame + 0x20 + 4 * i, 4, core_.state.s[i]);
    core_.store_slow(frame + 0x60, 4, core_.state.fpscr);
  } else {
    fpcar = frame + 0x20;
    fpccr |= kFpccrLspact;
  }
}

Addr Exceptions::enter(unsigned number, Addr return_address, unsigned it_state) {
  const bool was_thread = core_.ipsr == 0;
  const bool on_psp = core_.on_psp();
  const bool extended = (core_.control & kControlFpca) != 0;
  pending_.reset(number);
  bool stacked = true;
  try {
    push_frame(return_address, it_state);
  } catch (const GuestFault&) {
    stacked = false;  // the handler is entered all the same; the derived fault is reported below
  }
  core_.state.r[14] = 0xffffffe1u | (extended ? 0u : 0x10u) | (was_thread ? 8u : 0u) | (on_psp ? 4u : 0u);
  core_.control &= ~kControlFpca;
  if (on_psp) core_.swap_stacks();
  core_.control &= ~kControlSpsel;
  core_.ipsr = number;
  active_.set(number);
  core_.exclusive = false;
  core_.fp_context_changed();
  if (!stacked) throw fault_of(GuestFault::Kind::stacking, core_.state.r[13]);
  try {
    return core_.load_slow(vtor + 4 * number, 4);
  } catch (const GuestFault&) {
    throw fault_of(GuestFault::Kind::vector, vtor + 4 * number);
  }
}

void Exceptions::check_return(std::uint32_t exc_return) const {
  const bool known = (exc_return & 0xffffffe0u) == 0xffffffe0u && active_.test(core_.ipsr);
  const std::uint32_t mode = exc_return & 0xf;
  const bool to_thread = mode == 9 || mode == 0xd;
  const bool to_handler = mode == 1;
  // Returning to Thread mode while another exception is active needs CCR.NONBASETHRDENA.
  const bool nested_thread = to_thread && active_.count() > 1 && (ccr & 1) == 0;
  const bool lost_handler = to_handler && active_.count() <= 1;
  if (!known || (!to_thread && !to_handler) || nested_thread || lost_handler) {
    throw fault_of(GuestFault::Kind::exception_return, exc_return);
  }
}

Exceptions::Resume Exceptions::leave(std::uint32_t exc_return) {
  check_return(exc_return);
  const unsigned returning = core_.ipsr;
  active_.reset(returning);
  // B1.5.8 DeActivate: FAULTMASK is cleared unless an NMI returns.
  if (returning != kNmi) core_.faultmask = 0;
  core_.ipsr = 0;  // the stack pointer is chosen as in Thread mode from here on
  const bool to_psp = (exc_return & 4) != 0;
  core_.control = to_psp ? core_.control | kControlSpsel : core_.control & ~kControlSpsel;
  if (to_psp) core_.swap_stacks();
  try {
    return pop_frame(exc_return);
  } catch (const GuestFault&) {
    throw fault_of(GuestFault::Kind::unstacking, core_.state.r[13]);
  }
}

Exceptions::Resume Exceptions::pop_frame(std::uint32_t exc_return) {
  const bool extended = (exc_return & 0x10) == 0;
  const Addr frame = core_.state.r[13];
  std::uint32_t words[8];
  for (unsigned i = 0; i < 8; ++i) words[i] = core_.load_slow(frame + 4 * i, 4);
  auto& r = core_.state.r;
  for (unsigned i = 0; i < 4; ++i) r[i] = words[i];
  r[12] = words[4];
  r[14] = words[5];
  const std::uint32_t psr = words[7];
  if (extended) {
    if ((fpccr & kFpccrLspact) != 0) {
      fpccr &= ~kFpccrLspact;  // nobody touched the registers: they are still in place
    } else {
      for (unsigned i = 0; i < 16; ++i) core_.state.s[i] = core_.load_slow(frame + 0x20 + 4 * i, 4);
      core_.state.fpscr = core_.load_slow(frame + 0x60, 4);
    }
  }
  core_.control = extended ? core_.control | kControlFpca : core_.control & ~kControlFpca;
  const bool aligned = extended || (ccr & kStkalign) != 0;
  const std::uint32_t padding = aligned ? ((psr >> 9) & 1) << 2 : 0;
  r[13] = (frame + (extended ? kExtendedFrame : kBasicFrame)) | padding;
  core_.ipsr = psr & 0x1ff;
  core_.set_program_status(psr);
  core_.exclusive = false;
  core_.fp_context_changed();
  const bool wrong_mode = ((exc_return & 0xf) == 1) != (core_.ipsr != 0);
  if (wrong_mode) throw fault_of(GuestFault::Kind::exception_return, exc_return);
  return {words[6], ((psr >> 25) & 3) | ((psr >> 8) & 0xfc)};
}

void Exceptions::preserve_fp_state() {
  for (unsigned i = 0; i < 16; ++i) core_.store_slow(fpcar + 4 * i, 4, core_.state.s[i]);
  core_.store_slow(fpcar + 0x40, 4, core_.state.fpscr);
  fpccr &= ~kFpccrLspact;
}

}  // namespace sramscope::sim
