#include "sim/call_profile.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "sim/core.h"

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Op;
using isa::Timing;

constexpr std::size_t kMostContexts = 50'000;
constexpr std::size_t kMostFrames = 100'000;
constexpr std::size_t kMostTasks = 256;
/// Functions that call each other by jumps are looked for this far up.
constexpr std::size_t kTailCalls = 8;

Timing timing_of(const Insn& in) { return isa::facts(in.op).timing; }

bool pops_pc(const Insn& in) {
  return timing_of(in) == Timing::LoadMultiple && in.n == 13 && (in.imm & 0x8000) != 0;
}

/// `ldr pc, [sp], #4`
bool loads_pc_from_stack(const Insn& in) {
  return timing_of(in) == Timing::Load && in.d == 15 && in.n == 13 && in.writeback;
}

bool is_direct_branch(const Insn& in) {
  return timing_of(in) == Timing::Branch || timing_of(in) == Timing::BranchCond;
}

}  // namespace

CallProfile::CallProfile(const Image& image, const memory::MemoryTiming* caches)
    : caches_(caches), functions_(code_functions(image)) {}

Addr CallProfile::function_at(Addr address) const {
  const auto behind = std::upper_bound(functions_.begin(), functions_.end(), address,
                                       [](Addr a, const CodeFunction& f) { return a < f.begin; });
  if (behind == functions_.begin()) return address;
  const CodeFunction& function = *std::prev(behind);
  return address < function.end ? function.begin : address;
}

bool CallProfile::is_function(Addr address) const {
  const auto at = std::lower_bound(functions_.begin(), functions_.end(), address,
                                   [](const CodeFunction& f, Addr a) { return f.begin < a; });
  return at != functions_.end() && at->begin == address;
}

CallProfile::Step CallProfile::step_before(const Insn& in) const {
  switch (in.op) {
    case Op::BL_T1:
    case Op::BLX_reg_T1:
    case Op::BLXNS_T1:
      return Step::call;
    case Op::BX_T1:
    case Op::BXNS_T1:
      return Step::leave;
    default:
      break;
  }
  if (pops_pc(in) || loads_pc_from_stack(in)) return Step::leave;
  if (timing_of(in) == Timing::Move && in.d == 15) return Step::leave;
  const bool leaves =
      is_direct_branch(in) && is_function(in.imm) && function_at(in.address) != in.imm;
  return leaves ? Step::branch : Step::none;
}

void CallProfile::start(const CoreBase& core, Addr pc) {
  std::copy(std::begin(core.lanes), std::end(core.lanes), lanes_.begin());
  enter(child(kNoParent, function_at(pc)));
}

std::uint32_t CallProfile::child(int parent, Addr function) {
  if (parent >= 0) {
    const Context& caller = contexts_[static_cast<std::size_t>(parent)];
    if (caller.last_callee == function) return caller.last_child;
  }
  const std::uint64_t key = std::uint64_t{static_cast<std::uint32_t>(parent)} << 32 | function;
  const auto found = children_.find(key);
  std::uint32_t context = 0;
  if (found != children_.end()) {
    context = found->second;
  } else {
    context = new_child(parent, function);
    children_.emplace(key, context);
  }
  if (parent >= 0) {
    Context& caller = contexts_[static_cast<std::size_t>(parent)];
    caller.last_callee = function;
    caller.last_child = context;
  }
  return context;
}

std::uint32_t CallProfile::new_child(int parent, Addr function) {
  if (parent >= 0 && contexts_.size() >= kMostContexts) {
    truncated_ = true;
    return child(kNoParent, function);
  }
  Context context;
  context.parent = parent;
  context.function = function;
  contexts_.push_back(context);
  return static_cast<std::uint32_t>(contexts_.size() - 1);
}

void CallProfile::enter(std::uint32_t context) {
  current_ = context;
  ++contexts_[context].calls;
}

