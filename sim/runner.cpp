#include "sim/runner.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "isa/arch.h"
#include "sim/fault_report.h"

namespace sramscope::sim {

namespace {

/// Cycles between two calls of the housekeeping; bounds the profiler's buffers.
constexpr Cycles kInterval = 4'000'000;
constexpr Addr kResetLr = 0xffffffff;

class NoShadow final : public MemoryView {
 public:
  std::uint64_t bytes_touched_since(Tick) const override { return 0; }
  std::vector<Lifetime> open_lifetimes() const override { return {}; }
  std::vector<Tick> live_stamps(Tick) const override { return {}; }
};

class NoObserver final : public Observer {};

const HandlerTable& choose_handlers(bool threaded, bool shadow) {
#ifndef SRAMSCOPE_PLAIN_LOOP
  if (threaded) return threaded_handlers(shadow);
#endif
  (void)threaded;
  return plain_handlers(shadow);
}

bool use_threaded(const MachineOptions& options) {
  return kHasThreadedDriver && !options.cost_instructions &&
         options.driver.value_or(Driver::threaded) == Driver::threaded;
}

/// Where the stack starts when the image does not say: the top of the RAM that holds its data.
Addr default_stack(const Board& board) {
  for (const Region& region : board.regions) {
    if (region.kind == RegionKind::sram) return region.base + region.size;
  }
  for (const Region& region : board.regions) {
    if (region.kind == RegionKind::tcm) return region.base + region.size;
  }
  return 0;
}

}  // namespace

Runner::Runner(const Board& board, const Image& image, MachineOptions options)
    : board_(board),
      image_(image),
      options_(std::move(options)),
      bus_(board),
      shadow_(options_.shadow_memory ? std::make_unique<memory::Shadow>(bus_) : nullptr),
      core_(options_.shadow_memory ? static_cast<CoreBase*>(&shadowed_core_) : &plain_core_),
      exceptions_(*core_, board.interrupts, board.priority_bits, isa::arch_of(board.core)),
      registers_(*this, exceptions_, board),
      switches_(board, *bus_.timing()),
      timing_(make_timing_model(board.core)),
      handlers_(choose_handlers(use_threaded(options_), options_.shadow_memory)),
      layers_(make_tracker(std::move(options_.layers))),
      calls_(options_.profile_code
                 ? std::make_unique<CallProfile>(image_,
                                                 board.caches.empty() ? nullptr : bus_.timing())
                 : nullptr),
      blocks_(bus_, isa::arch_of(board.core), *timing_, handlers_, layers_, calls_.get(),
              options_.timing),
      markers_(image_),
      threaded_(use_threaded(options_)) {
  if (options_.cost_instructions) tally_.emplace(handlers_);
  bus_.map_device(SystemRegisters::kBase, SystemRegisters::kSize, registers_);
  switches_.map(bus_);
}

bool Runner::load_bytes(Addr address, std::span<const std::uint8_t> bytes) {
  if (!bus_.poke(address, bytes)) return false;
  const Region* region = bus_.region_of(address);
  if (shadow_ != nullptr && region != nullptr && region->kind != RegionKind::flash) {
    shadow_->mark_loaded(address, static_cast<std::uint32_t>(bytes.size()));
  }
  return true;
}

Result<bool> Runner::load() {
  for (const Segment& segment : image_.segments) {
    if (!load_bytes(segment.address, segment.bytes)) {
      return Error{image_.path + ": segment " + segment.name + " lies outside the memory of " +
                   board_.name};
    }
  }
  SemihostingOptions services;
  services.console = options_.console;
  services.console_input = options_.console_input;
  services.directory = options_.semihosting_directory;
  services.command_line = options_.command_line;
  services.heap = heap_info(board_, image_);
  Result<Semihosting> opened = Semihosting::create(std::move(services));
  if (!opened) return opened.error();
  semihosting_ = std::move(*opened);
  reset_core();
  if (options_.call) prepare_call(*options_.call);
  return true;
}

void Runner::reset_core() {
  CoreBase& core = *core_;
  core.pages = bus_.pages();
  core.bus = &bus_;
  core.shadow = shadow_.get();
  core.jumps = &blocks_.jumps();
  core.services = this;
  core.calls = calls_.get();
  core.lanes[kLaneTicks] = kFirstTick;
  core.state.r[13] = image_.vector_table ? image_.initial_sp : default_stack(board_);
  core.state.r[14] = kResetLr;
  core.stack_base = core.lowest_sp = core.state.r[13];
  configuration_changed();
  core.priority_mask = 0xffu & ~(0xffu >> board_.priority_bits);
  if (options_.timing == TimingMode::reference) pipeline_ = timing_->make_pipeline();
  core.pipeline = pipeline_.get();
  core.prediction = timing_->prediction().value_or(PredictionCosts{});
  core.store_to_load = timing_->store_to_load();
  if (core.store_to_load[0] != 0) bus_.set_ordered_data();
  core.bit_band = board_.core == CoreKind::cortex_m3 || board_.core == CoreKind::cortex_m4;
  const isa::Arch arch = isa::arch_of(board_.core);
  core.control_mask = board_.core == CoreKind::cortex_m0 ? 2 : arch.fp ? 7 : 3;
  // SPSEL: ARMv8-M takes it in handlers too, where it has no effect (ARMv7-M B1.4.4 ignores the
  // write).
  core.control_mask_in_handlers = core.control_mask & (arch.has(isa::Since::V8MB) ? 7 : 5);
  exceptions_.vtor = image_.vector_table.value_or(0);
  position_ = {nullptr, image_.entry, true, 0};
}

void Runner::configuration_changed() {
  core_->fp_context_changed();
  core_->request_event();
  core_->unaligned_traps = registers_.unaligned_traps();
  core_->divide_by_zero_traps = registers_.divide_by_zero_traps();
  bus_.timing()->set_core_caches(registers_.icache_enabled(), registers_.dcache_enabled());
}

const MemoryView& Runner::view() const {
  static const NoShadow none;
  if (shadow_ == nullptr) return none;
  return *shadow_;
}

Counters Runner::current() const { return current_without({}); }

Counters Runner::current_without(const LaneValues& unspent) const {
  const CoreBase& core = *core_;
  Counters now = totals_;
  const auto gained = [&](Lane lane) {
    // Signed: a skipped conditional instruction may just have been taken back.
    const auto delta = static_cast<std::int32_t>(core.lanes[lane] - unspent[lane] - widened_[lane]);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(delta));
  };
  now.cycles += gained(kLaneCycles) + (core.extra_cycles - widened_extra_);
  now.instructions += gained(kLaneInstructions);
  now.loads += gained(kLaneLoads);
  now.stores += gained(kLaneStores);
  now.load_bytes += gained(kLaneLoadBytes);
  now.store_bytes += gained(kLaneStoreBytes);
  now.flash_load_bytes = core.flash_load_bytes;
  now.caches = bus_.timing()->uses();
  const auto cause = [&](CycleCause which) -> Cycles& {
    return now.by_cause[static_cast<std::size_t>(which)];
  };
  cause(CycleCause::hazard) += gained(kLaneHazard);
  cause(CycleCause::multi_cycle) += gained(kLaneMultiCycle);
  cause(CycleCause::branch) += gained(kLaneBranch);
  cause(CycleCause::fetch_wait) += gained(kLaneFetchWait);
  for (std::size_t i = 0; i < kCycleCauses; ++i)
    now.by_cause[i] += core.extra_by_cause[i] - widened_causes_[i];
  cause(CycleCause::issue) = 0;
  cause(CycleCause::issue) =
      now.cycles - std::accumulate(now.by_cause.begin(), now.by_cause.end(), Cycles{0});
  return now;
}

