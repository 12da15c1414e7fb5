#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memory/bus.h"
#include "memory/shadow.h"
#include "sim/block_cache.h"
#include "sim/cache_switches.h"
#include "sim/call_profile.h"
#include "sim/core.h"
#include "sim/exceptions.h"
#include "sim/guarded_pages.h"
#include "sim/instruction_tally.h"
#include "sim/layer_markers.h"
#include "sim/layer_tracker.h"
#include "sim/op_place.h"
#include "sim/semihosting.h"
#include "sim/system_registers.h"
#include "sim/timing/timing_model.h"
#include "sramscope/machine.h"

namespace sramscope::sim {

/// Where a function returns to that `MachineOptions::call` runs: no memory is there.
inline constexpr Addr kCallReturn = 0xeffffffe;

/// One board with one image: the outer loop around the block handlers, and everything that they
/// call rarely.
class Runner final : public Services, public SystemHooks, public GuestMemory, public FetchGuard {
 public:
  Runner(const Board& board, const Image& image, MachineOptions options);

  /// Puts the segments into memory and opens the semihosting directory. Errors name the segment or
  /// the directory.
  Result<bool> load();
  /// Replaces memory before the run; false when some of it is none.
  bool load_bytes(Addr address, std::span<const std::uint8_t> bytes);
  RunResult run(const Limits& limits, Observer* observer);
  void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }
  const CoreBase& core() const { return *core_; }
  const memory::Bus& bus() const { return bus_; }

