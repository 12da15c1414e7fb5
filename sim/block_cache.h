#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "isa/insn.h"
#include "memory/bus.h"
#include "sim/call_profile.h"
#include "sim/handlers.h"
#include "sim/jump_cache.h"
#include "sim/layer_tracker.h"
#include "sim/micro_op.h"
#include "sim/timing/timing_model.h"
#include "sramscope/machine.h"

namespace sramscope::sim {

/// Says from where instructions may be fetched.
class FetchGuard {
 public:
  virtual ~FetchGuard() = default;
  virtual bool may_fetch(Addr address) const = 0;
};

/// Decodes code into blocks, once, and links them by costed edges.
class BlockCache {
 public:
  BlockCache(memory::Bus& bus, const isa::Arch& arch, const TimingModel& timing,
             const HandlerTable& handlers, const LayerTracker& layers, const CallProfile* calls,
             TimingMode mode);

  /// The edge on which execution goes on at `target`: from the end of `from` (null at the start of
  /// the run and around exceptions), `taken` when by a branch. Throws a GuestFault when `target`
  /// cannot be fetched.
  const Edge& edge(Block* from, Addr target, bool taken);
  /// The same around an exception, into the middle of an IT block if need be.
  const Edge& entry(Addr target, unsigned it_state);

  /// What may be fetched depends on `guard` from now on, null: on the board alone. Blocks of
  /// different worlds (privileged or not
  /// ...) are kept apart.
  void set_guard(const FetchGuard* guard, unsigned world) {
    guard_ = guard;
    world_ = world;
  }
  unsigned world() const { return world_; }

  /// ITSTATE before instruction `index` of `block`.
  static unsigned it_state_at(const Block& block, std::size_t index);

  /// Drops every block: the code has changed. No block may be executing.
  void clear();

  JumpCache& jumps() { return jumps_; }

  /// How often each instruction ran, ascending by address.
  std::vector<InstructionCount> counts();

 private:
  /// How a block is found: address with ITSTATE and world, and the block it is entered from where
  /// the timing model wants to know.
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  Block& block_at(Addr address, unsigned it_state, const Block* from, bool taken);
  std::unique_ptr<Block> build(Addr address, unsigned it_state, const Block* from, bool taken);
  void decode_into(Block& block);
  void collect_counts();
  void collect_counts(const Block* from, const Edge& edge, bool taken);
  void fill_edge(Edge& edge, const Block* from, Block& to, bool taken);
  /// Costs of `to` entered from `from` (null: from nowhere); `refetch`: see Step.
  std::vector<InsnCost> cost(const Block* from, const Block& to, bool taken,
                             unsigned refetch) const;

  memory::Bus& bus_;
  isa::Arch arch_;
  const TimingModel& timing_;
  const HandlerTable& handlers_;
  const LayerTracker& layers_;
  const CallProfile* calls_;
  TimingMode mode_;
  const FetchGuard* guard_ = nullptr;
  unsigned world_ = 0;
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return key.first * 0x9e3779b97f4a7c15u ^ key.second * 0xc2b2ae3d27d4eb4fu;
    }
  };
  std::unordered_map<Key, std::unique_ptr<Block>, KeyHash> blocks_;
  /// How the run starts, or goes on around an exception.
  Edge entry_;
  JumpCache jumps_;
  /// From blocks that are gone, and edges that have been looked at.
  std::unordered_map<Addr, InstructionCount> counts_;
};

}  // namespace sramscope::sim
