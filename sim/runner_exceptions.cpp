// The part of the outer loop that takes, delivers and leaves exceptions.

#include <algorithm>

#include "sim/runner.h"

namespace sramscope::sim {

void Runner::take_due_exceptions() {
  core_->event = false;
  SysTick& systick = registers_.systick();
  if (systick.take_tick(totals_.cycles) && systick.interrupts()) exceptions_.set_pending(kSysTick, true);
  core_->event = false;
  if (const auto number = exceptions_.takeable()) enter_exception(*number);
}

void Runner::enter_exception(unsigned number) {
  // The frame is written between two instructions: a tick of its own keeps its stamps apart from theirs.
  core_->op = CoreBase::between_blocks();
  --core_->tick_base;
  const Position interrupted = position_;
  core_->add_cycles(timing_->exception_entry_cycles());
  const Addr handler = exceptions_.enter(number, interrupted.target, interrupted.it_state);
  position_ = {nullptr, handler & ~1u, true, 0};
  if ((handler & 1) == 0) {
    GuestFault fault;
    fault.kind = GuestFault::Kind::state;
    fault.address = fault.pc = handler;
    fault.has_pc = true;
    throw fault;
  }
}

void Runner::return_from_exception() {
  core_->op = CoreBase::between_blocks();
  --core_->tick_base;
  core_->add_cycles(timing_->exception_return_cycles());
  const Exceptions::Resume resume = exceptions_.leave(core_->exc_return);
  position_ = {nullptr, resume.pc & ~1u, true, resume.it_state};
  core_->event_register = true;
  core_->request_event();
}

std::optional<Stop> Runner::deliver(const GuestFault& fault) {
  unsigned it_state = position_.it_state;
  const bool in_block = !fault.has_pc && core_->op != CoreBase::between_blocks();
  if (in_block) {
    const OpPlace place = place_of(core_->op, handlers_);
    it_state = BlockCache::it_state_at(*place.block, place.index);
  }
  const Stop stop = fault_stop(fault);
  core_->next_pc = CoreBase::kNoBranch;
  position_ = {nullptr, stop.pc, true, it_state};
  return escalate(fault, stop);
}

std::optional<Stop> Runner::escalate(const GuestFault& fault, const Stop& stop) {
  const auto number = exceptions_.raise(fault);
  if (!number) {
    Stop lockup = handled_fault_.value_or(stop);
    lockup.kind = StopKind::lockup;
    lockup.message = "lockup: a fault while handling a fault; " + stop.message;
    if (handled_fault_) lockup.message += "\nfirst fault: " + handled_fault_->message;
    return lockup;
  }
  if (*number == kHardFault && !options_.deliver_hard_faults) return stop;
  if (fault.kind == GuestFault::Kind::semihosting) return stop;
  if (!handled_fault_) handled_fault_ = stop;
  try {
    widen();
    enter_exception(*number);
  } catch (const GuestFault& derived) {
    return escalate(derived, stop);
  }
  return std::nullopt;
}

void Runner::supervisor_call() {
  exceptions_.set_pending(kSvcall, true);
  if (exceptions_.takeable() == kSvcall) return;
  // Masked, or from a handler of the same or a higher priority: escalates (B1.5.12).
  const auto due = exceptions_.takeable();
  if (due && exceptions_.execution_priority() > exceptions_.priority(kSvcall)) return;
  exceptions_.set_pending(kSvcall, false);
  GuestFault fault;
  fault.kind = GuestFault::Kind::supervisor;
  throw fault;
}

bool Runner::can_be_woken() const {
  return exceptions_.takeable().has_value() ||
         (registers_.systick().interrupts() && exceptions_.would_wake(kSysTick));
}

void Runner::wait(bool) {
  core_->request_event();
  const unsigned pending = exceptions_.highest_pending();
  if (pending != 0 && exceptions_.would_wake(pending)) return;
  if (!registers_.systick().interrupts() || !exceptions_.would_wake(kSysTick)) {
    throw GuestStop{StopKind::no_progress, 0};
  }
  const Cycles now = cycles_now();
  core_->add_cycles(static_cast<std::uint32_t>(registers_.systick().next_zero(now) - now));
}

void Runner::skip_idle_loop(const Edge& edge) {
  const Cycles now = current().cycles;
  const Cycles next = std::min(registers_.systick().next_zero(now), next_interval_);
  const Cycles turns = next <= now ? 1 : (next - now) / edge.charge[kLaneCycles] + 1;
  for (unsigned lane = 0; lane < kLaneCount; ++lane) {
    core_->lanes[lane] += edge.charge[lane] * static_cast<std::uint32_t>(turns);
  }
  position_ = {edge.to, edge.to->begin, true, 0};
}

void Runner::prepare_fpu() {
  constexpr std::uint32_t kFpca = 4, kAspen = 1u << 31, kLspact = 1, kFpdscrBits = 0x07c00000;
  if (!registers_.fpu_enabled()) {
    GuestFault fault;
    fault.kind = GuestFault::Kind::no_fpu;
    throw fault;
  }
  // ARM ARM B1.5.7, ExecuteFPCheck and PreserveFPState.
  if ((exceptions_.fpccr & kLspact) != 0) exceptions_.preserve_fp_state();
  if ((exceptions_.fpccr & kAspen) != 0 && (core_->control & kFpca) == 0) {
    core_->state.fpscr = (core_->state.fpscr & ~kFpdscrBits) | exceptions_.fpdscr;
    core_->control |= kFpca;
  }
  core_->fpu_ready = true;
}

}  // namespace sramscope::sim