void Runner::widen() {
  const auto transfers =
      static_cast<std::int32_t>(core_->lanes[kLaneTransfer] - widened_[kLaneTransfer]);
  transfer_cycles_ += static_cast<Cycles>(static_cast<std::int64_t>(transfers));
  totals_ = current();
  if (calls_ && started_) calls_->account(*core_);
  std::copy(std::begin(core_->lanes), std::end(core_->lanes), widened_);
  widened_extra_ = core_->extra_cycles;
  widened_causes_ = core_->extra_by_cause;
}

Counters Runner::totals_at_op() const { return current_without(unspent_at_op()); }

LaneValues Runner::unspent_at_op() const {
  if (core_->op == CoreBase::between_blocks()) return {};
  const OpPlace place = place_of(core_->op, handlers_);
  return charged_from(*place.block, place.index + 1);
}

DwtEvents Runner::events_now() {
  const LaneValues unspent = unspent_at_op();
  const Counters now = current_without(unspent);
  const auto of = [&](CycleCause cause) { return now.by_cause[static_cast<std::size_t>(cause)]; };
  const auto transfers = static_cast<std::int32_t>(
      core_->lanes[kLaneTransfer] - unspent[kLaneTransfer] - widened_[kLaneTransfer]);
  DwtEvents events;
  events.load_store = transfer_cycles_ + static_cast<Cycles>(static_cast<std::int64_t>(transfers)) +
                      of(CycleCause::flash_data_wait) + of(CycleCause::sram_data_wait) +
                      of(CycleCause::cache_miss) - core_->fetch_miss_cycles;
  events.sleep = core_->sleep_cycles;
  events.exception = of(CycleCause::exception) - events.sleep;
  events.folded = now.instructions - of(CycleCause::issue);
  // All that is left, so that the sum is right.
  events.cpi =
      now.cycles - of(CycleCause::issue) - events.load_store - events.sleep - events.exception;
  return events;
}

