#include "sim/runner.h"

#include <algorithm>
#include <array>
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
  return kHasThreadedDriver && options.driver.value_or(Driver::threaded) == Driver::threaded;
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
      registers_(*this, board.core, image.vector_table.value_or(0)),
      timing_(make_timing_model(board.core)),
      handlers_(choose_handlers(use_threaded(options_), options_.shadow_memory)),
      blocks_(bus_, isa::arch_of(board.core), *timing_, handlers_),
      markers_(image_),
      core_(options_.shadow_memory ? static_cast<CoreBase*>(&shadowed_core_) : &plain_core_),
      threaded_(use_threaded(options_)) {
  bus_.map_device(SystemRegisters::kBase, SystemRegisters::kSize, registers_);
}

Result<bool> Runner::load() {
  for (const Segment& segment : image_.segments) {
    if (!bus_.poke(segment.address, segment.bytes)) {
      return Error{image_.path + ": segment " + segment.name + " lies outside the memory of " + board_.name};
    }
    const Region* region = bus_.region_of(segment.address);
    if (shadow_ != nullptr && region != nullptr && region->kind != RegionKind::flash) {
      shadow_->mark_loaded(segment.address, static_cast<std::uint32_t>(segment.bytes.size()));
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
  return true;
}

void Runner::reset_core() {
  CoreBase& core = *core_;
  core.pages = bus_.pages();
  core.bus = &bus_;
  core.shadow = shadow_.get();
  core.jumps = &blocks_.jumps();
  core.services = this;
  core.tick_base = 0u - kFirstTick;
  core.state.r[13] = image_.vector_table ? image_.initial_sp : default_stack(board_);
  core.state.r[14] = kResetLr;
  core.stack_base = core.lowest_sp = core.state.r[13];
  configuration_changed();
  position_ = {nullptr, image_.entry, true};
}

void Runner::configuration_changed() {
  core_->fpu_enabled = registers_.fpu_enabled();
  core_->unaligned_traps = registers_.unaligned_traps();
  core_->divide_by_zero_traps = registers_.divide_by_zero_traps();
}

const MemoryView& Runner::view() const {
  static const NoShadow none;
  if (shadow_ == nullptr) return none;
  return *shadow_;
}

Counters Runner::current() const {
  const CoreBase& core = *core_;
  Counters now = totals_;
  const auto gained = [&](Lane lane) {
    // Signed: a skipped conditional instruction may just have been taken back.
    const auto delta = static_cast<std::int32_t>(core.lanes[lane] - widened_[lane]);
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(delta));
  };
  now.cycles += gained(kLaneCycles) + (core.extra_cycles - widened_extra_);
  now.instructions += gained(kLaneInstructions);
  now.loads += gained(kLaneLoads);
  now.stores += gained(kLaneStores);
  now.load_bytes += gained(kLaneLoadBytes);
  now.store_bytes += gained(kLaneStoreBytes);
  now.flash_load_bytes = core.flash_load_bytes;
  return now;
}

void Runner::widen() {
  totals_ = current();
  std::copy(std::begin(core_->lanes), std::end(core_->lanes), widened_);
  widened_extra_ = core_->extra_cycles;
}

namespace {

/// What a block has charged for the instructions from number `first` on.
Counters charged_from(const Block& block, std::size_t first, std::uint32_t cycles) {
  Counters counters;
  counters.cycles = cycles;
  for (std::size_t i = first; i < block.insns.size(); ++i) {
    const isa::Traffic moved = isa::traffic(block.insns[i]);
    counters.instructions += 1;
    counters.loads += moved.loads;
    counters.stores += moved.stores;
    counters.load_bytes += std::uint64_t{moved.loads} * moved.bytes_each;
    counters.store_bytes += std::uint64_t{moved.stores} * moved.bytes_each;
  }
  return counters;
}

struct OpPlace {
  const Block* block = nullptr;
  std::size_t index = 0;
};

OpPlace place_of(const MicroOp* op, const HandlerTable& handlers) {
  const std::int16_t tick = op->tick;
  while (op->handler != handlers.end_block) ++op;
  return {op->block, op->block->insns.size() - static_cast<std::size_t>(-tick)};
}

}  // namespace

Counters Runner::totals_at_op() const {
  if (core_->op == nullptr) return current();
  const OpPlace place = place_of(core_->op, handlers_);
  return current() - charged_from(*place.block, place.index + 1, core_->op->cycles_after);
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
  result.stop = loop(limits, *observer_);
  result.totals = totals_;
  result.timing_model = timing_->name();
  result.timing_note = timing_->note();
  if (shadow_ != nullptr) shadow_->flush();
  const Tick tick = core_->lanes[kLaneInstructions] - core_->tick_base;
  observer_->on_stop(moment(totals_, tick), view());
  observer_ = nullptr;
  return result;
}

void Runner::start(Observer& observer) {
  started_ = true;
  next_interval_ = kInterval;
  if (shadow_ != nullptr) {
    shadow_->set_sink([this](std::span<const Lifetime> lives) { observer_->on_lifetimes(lives); });
  }
  observer.on_start(moment(totals_, kFirstTick), view());
}

void Runner::plan_deadline(const Limits& limits) {
  constexpr Cycles kFarthest = 1u << 30;
  Cycles ahead = std::min(next_interval_, limits.max_cycles) - std::min(totals_.cycles, limits.max_cycles);
  // Few cycles pass per instruction, so this lands at or shortly after the limit; the loop then comes back.
  ahead = std::min(ahead, limits.max_instructions - std::min(totals_.instructions, limits.max_instructions));
  core_->deadline =
      core_->lanes[kLaneCycles] + static_cast<std::uint32_t>(std::min(ahead, kFarthest));
}

std::optional<StopKind> Runner::housekeeping(const Limits& limits, Observer& observer) {
  widen();
  if (core_->code_changed) drop_changed_code();
  if (totals_.cycles >= limits.max_cycles) return StopKind::cycle_limit;
  if (totals_.instructions >= limits.max_instructions) return StopKind::instruction_limit;
  if (interrupted_.load(std::memory_order_relaxed)) return StopKind::interrupted;
  if (totals_.cycles >= next_interval_) {
    next_interval_ = totals_.cycles + kInterval;
    if (shadow_ != nullptr) shadow_->flush();
    const Tick tick = core_->lanes[kLaneInstructions] - core_->tick_base;
    observer.on_interval(moment(totals_, tick), view());
    if (options_.progress) options_.progress(totals_, markers_.innermost());
    if (tick >= options_.renumber_at) renumber_ticks(observer);
  }
  plan_deadline(limits);
  return std::nullopt;
}

void Runner::drop_changed_code() {
  core_->code_changed = false;
  position_.from = nullptr;
  blocks_.clear();
}

void Runner::renumber_ticks(Observer& observer) {
  if (shadow_ == nullptr) {
    core_->tick_base = core_->lanes[kLaneInstructions] - kFirstTick;
    return;
  }
  const std::vector<Tick> old = shadow_->renumber();
  const Tick next = kFirstTick + static_cast<Tick>(old.size());
  core_->tick_base = core_->lanes[kLaneInstructions] - next;
  observer.on_renumber(old, next);
}

void Runner::drive(const Edge& edge) {
  CoreBase& core = *core_;
  core.next_pc = CoreBase::kNoBranch;
  for (unsigned lane = 0; lane < kLaneCount; ++lane) core.lanes[lane] += edge.charge[lane];
  const MicroOp* op = edge.ops;
  if (threaded_) {
    op->handler(core, op);
  } else {
    while (op != nullptr) op = op->handler(core, op);
  }
  const bool taken = core.next_pc != CoreBase::kNoBranch;
  position_ = {core.left, taken ? core.next_pc : core.left->end, taken};
}

Stop Runner::loop(const Limits& limits, Observer& observer) {
  plan_deadline(limits);
  try {
    for (;;) {
      const auto left = static_cast<std::int32_t>(core_->deadline - core_->lanes[kLaneCycles]);
      if (left <= 0) {
        if (const auto stop = housekeeping(limits, observer)) return plain_stop(*stop);
        if (static_cast<std::int32_t>(core_->deadline - core_->lanes[kLaneCycles]) <= 0) continue;
      }
      const Edge& edge = blocks_.edge(position_.from, position_.target, position_.taken);
      if (edge.to->branches_to_itself) {
        widen();
        return plain_stop(StopKind::no_progress);
      }
      drive(edge);
    }
  } catch (const GuestFault& fault) {
    return fault_stop(fault);
  } catch (const GuestStop& end) {
    return ended_at_op(end);
  }
}

Stop Runner::plain_stop(StopKind kind) const {
  Stop stop;
  stop.kind = kind;
  stop.pc = position_.target;
  stop.layer = markers_.path();
  const FaultScene scene{image_, bus_, *core_, stop.pc, stop.layer};
  const std::string place = describe_place(scene);
  switch (kind) {
    case StopKind::cycle_limit: stop.message = "cycle limit reached at " + place; break;
    case StopKind::instruction_limit: stop.message = "instruction limit reached at " + place; break;
    case StopKind::interrupted: stop.message = "interrupted at " + place; break;
    case StopKind::no_progress:
      stop.message = "the firmware branches to itself and nothing can end that: " + place;
      break;
    default: break;
  }
  return stop;
}

Stop Runner::fault_stop(const GuestFault& fault) {
  Stop stop;
  stop.kind = StopKind::fault;
  stop.pc = fault.has_pc ? fault.pc : core_->op->in.address;
  stop.layer = markers_.path();
  widen();
  if (!fault.has_pc) {
    // The block has charged for instructions that will not run, the faulting one included.
    const OpPlace place = place_of(core_->op, handlers_);
    totals_ -= charged_from(*place.block, place.index, core_->op->cycles_after);
  }
  stop.message = describe_fault(fault, {image_, bus_, *core_, stop.pc, stop.layer});
  return stop;
}

Stop Runner::ended_at_op(const GuestStop& end) {
  const Counters totals = totals_at_op();
  widen();
  totals_ = totals;
  Stop stop;
  stop.kind = end.kind;
  stop.exit_status = end.exit_status;
  stop.pc = core_->op->in.address;
  stop.layer = markers_.path();
  const std::string place = describe_place({image_, bus_, *core_, stop.pc, stop.layer});
  if (end.kind == StopKind::breakpoint) stop.message = "breakpoint instruction at " + place;
  if (end.kind == StopKind::reset_request) stop.message = "the firmware requested a reset at " + place;
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

void Runner::stimulus(unsigned port, unsigned size, std::uint32_t value) {
  if (port == 0) {
    const std::array<char, 4> text{static_cast<char>(value), static_cast<char>(value >> 8),
                                   static_cast<char>(value >> 16), static_cast<char>(value >> 24)};
    if (options_.console) options_.console({text.data(), size});
    return;
  }
  if (size != 4 || port < LayerMarkers::kBegin || port > LayerMarkers::kTensorName) return;
  using What = LayerMarkers::Event::What;
  const LayerMarkers::Event event = markers_.write(port, value);
  if (event.what == What::none) return;
  if (event.what == What::invalid) return warn("a layer marker names nothing in .sramscope.names; ignored");
  if (shadow_ != nullptr) shadow_->flush();
  const Tick tick = core_->now();
  const Moment at = moment(totals_at_op(), tick);
  if (event.what == What::tensor) return observer_->on_tensor(event.name, event.address, event.size, at);
  if (event.what == What::end) return observer_->on_layer_end(event.kind, event.name, at, view());
  if (shadow_ != nullptr) shadow_->disarm_all(tick);
  observer_->on_layer_begin(event.kind, event.name, at, view());
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