void CallProfile::account(const CoreBase& core) {
  Context& context = contexts_[current_];
  for (unsigned lane = 0; lane < kLaneCount; ++lane) {
    // Signed: a skipped conditional instruction may just have been taken back.
    const auto gained = static_cast<std::int32_t>(core.lanes[lane] - lanes_[lane]);
    context.lanes[lane] += static_cast<std::uint64_t>(std::int64_t{gained});
    lanes_[lane] = core.lanes[lane];
  }
  context.flash_load_bytes += core.flash_load_bytes - flash_load_bytes_;
  flash_load_bytes_ = core.flash_load_bytes;
  if (caches_ != nullptr) account_caches(context);
  if (core.extra_cycles == extra_cycles_) return;
  context.extra_cycles += core.extra_cycles - extra_cycles_;
  extra_cycles_ = core.extra_cycles;
  for (std::size_t i = 0; i < kCycleCauses; ++i) {
    context.extra_by_cause[i] += core.extra_by_cause[i] - extra_by_cause_[i];
  }
  extra_by_cause_ = core.extra_by_cause;
}

void CallProfile::account_caches(Context& context) {
  const std::array<CacheUse, kMostCaches> now = caches_->uses();
  for (std::size_t i = 0; i < kMostCaches; ++i) {
    context.caches[i].hits += now[i].hits - uses_[i].hits;
    context.caches[i].misses += now[i].misses - uses_[i].misses;
    context.caches[i].write_backs += now[i].write_backs - uses_[i].write_backs;
  }
  uses_ = now;
}

/// Calls whose stack is gone cannot return any more.
void CallProfile::drop_deeper(Addr stack) {
  while (!frames_.empty() && frames_.back().stack < stack) {
    current_ = frames_.back().caller;
    frames_.pop_back();
  }
}

void CallProfile::push(Addr target, Addr return_address, Addr stack) {
  if (frames_.size() < kMostFrames) frames_.push_back({return_address, stack, current_});
  enter(child(static_cast<int>(current_), target));
}

void CallProfile::call(const CoreBase& core, const Insn& in) {
  account(core);
  const Addr stack = core.state.r[13];
  drop_deeper(stack);
  const Addr target = in.op == Op::BL_T1 ? in.imm : core.state.r[in.m] & ~1u;
  push(target, in.address + in.size, stack);
}

void CallProfile::leave(const CoreBase& core, const Insn& in) {
  account(core);
  Addr stack = core.state.r[13];
  if (pops_pc(in)) {
    stack += 4u * static_cast<unsigned>(std::popcount(in.imm & 0xffffu));
  } else if (loads_pc_from_stack(in)) {
    stack += in.imm;
  } else {
    return land(core.state.r[in.m] & ~1u, stack);
  }
  // Where it returns to need not be looked up: the stack is that of the call.
  drop_deeper(stack);
  if (!frames_.empty() && frames_.back().stack == stack) {
    pop_to(frames_.back().return_address, stack);
  }
}

/// A jump through a register: a return, a tail call, or a jump back to where setjmp was called.
void CallProfile::land(Addr target, Addr stack) {
  drop_deeper(stack);
  if (pop_to(target, stack)) return;
  if (is_function(target)) return jump_to(target, stack);
  const Addr function = function_at(target);
  while (!frames_.empty() && frames_.back().stack == stack &&
         contexts_[frames_.back().caller].function == function) {
    current_ = frames_.back().caller;
    frames_.pop_back();
  }
}

/// Ends the innermost call that returns there, with the tail calls made in its place.
bool CallProfile::pop_to(Addr return_address, Addr stack) {
  bool popped = false;
  while (!frames_.empty() && frames_.back().stack == stack &&
         frames_.back().return_address == return_address) {
    current_ = frames_.back().caller;
    frames_.pop_back();
    popped = true;
  }
  return popped;
}

void CallProfile::branch(const CoreBase& core, const Insn& in) {
  const bool taken = in.cond >= 14 || isa::condition_holds(core.state.flags, in.cond);
  if (!taken) return;
  account(core);
  drop_deeper(core.state.r[13]);
  jump_to(in.imm, core.state.r[13]);
}