Moment Runner::moment(const Counters& totals, Tick tick) {
  CoreBase& core = *core_;
  Moment moment;
  moment.tick = tick;
  moment.totals = totals;
  moment.stack = core.stack_base - core.state.r[13];
  moment.deepest_stack = core.stack_base - std::min(core.lowest_sp, core.state.r[13]);
  core.lowest_sp = core.state.r[13];
  return moment;
}

RunResult Runner::run(const Limits& limits, Observer* observer) {
  NoObserver nobody;
  observer_ = observer != nullptr ? observer : &nobody;
  if (!started_) start(*observer_);
  RunResult result;
  for (std::optional<Stop> stop; !stop;) {
    try {
      stop = loop_until_fault(limits);
    } catch (const RunEnd& end) {
      stop = end.stop;
    }
    if (stop) result.stop = *stop;
  }
  widen();
  result.totals = totals_;
  if (tally_) result.instructions = tally_->costs();
  result.timing_model = timing_->name();
  result.timing_note = timing_->note();
  result.layers = layers_.plan();
  result.layers.points.clear();
  result.patches = layers_.patches();
  if (calls_) {
    calls_->finish(totals_, result.code);
    result.code.instructions = blocks_.counts();
  }
  if (options_.timing == TimingMode::reference) {
    result.timing_note += "; counted instruction by instruction";
  }
  if (shadow_ != nullptr) shadow_->flush();
  const Tick tick = core_->lanes[kLaneTicks];
  observer_->on_stop(moment(totals_, tick), view());
  observer_ = nullptr;
  return result;
}

std::optional<Stop> Runner::loop_until_fault(const Limits& limits) {
  try {
    return loop(limits, *observer_);
  } catch (const GuestFault& fault) {
    deliver(fault);
    return std::nullopt;
  } catch (const GuestStop& end) {
    return ended_at_op(end);
  }
}

void Runner::start(Observer& observer) {
  started_ = true;
  if (calls_) calls_->start(*core_, position_.target);
  next_interval_ = kInterval;
  if (shadow_ != nullptr) {
    shadow_->set_sink([this](std::span<const Lifetime> lives) { observer_->on_lifetimes(lives); });
  }
  observer.on_start(moment(totals_, kFirstTick), view());
}

void Runner::plan_deadline(const Limits& limits) {
  constexpr Cycles kFarthest = 1u << 30;
  widen();
  Cycles ahead =
      std::min(next_interval_, limits.max_cycles) - std::min(totals_.cycles, limits.max_cycles);
  // Few cycles pass per instruction, so this lands at or shortly after the limit; the loop then
  // comes back.
  ahead = std::min(ahead, registers_.systick().next_zero(totals_.cycles) - totals_.cycles);
  ahead = std::min(
      ahead, limits.max_instructions - std::min(totals_.instructions, limits.max_instructions));
  core_->deadline =
      core_->lanes[kLaneCycles] + static_cast<std::uint32_t>(std::min(ahead, kFarthest));
}

