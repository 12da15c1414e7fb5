// The part of the outer loop that takes, delivers and leaves exceptions.

#include <algorithm>
#include <utility>

#include "sim/runner.h"

namespace sramscope::sim {
namespace {

/// Where line number `count` of `text` ends.
std::size_t end_of_line(const std::string& text, unsigned count) {
  std::size_t end = 0;
  while (count-- > 0 && end != text.npos) end = text.find('\n', end + (end != 0 ? 1 : 0));
  return end;
}

}  // namespace

void Runner::poll_systick() {
  SysTick& systick = registers_.systick();
  if (systick.take_tick(current().cycles) && systick.interrupts())
    exceptions_.set_pending(kSysTick, true);
}

void Runner::take_due_exceptions() {
  poll_systick();
  core_->event = false;
  if (exceptions_.takeable()) enter_exception(nullptr);
}

void Runner::enter_exception(const Stop* cause) {
  if (calls_) calls_->interrupt(*core_, position_.target);
  // The frame is written between two instructions: a tick of its own keeps its stamps apart from
  // theirs.
  core_->op = CoreBase::between_blocks();
  ++core_->lanes[kLaneTicks];
  core_->add_cycles(timing_->exception_entry_cycles(), CycleCause::exception);
  poll_systick();  // what comes while the frame is stacked is not too late (B1.5.12)
  start_handler(exceptions_.enter(position_.target, position_.it_state), cause);
}

void Runner::start_handler(const Exceptions::Entry& entry, const Stop* cause) {
  std::optional<Stop> derived;
  if (entry.derived) derived = fault_stop(*entry.derived);
  if (cause == nullptr && derived) cause = &*derived;
  if (entry.number == 0) lock_up(*cause);
  const bool is_report =
      entry.number == kHardFault && cause != nullptr && !options_.deliver_hard_faults;
  if (is_report) throw RunEnd{*cause};
  if (cause != nullptr && !handled_fault_) handled_fault_ = *cause;
  if (calls_) calls_->enter_handler(*core_, entry.handler & ~1u);
  position_ = {nullptr, entry.handler & ~1u, true, 0};
  core_->thumb = (entry.handler & 1) != 0;
  core_->left_thumb_at = position_.target;
  core_->request_event();
}

void Runner::lock_up(const Stop& stop) {
  Stop lockup = stop;
  lockup.kind = StopKind::lockup;
  // The first fault is what has to be found; of the second, what and where is enough.
  const std::string second =
      handled_fault_ ? stop.message.substr(0, end_of_line(stop.message, 3)) : stop.message;
  lockup.message = "lockup: a fault while handling a fault; " + second;
  if (handled_fault_) lockup.message += "\nfirst fault: " + handled_fault_->message;
  throw RunEnd{lockup};
}

void Runner::return_from_exception() {
  core_->op = CoreBase::between_blocks();
  ++core_->lanes[kLaneTicks];
  poll_systick();
  const Exceptions::Resume resume = exceptions_.leave(std::exchange(core_->exc_return, 0));
  core_->request_event();
  if (resume.chains || resume.fault) return tail_chain(resume);
  core_->add_cycles(timing_->exception_return_cycles(), CycleCause::exception);
  if (calls_) calls_->resume(*core_, resume.pc & ~1u);
  position_ = {nullptr, resume.pc & ~1u, true, resume.it_state};
  if (core_->ipsr == 0 && registers_.sleeps_on_exit()) wait(false);
}

void Runner::tail_chain(const Exceptions::Resume& resume) {
  core_->add_cycles(timing_->tail_chain_cycles(), CycleCause::exception);
  if (!resume.fault) return start_handler(exceptions_.take(resume.exc_return), nullptr);
  const Stop stop = fault_stop(*resume.fault);
  if (!exceptions_.raise(*resume.fault)) lock_up(stop);
  start_handler(exceptions_.take(resume.exc_return), &stop);
}

void Runner::refuse_arm_state() {
  GuestFault fault;
  fault.kind = GuestFault::Kind::state;
  fault.address = position_.target;
  fault.pc = core_->left_thumb_at;
  fault.has_pc = true;
  deliver(fault, fault_stop(fault));
}

void Runner::deliver(const GuestFault& fault) {
  unsigned it_state = position_.it_state;
  const bool in_block = !fault.has_pc && core_->op != CoreBase::between_blocks();
  if (in_block) {
    const OpPlace place = place_of(core_->op, handlers_);
    it_state = BlockCache::it_state_at(*place.block, place.index);
  }
  const Stop stop = fault_stop(fault);
  core_->next_pc = CoreBase::kNoBranch;
  position_ = {nullptr, stop.pc, true, it_state};
  deliver(fault, stop);
}

void Runner::deliver(const GuestFault& fault, const Stop& stop) {
  if (fault.kind == GuestFault::Kind::semihosting) throw RunEnd{stop};
  if (!exceptions_.raise(fault)) lock_up(stop);
  widen();
  enter_exception(&stop);
}

void Runner::supervisor_call() {
  exceptions_.set_pending(kSvcall, true);
  if (exceptions_.priority_of(kSvcall) < exceptions_.execution_priority()) return;
  // Masked, or from a handler of the same or a higher priority: escalates (B1.5.13).
  exceptions_.set_pending(kSvcall, false);
  GuestFault fault;
  fault.kind = GuestFault::Kind::supervisor;
  if (!options_.deliver_hard_faults) throw fault;
  // Not a fault of the instruction: the return address is that of the next one.
  if (!exceptions_.raise(fault)) lock_up(fault_stop(fault));
}

bool Runner::can_set_faultmask() { return exceptions_.execution_priority() > -1; }

bool Runner::ignores_bus_faults() {
  return (exceptions_.ccr & 0x100) != 0 && exceptions_.execution_priority() < 0;
}

void Runner::coprocessor(unsigned number) {
  constexpr unsigned kFpu = 10, kFpuToo = 11;
  GuestFault fault;
  fault.kind = GuestFault::Kind::no_coprocessor;
  if (number == kFpu || number == kFpuToo) {
    if (registers_.fpu_enabled()) return;  // it does not know the instruction
    fault.kind = GuestFault::Kind::no_fpu;
  }
  throw fault;
}

bool Runner::can_be_woken() const {
  return exceptions_.takeable().has_value() ||
         (registers_.systick().interrupts() && exceptions_.would_wake(kSysTick));
}

void Runner::wait(bool for_event) {
  core_->request_event();
  const unsigned pending = exceptions_.highest_pending();
  if (pending != 0 && exceptions_.would_wake(pending)) return;
  // SysTick is the only source of interrupts that does not need the core. For WFE and SEVONPEND it
  // may even be masked.
  const bool sends_event =
      for_event && exceptions_.pending_sends_event && !exceptions_.pending(kSysTick);
  if (!registers_.systick().interrupts() || !(sends_event || exceptions_.would_wake(kSysTick))) {
    throw GuestStop{StopKind::no_progress, 0};
  }
  const Cycles now = cycles_now();
  // Sleep has no cause of its own; what it waits for is an exception.
  const Cycles asleep = registers_.systick().next_zero(now) - now;
  core_->add_cycles(static_cast<std::uint32_t>(asleep), CycleCause::exception);
  core_->sleep_cycles += asleep;
}

void Runner::skip_idle_loop(const Edge& edge) {
  const Cycles now = current().cycles;
  const Cycles next = std::min(registers_.systick().next_zero(now), next_interval_);
  const Cycles turns = next <= now ? 1 : (next - now) / edge.charge[kLaneCycles] + 1;
  for (unsigned lane = 0; lane < kLaneCount; ++lane) {
    core_->lanes[lane] += edge.charge[lane] * static_cast<std::uint32_t>(turns);
  }
  edge.count += turns;
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
  if ((exceptions_.fpccr & kLspact) != 0) preserve_fp_state();
  if ((exceptions_.fpccr & kAspen) != 0 && (core_->control & kFpca) == 0) {
    core_->state.fpscr = (core_->state.fpscr & ~kFpdscrBits) | exceptions_.fpdscr;
    core_->control |= kFpca;
  }
  core_->fpu_ready = true;
}

}  // namespace sramscope::sim