/// A tail call. Functions that go round in tail calls do not pile up.
void CallProfile::jump_to(Addr target, Addr stack) {
  if (contexts_[current_].function == target) return enter(current_);
  Addr return_address = 1;
  if (!frames_.empty() && frames_.back().stack == stack) {
    return_address = frames_.back().return_address;
    std::size_t looked_at = 0;
    for (auto frame = frames_.rbegin();
         frame != frames_.rend() && frame->stack == stack &&
         frame->return_address == return_address && looked_at < kTailCalls;
         ++frame, ++looked_at) {
      if (contexts_[frame->caller].function != target) continue;
      const std::uint32_t context = frame->caller;
      frames_.erase(std::prev(frame.base()), frames_.end());
      return enter(context);
    }
  }
  push(target, return_address, stack);
}

void CallProfile::interrupt(const CoreBase& core, Addr pc) {
  account(core);
  interrupted_.push_back({current_, std::move(frames_), pc, core.state.r[13]});
  frames_.clear();
}

void CallProfile::enter_handler(const CoreBase& core, Addr handler) {
  account(core);
  frames_.clear();
  enter(child(kNoParent, function_at(handler)));
}

void CallProfile::resume(const CoreBase& core, Addr pc) {
  account(core);
  const Addr stack = core.state.r[13];
  if (!interrupted_.empty()) {
    parked_.push_back(std::move(interrupted_.back()));
    interrupted_.pop_back();
  }
  const auto task = std::find_if(parked_.rbegin(), parked_.rend(), [&](const Thread& thread) {
    return thread.pc == pc && thread.stack == stack;
  });
  if (task != parked_.rend()) {
    current_ = task->context;
    frames_ = std::move(task->frames);
    parked_.erase(std::prev(task.base()));
    return;
  }
  // A task that begins, or code that a handler has written the address of.
  if (parked_.size() > kMostTasks) parked_.erase(parked_.begin());
  frames_.clear();
  enter(child(kNoParent, function_at(pc)));
}

Counters CallProfile::counters_of(const Context& context) const {
  Counters counters;
  const auto& lanes = context.lanes;
  counters.cycles = lanes[kLaneCycles] + context.extra_cycles;
  counters.instructions = lanes[kLaneInstructions];
  counters.loads = lanes[kLaneLoads];
  counters.stores = lanes[kLaneStores];
  counters.load_bytes = lanes[kLaneLoadBytes];
  counters.store_bytes = lanes[kLaneStoreBytes];
  counters.flash_load_bytes = context.flash_load_bytes;
  counters.by_cause = context.extra_by_cause;
  counters.caches = context.caches;
  const auto cause = [&](CycleCause which) -> Cycles& {
    return counters.by_cause[static_cast<std::size_t>(which)];
  };
  cause(CycleCause::hazard) += lanes[kLaneHazard];
  cause(CycleCause::multi_cycle) += lanes[kLaneMultiCycle];
  cause(CycleCause::branch) += lanes[kLaneBranch];
  cause(CycleCause::fetch_wait) += lanes[kLaneFetchWait];
  cause(CycleCause::issue) = 0;
  cause(CycleCause::issue) = counters.cycles - std::accumulate(counters.by_cause.begin(),
                                                               counters.by_cause.end(), Cycles{0});
  return counters;
}

void CallProfile::finish(const Counters& totals, CodeProfile& profile) const {
  std::unordered_map<Addr, std::uint32_t> number;
  Counters rest = totals;
  for (const Context& context : contexts_) {
    const auto [at, is_new] =
        number.try_emplace(context.function, static_cast<std::uint32_t>(profile.functions.size()));
    if (is_new) profile.functions.push_back(context.function);
    profile.contexts.push_back({context.parent, at->second, context.calls, counters_of(context)});
    rest -= profile.contexts.back().exclusive;
  }
  if (!profile.contexts.empty()) profile.contexts[current_].exclusive += rest;
  profile.contexts_truncated = truncated_;
}

}  // namespace sramscope::sim
