#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "isa/insn.h"
#include "memory/memory_timing.h"
#include "sim/branch_predictor.h"
#include "sim/timing/timing_model.h"
#include "sramscope/types.h"

namespace sramscope::sim {

struct CoreBase;
struct MicroOp;
struct Block;

/// Executes the op and, in the threaded driver, everything after it until control returns to the
/// outer loop. The plain driver's handlers execute one op and return the next one (null: back to
/// the outer loop).
using Handler = const MicroOp* (*)(CoreBase&, const MicroOp*);

/// The unit of execution: an instruction, or something woven in between by the block builder.
struct MicroOp {
  Handler handler = nullptr;
  isa::Insn in;
  /// Added to the tick at the end of the block, gives the tick of this instruction (< 0).
  std::int16_t tick = 0;
  /// Cycles that the block still charges after this op.
  std::uint16_t cycles_after = 0;

  MicroOp() = default;
  explicit MicroOp(const isa::Insn& insn) : in(insn) {}
  /// The op that ends every block: it holds the block in place of operands.
  explicit MicroOp(Block* owner) {
    const auto bits = reinterpret_cast<std::uintptr_t>(owner);
    in.imm = static_cast<std::uint32_t>(bits);
    in.address = static_cast<std::uint32_t>(std::uint64_t{bits} >> 32);
  }
  Block* block() const {
    return reinterpret_cast<Block*>(
        static_cast<std::uintptr_t>(in.imm | std::uint64_t{in.address} << 32));
  }
};
static_assert(sizeof(MicroOp) == 32);

/// How the instruction of a step op (reference mode) was reached.
enum class StepEntry : std::uint16_t { in_order, by_branch, anew };

/// Counters that a block adds all at once when it is entered. 32-bit lanes wrap; the outer loop
/// widens them often enough.
enum Lane : unsigned {
  kLaneCycles,
  kLaneInstructions,
  kLaneLoads,
  kLaneStores,
  kLaneLoadBytes,
  kLaneStoreBytes,
  kLaneTicks,
  /// Cycles of loads and stores beyond the one that every instruction takes.
  kLaneTransfer,
  /// Cycles by cause, in the order of `CycleCause`; `issue` is what remains of all cycles.
  kLaneHazard,
  kLaneMultiCycle,
  kLaneBranch,
  kLaneFetchWait,
  kLaneCount = 12,
};
/// Adds what an instruction costs to the lanes.
void add_cost(std::uint32_t* lanes, const isa::Insn& in, const InsnCost& cost);

/// `Insn::imm` of a skip op whose instruction costs the same when it is skipped, and moves nothing.
inline constexpr std::uint32_t kNothingToTakeBack = 0xffffffff;

/// A way from one block into the next, with everything that taking it costs.
struct Edge {
  /// Address of the first instruction; odd while the edge is not linked.
  Addr target = 1;
  const MicroOp* ops = nullptr;
  Block* to = nullptr;
  alignas(16) std::uint32_t charge[kLaneCount] = {};
  /// How often it was taken since that was last asked for.
  mutable std::uint64_t count = 0;
};

/// A run of instructions that is entered only at its start, decoded once.
struct Block {
  Addr begin = 0;
  /// First address after the last instruction.
  Addr end = 0;
  /// ITSTATE with which it is entered; 0 except after a return into an IT block.
  unsigned it_state = 0;
  /// ITSTATE behind its last instruction: not 0 when an SVC, say, ends it inside an IT block.
  unsigned it_after = 0;
  /// See BlockCache::set_guard.
  unsigned world = 0;
  /// Instructions in program order, without the woven ops.
  std::vector<isa::Insn> insns;
  /// Whether the instruction of the same index stands in an IT block under a condition.
  std::vector<bool> conditional;
  /// What each of them costs as the block is entered most simply: from nowhere, or from
  /// `entered_from`.
  std::vector<InsnCost> costs;
  /// The block was made for being entered from the end of this one, `enters_by_branch` by a taken
  /// branch. Null: for all ways.
  const Block* entered_from = nullptr;
  bool enters_by_branch = false;
  /// The branch at the end of `entered_from`, and what it costs to enter the block unforeseen.
  BranchSite entering_branch;
  std::uint32_t mispredict_cycles = 0;
  std::uint32_t redirect_cycles = 0;
  /// For `memory::MemoryTiming::fetch`, where fetching may wait.
  std::vector<memory::CodeStep> code_steps;
  /// Woven ops; the last one ends the block.
  std::vector<MicroOp> ops;
  /// What entering the block charges apart from what depends on the edge.
  std::uint32_t traffic[kLaneCount] = {};
  Edge fall_through;
  /// Taken direct branch, or the first target of an indirect one.
  Edge taken;
  std::unordered_map<Addr, Edge> other_targets;
  /// A branch to itself with nothing else in the loop.
  bool branches_to_itself = false;
};

}  // namespace sramscope::sim