  // Services
  void semihosting(CoreBase& core) override;
  void supervisor_call() override;
  bool can_set_faultmask() override;
  bool ignores_bus_faults() override;
  void coprocessor(unsigned number) override;
  void check_protection(Addr address, unsigned size, bool is_write) override;
  void admit_page(Addr address) override;
  void mode_changed() override;
  bool allows_unprivileged(Addr address) override {
    return registers_.allows_unprivileged(address - SystemRegisters::kBase);
  }
  std::uint32_t test_target(Addr address, isa::TestTarget about) override;
  void wait(bool for_event) override;
  void prepare_fpu() override;
  InsnCost skipped(const InsnCost& executed) override { return timing_->skipped(executed); }
  unsigned divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) override;
  unsigned unaligned_cycles(Addr address, unsigned size) override;
  void reach_layer(const MicroOp& op, bool call) override;

  // SystemHooks
  Cycles cycles_now() override { return cycles(); }
  DwtEvents events_now() override;
  void stimulus(unsigned port, unsigned size, std::uint32_t value) override;
  void reset_requested() override { throw GuestStop{StopKind::reset_request, 0}; }
  void configuration_changed() override;
  void protection_changed() override;

  // FetchGuard
  bool may_fetch(Addr address) const override;

  // GuestMemory
  bool read_bytes(Addr address, std::span<std::uint8_t> to) override;
  bool write_bytes(Addr address, std::span<const std::uint8_t> from) override;
  Cycles cycles() const override { return totals_at_op().cycles; }
  std::uint64_t clock_hz() const override { return board_.clock_hz; }

 private:
  /// Where execution goes on.
  struct Position {
    Block* from = nullptr;
    Addr target = 0;
    bool taken = true;
    /// ITSTATE to go on with; only after an exception return.
    unsigned it_state = 0;
  };
  void warn(const char* text);
  void reset_core();
  /// See `FunctionCall`.
  void prepare_call(const FunctionCall& call);
  Stop returned_from_call() const;
  void start(Observer& observer);
  /// Runs until the run ends or something is thrown.
  Stop loop(const Limits& limits, Observer& observer);
  /// Nothing when a fault went to a handler of the firmware.
  std::optional<Stop> loop_until_fault(const Limits& limits);
  const Edge& next_edge();
  /// Runs blocks until control returns to the outer loop.
  void drive(const Edge& edge);
  /// Housekeeping at the deadline; a stop kind when the run must end here.
  std::optional<StopKind> housekeeping(const Limits& limits, Observer& observer);
  /// Exceptions: see runner_exceptions.cpp.
  void poll_systick();
  /// Protection: see runner_protection.cpp.
  void preserve_fp_state();
  void forget_narrowed_pages();
  void take_due_exceptions();
  /// `cause`: the fault that is delivered, or null.
  void enter_exception(const Stop* cause);
  void start_handler(const Exceptions::Entry& entry, const Stop* cause);
  void return_from_exception();
  void tail_chain(const Exceptions::Resume& resume);
  void refuse_arm_state();
  void deliver(const GuestFault& fault);
  void deliver(const GuestFault& fault, const Stop& stop);
  [[noreturn]] void lock_up(const Stop& stop);
  bool can_be_woken() const;
  void skip_idle_loop(const Edge& edge);
  void plan_deadline(const Limits& limits);
  void drop_changed_code();
  void renumber_ticks(Observer& observer);
  /// The 64-bit totals with what the lanes gained since `widen`.
  Counters current() const;
  /// The same without what the lanes hold in `unspent`.
  Counters current_without(const LaneValues& unspent) const;
  /// Moves what the lanes gained into the totals.
  void widen();
  /// Totals up to and including the op under way.
  Counters totals_at_op() const;
  /// What the lanes hold for what comes after the op under way.
  LaneValues unspent_at_op() const;
  /// Totals up to the instruction before the op's.
  Counters totals_before(const MicroOp& op) const;
  Moment moment(const Counters& totals, Tick tick);
  /// Layers: see runner_layers.cpp.
  LayerTracker make_tracker(LayerPlan plan);
  void begin_layer(LayerKind kind, std::string_view name, const Moment& at);
  /// Of the open layers, "net/block2/expand"; "" outside.
  std::string layer_path() const;
  /// Describes the fault and takes back what the block charged from the faulting instruction on.
  Stop fault_stop(const GuestFault& fault);
  void take_back();
  Stop ended_at_op(const GuestStop& end);
  Stop plain_stop(StopKind kind) const;
  const MemoryView& view() const;

  Board board_;
  Image image_;
  MachineOptions options_;
  memory::Bus bus_;
  std::unique_ptr<memory::Shadow> shadow_;
  Core<true> shadowed_core_;
  Core<false> plain_core_;
  CoreBase* core_;
  Exceptions exceptions_;
  SystemRegisters registers_;
  CacheSwitches switches_;
  std::unique_ptr<TimingModel> timing_;
  /// Of the reference mode.
  std::unique_ptr<Pipeline> pipeline_;
  const HandlerTable& handlers_;
  LayerTracker layers_;
  std::unique_ptr<CallProfile> calls_;
  BlockCache blocks_;
  /// What the fast path may use while the MPU is on: unprivileged, privileged.
  GuardedPages guarded_pages_[2];
  Mpu::Context mpu_context_;
  /// The bus's count of narrowed pages when `guarded_pages_` were last known to be right.
  std::uint32_t narrowed_seen_ = 0;
  LayerMarkers markers_;
  std::optional<Semihosting> semihosting_;
  bool threaded_;
  std::optional<InstructionTally> tally_;
  /// The first fault that the firmware's own handler was given.
  std::optional<Stop> handled_fault_;

  Observer* observer_ = nullptr;
  Position position_;
  bool started_ = false;
  Counters totals_;
  std::uint32_t widened_[kLaneCount] = {};
  Cycles widened_extra_ = 0;
  CyclesByCause widened_causes_{};
  /// Cycles of loads and stores beyond the one that every instruction takes, without waits.
  Cycles transfer_cycles_ = 0;
  /// The bus's count of changes to its timing when the blocks were known to be right.
  std::uint32_t timing_seen_ = 0;
  Cycles next_interval_ = 0;
  std::atomic<bool> interrupted_{false};
};

}  // namespace sramscope::sim