std::optional<StopKind> Runner::housekeeping(const Limits& limits, Observer& observer) {
  widen();
  if (core_->code_changed || timing_seen_ != bus_.timing_changes()) drop_changed_code();
  if (totals_.cycles >= limits.max_cycles) return StopKind::cycle_limit;
  if (totals_.instructions >= limits.max_instructions) return StopKind::instruction_limit;
  if (interrupted_.load(std::memory_order_relaxed)) return StopKind::interrupted;
  if (totals_.cycles >= next_interval_) {
    next_interval_ = totals_.cycles + kInterval;
    if (shadow_ != nullptr) shadow_->flush();
    const Tick tick = core_->lanes[kLaneTicks];
    observer.on_interval(moment(totals_, tick), view());
    if (options_.progress) options_.progress(totals_, layer_path());
    if (tick >= options_.renumber_at) renumber_ticks(observer);
  }
  take_due_exceptions();
  plan_deadline(limits);
  return std::nullopt;
}

void Runner::drop_changed_code() {
  core_->code_changed = false;
  timing_seen_ = bus_.timing_changes();
  position_.from = nullptr;
  if (tally_) tally_->forget_blocks();
  blocks_.clear();
}

void Runner::renumber_ticks(Observer& observer) {
  if (shadow_ == nullptr) {
    core_->lanes[kLaneTicks] = kFirstTick;
    return;
  }
  const std::vector<Tick> old = shadow_->renumber();
  const Tick next = kFirstTick + static_cast<Tick>(old.size());
  core_->lanes[kLaneTicks] = next;
  observer.on_renumber(old, next);
}

void Runner::drive(const Edge& edge) {
  CoreBase& core = *core_;
  core.next_pc = CoreBase::kNoBranch;
  ++edge.count;
  for (unsigned lane = 0; lane < kLaneCount; ++lane) core.lanes[lane] += edge.charge[lane];
  const MicroOp* op = edge.ops;
  if (tally_) {
    tally_->drive(core, op);
  } else if (threaded_) {
    op->handler(core, op);
  } else {
    while (op != nullptr) op = op->handler(core, op);
  }
  const bool taken = core.next_pc != CoreBase::kNoBranch;
  position_ = {core.left, taken ? core.next_pc : core.left->end, taken,
               taken ? 0 : core.left->it_after};
}

const Edge& Runner::next_edge() {
  // Around an exception the pipeline starts anew: where it came from does not matter.
  const bool anew = position_.from == nullptr || position_.from->world != blocks_.world();
  if (anew) return blocks_.entry(position_.target, position_.it_state);
  return blocks_.edge(position_.from, position_.target, position_.taken);
}

Stop Runner::loop(const Limits& limits, Observer& observer) {
  const auto is_due = [this] {
    return static_cast<std::int32_t>(core_->deadline - core_->lanes[kLaneCycles]) <= 0;
  };
  plan_deadline(limits);
  for (;;) {
    if (core_->exc_return != 0) return_from_exception();
    if (!core_->thumb) refuse_arm_state();
    if (is_due()) {
      if (const auto stop = housekeeping(limits, observer)) return plain_stop(*stop);
      if (is_due() || !core_->thumb) continue;
    }
    if (position_.target == kCallReturn && options_.call) return returned_from_call();
    const Edge& edge = next_edge();
    if (edge.to->branches_to_itself) {
      if (!can_be_woken()) return plain_stop(StopKind::no_progress);
      skip_idle_loop(edge);
      continue;
    }
    if (core_->guarded) forget_narrowed_pages();
    drive(edge);
  }
}

