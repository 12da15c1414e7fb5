#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "memory/memory_timing.h"
#include "sim/micro_op.h"
#include "sramscope/code.h"
#include "sramscope/code_profile.h"
#include "sramscope/image.h"

namespace sramscope::sim {

struct CoreBase;

/// Which function runs, by which path of calls, and what it costs: a stack of calls beside the
/// firmware's own, driven by ops woven in before calls and before whatever may return. Calls that
/// are left by a jump (longjmp) are dropped when the stack is seen to be shallower; each exception
/// and each task has calls of its own.
class CallProfile {
 public:
  /// What the weaver is to put before an instruction.
  enum class Step : std::uint8_t {
    none,
    call,    ///< BL, BLX
    leave,   ///< may return, or jump to another function
    branch,  ///< a direct branch into another function
  };

  /// `caches`: count their uses as well; null where the board has none.
  CallProfile(const Image& image, const memory::MemoryTiming* caches);

  Step step_before(const isa::Insn& in) const;

  /// The run begins in the function that `pc` lies in.
  void start(const CoreBase& core, Addr pc);
  /// Just before the instruction: a block has been charged up to its end.
  void call(const CoreBase& core, const isa::Insn& in);
  void leave(const CoreBase& core, const isa::Insn& in);
  void branch(const CoreBase& core, const isa::Insn& in);
  /// Around an exception: what it interrupts, the handler, and where execution goes on.
  void interrupt(const CoreBase& core, Addr pc);
  void enter_handler(const CoreBase& core, Addr handler);
  void resume(const CoreBase& core, Addr pc);
  /// Gives what was counted since the last time to the function that runs. Often enough for 32-bit
  /// lanes.
  void account(const CoreBase& core);

  /// The paths of calls, in the order of their first call. `totals`: of the run; what was not given
  /// to a path yet belongs to the current one.
  void finish(const Counters& totals, CodeProfile& profile) const;

 private:
  struct Context {
    int parent = -1;
    Addr function = 0;
    std::uint64_t calls = 0;
    std::array<std::uint64_t, kLaneCount> lanes{};
    Cycles extra_cycles = 0;
    CyclesByCause extra_by_cause{};
    std::uint64_t flash_load_bytes = 0;
    std::array<CacheUse, kMostCaches> caches{};
    /// The callee that was called last, and its context.
    Addr last_callee = 1;
    std::uint32_t last_child = 0;
  };
  struct Frame {
    Addr return_address = 0;
    Addr stack = 0;
    std::uint32_t caller = 0;
  };
  /// A line of execution that was interrupted: what it was in, and where it goes on.
  struct Thread {
    std::uint32_t context = 0;
    std::vector<Frame> frames;
    Addr pc = 0;
    Addr stack = 0;
  };
  static constexpr int kNoParent = -1;

  std::uint32_t child(int parent, Addr function);
  std::uint32_t new_child(int parent, Addr function);
  void enter(std::uint32_t context);
  void push(Addr target, Addr return_address, Addr stack);
  void jump_to(Addr target, Addr stack);
  void drop_deeper(Addr stack);
  bool pop_to(Addr return_address, Addr stack);
  void land(Addr target, Addr stack);
  Addr function_at(Addr address) const;
  bool is_function(Addr address) const;
  void account_caches(Context& context);
  Counters counters_of(const Context& context) const;

  const memory::MemoryTiming* caches_;
  std::vector<CodeFunction> functions_;
  std::vector<Context> contexts_;
  std::unordered_map<std::uint64_t, std::uint32_t> children_;
  std::uint32_t current_ = 0;
  std::vector<Frame> frames_;
  std::vector<Thread> interrupted_;
  /// Tasks that wait to be resumed.
  std::vector<Thread> parked_;
  bool truncated_ = false;
  // The core's counters when they were last accounted for.
  std::array<std::uint32_t, kLaneCount> lanes_{};
  Cycles extra_cycles_ = 0;
  CyclesByCause extra_by_cause_{};
  std::uint64_t flash_load_bytes_ = 0;
  std::array<CacheUse, kMostCaches> uses_{};
};

}  // namespace sramscope::sim