Stop Runner::plain_stop(StopKind kind) const {
  Stop stop;
  stop.kind = kind;
  stop.pc = position_.target;
  stop.layer = layer_path();
  const FaultScene scene{image_, bus_, *core_, stop.pc, stop.layer};
  const std::string place = describe_place(scene);
  switch (kind) {
    case StopKind::cycle_limit:
      stop.message = "cycle limit reached at " + place;
      break;
    case StopKind::instruction_limit:
      stop.message = "instruction limit reached at " + place;
      break;
    case StopKind::interrupted:
      stop.message = "interrupted at " + place;
      break;
    case StopKind::no_progress:
      if (core_->ipsr != 0 && handled_fault_) {
        stop = *handled_fault_;
        stop.message += "\n   the handler ran and loops at " + place;
        return stop;
      }
      stop.message = "the firmware branches to itself and nothing can end that: " + place;
      break;
    default:
      break;
  }
  return stop;
}

Stop Runner::fault_stop(const GuestFault& fault) {
  Stop stop;
  stop.kind = StopKind::fault;
  stop.pc = fault.has_pc ? fault.pc : position_.target;
  stop.layer = layer_path();
  if (!fault.has_pc && core_->op != CoreBase::between_blocks()) {
    stop.pc = core_->op->in.address;
    take_back();
  }
  const FaultScene scene{image_, bus_, *core_, stop.pc, stop.layer};
  // What raising the fault will note, on a copy: a report shows the registers as they were before
  // the handler's entry.
  Exceptions after = exceptions_;
  std::optional<unsigned> exception;
  if (fault.kind != GuestFault::Kind::semihosting) exception = after.raise(fault);
  const bool goes_to_firmware =
      exception && (*exception != kHardFault || options_.deliver_hard_faults);
  if (goes_to_firmware &&
      handled_fault_) {  // a firmware may live on its faults: no long story for each
    stop.message = describe_fault_briefly(fault, scene);
    return stop;
  }
  stop.fault = fault_values(fault, scene, after, exception);
  stop.message = describe_fault(fault, scene, after, *stop.fault);
  return stop;
}

void Runner::take_back() {
  const OpPlace place = place_of(core_->op, handlers_);
  const LaneValues unspent = charged_from(*place.block, place.index);
  for (unsigned lane = 0; lane < kLaneCount; ++lane) core_->lanes[lane] -= unspent[lane];
}

Stop Runner::ended_at_op(const GuestStop& end) {
  const Counters totals = totals_at_op();
  widen();
  totals_ = totals;
  Stop stop;
  stop.kind = end.kind;
  stop.exit_status = end.exit_status;
  stop.pc = core_->op->in.address;
  stop.layer = layer_path();
  if (end.kind == StopKind::exited) return stop;
  const std::string place = describe_place({image_, bus_, *core_, stop.pc, stop.layer});
  if (end.kind == StopKind::breakpoint) stop.message = "breakpoint instruction at " + place;
  if (end.kind == StopKind::reset_request)
    stop.message = "the firmware requested a reset at " + place;
  if (end.kind == StopKind::no_progress) {
    stop.message = "the firmware waits for an interrupt that cannot come: " + place;
  }
  return stop;
}

void Runner::semihosting(CoreBase& core) {
  const std::uint32_t operation = core.state.r[0];
  const SemihostingResult result = semihosting_->call(operation, core.state.r[1], *this);
  if (!result.problem.empty()) {
    GuestFault fault;
    fault.kind = GuestFault::Kind::semihosting;
    fault.detail = result.problem;
    throw fault;
  }
  if (result.exited) throw GuestStop{StopKind::exited, result.exit_status};
  core.state.r[0] = result.value;
}

unsigned Runner::divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) {
  return timing_->divide_cycles(n, d, is_signed);
}

unsigned Runner::unaligned_cycles(Addr address, unsigned size) {
  return timing_->unaligned_cycles(address, size);
}

void Runner::warn(const char* text) {
  if (options_.warning) options_.warning(text);
}

bool Runner::read_bytes(Addr address, std::span<std::uint8_t> to) {
  if (!bus_.peek(address, to)) return false;
  if (shadow_ != nullptr) {
    shadow_->note_read(address, static_cast<std::uint32_t>(to.size()), core_->now());
  }
  return true;
}

bool Runner::write_bytes(Addr address, std::span<const std::uint8_t> from) {
  if (shadow_ != nullptr) {
    shadow_->note_write(address, static_cast<std::uint32_t>(from.size()), core_->now());
  }
  return bus_.poke(address, from);
}

}  // namespace sramscope::sim
