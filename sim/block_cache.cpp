#include "sim/block_cache.h"

#include <algorithm>
#include <utility>

#include "sim/core.h"
#include "sim/weave.h"

namespace sramscope::sim {

namespace {

using isa::Insn;
using isa::Op;
using isa::Timing;

constexpr std::size_t kMaxInsns = 96;

/// ITSTATE (ARM ARM A7.3.3): condition and mask, advanced by one instruction at a time.
struct ItState {
  unsigned bits = 0;
  bool active() const { return (bits & 0xf) != 0; }
  unsigned condition() const { return bits >> 4; }
  void advance() { bits = (bits & 7) == 0 ? 0 : (bits & 0xe0) | ((bits << 1) & 0x1f); }
};

/// ITSTATE that an IT instruction sets.
unsigned it_bits(const Insn& it) { return std::uint32_t{it.cond} << 4 | it.imm; }

unsigned total(const std::vector<InsnCost>& costs) {
  unsigned sum = 0;
  for (const InsnCost& cost : costs) sum += cost.total();
  return sum;
}

/// Does the instruction end its block? A conditional branch inside IT does as well.
bool ends(const Insn& in) { return in.op == Op::Undefined || isa::ends_block(in); }

}  // namespace

BlockCache::BlockCache(memory::Bus& bus, const isa::Arch& arch, const TimingModel& timing,
                       const HandlerTable& handlers, const LayerTracker& layers,
                       const CallProfile* calls, TimingMode mode)
    : bus_(bus),
      arch_(arch),
      timing_(timing),
      handlers_(handlers),
      layers_(layers),
      calls_(calls),
      mode_(mode) {}

void BlockCache::clear() {
  collect_counts();
  blocks_.clear();
  jumps_.clear();
  bus_.unprotect_code();
}

const Edge& BlockCache::edge(Block* from, Addr target, bool taken) {
  if (from == nullptr) return entry(target, 0);
  Block& to = block_at(target, taken ? 0 : from->it_after, from, taken);
  if (!taken) {
    if (from->fall_through.ops == nullptr) fill_edge(from->fall_through, from, to, false);
    return from->fall_through;
  }
  if (from->taken.ops == nullptr) fill_edge(from->taken, from, to, true);
  if (from->taken.target == target) return from->taken;
  const auto [found, added] = from->other_targets.try_emplace(target);
  if (added) fill_edge(found->second, from, to, true);
  jumps_.at(from, target) = {from, target, &found->second};
  return found->second;
}

const Edge& BlockCache::entry(Addr target, unsigned it_state) {
  if (calls_ != nullptr && entry_.ops != nullptr) collect_counts(nullptr, entry_, true);
  fill_edge(entry_, nullptr, block_at(target, it_state, nullptr, true), true);
  return entry_;
}

unsigned BlockCache::it_state_at(const Block& block, std::size_t index) {
  ItState it{block.it_state};
  for (std::size_t i = 0; i < index; ++i) {
    const Insn& in = block.insns[i];
    it.advance();
    if (isa::facts(in.op).timing == Timing::It) it.bits = it_bits(in);
  }
  return it.bits;
}

Block& BlockCache::block_at(Addr address, unsigned it_state, const Block* from, bool taken) {
  Key key{address | std::uint64_t{it_state} << 32 | std::uint64_t{world_} << 40, 0};
  if (timing_.depth() < 2 && mode_ == TimingMode::fast) from = nullptr;
  if (from != nullptr)
    key.second = from->begin | std::uint64_t{from->it_state} << 32 | std::uint64_t{taken} << 40 |
                 std::uint64_t{1} << 41;
  auto found = blocks_.find(key);
  if (found == blocks_.end())
    found = blocks_.emplace(key, build(address, it_state, from, taken)).first;
  return *found->second;
}

std::unique_ptr<Block> BlockCache::build(Addr address, unsigned it_state, const Block* from,
                                         bool taken) {
  auto block = std::make_unique<Block>();
  block->entered_from = from;
  block->enters_by_branch = taken;
  block->begin = block->end = address;
  block->it_state = it_state;
  block->world = world_;
  decode_into(*block);
  if (block->insns.empty()) {
    GuestFault fault;
    const bool denied = guard_ != nullptr && !guard_->may_fetch(address);
    fault.kind = denied ? GuestFault::Kind::fetch_protection : GuestFault::Kind::fetch;
    fault.address = fault.pc = address;
    fault.has_pc = true;
    throw fault;
  }
  block->it_after = it_state_at(*block, block->insns.size());
  const Insn& last = block->insns.back();
  block->branches_to_itself = block->insns.size() == 1 &&
                              isa::facts(last.op).timing == Timing::Branch &&
                              last.imm == block->begin;
  block->costs = cost(from, *block, taken, 0);
  if (const auto prediction = timing_.prediction(); prediction && from != nullptr) {
    block->entering_branch = branch_site(from->insns.back());
    const unsigned foreseen = total(block->costs);
    const auto late = [&](unsigned cycles) {
      return total(cost(from, *block, taken, cycles)) - foreseen;
    };
    block->mispredict_cycles = late(prediction->mispredicted);
    block->redirect_cycles = late(prediction->redirected);
  }
  const memory::MemoryTiming* memory = bus_.timing();
  const bool times_fetches = memory != nullptr && !memory->fetch_is_free(address);
  weave(*block, {timing_, handlers_, layers_, calls_, arch_.has(isa::Since::V8MB), times_fetches,
                 mode_ == TimingMode::reference});
  bus_.protect_code(block->begin, block->end);
  return block;
}

void BlockCache::decode_into(Block& block) {
  ItState it{block.it_state};
  while (block.insns.size() < kMaxInsns || it.active()) {
    if (guard_ != nullptr && !guard_->may_fetch(block.end)) return;
    const auto hw1 = bus_.fetch(block.end);
    if (!hw1) return;  // running into it faults, when and if that happens
    std::uint16_t hw2 = 0;
    if (isa::insn_size(*hw1) == 4) {
      const auto second = bus_.fetch(block.end + 2);
      if (!second) return;
      hw2 = *second;
    }
    Insn in = isa::decode(*hw1, hw2, block.end, arch_, it.active());
    // The condition of the IT block; B<cond> itself is not allowed in one.
    const bool in_it = it.active();
    const unsigned cond = it.condition();
    if (in_it) in.cond = static_cast<std::uint8_t>(cond);
    block.insns.push_back(in);
    block.conditional.push_back(in_it && cond < 14);
    block.end += in.size;
    if (in_it) it.advance();
    if (isa::facts(in.op).timing == Timing::It && in.op != Op::Undefined) {
      it.bits = it_bits(in);
    }
    if (ends(in)) return;
  }
}

std::vector<InsnCost> BlockCache::cost(const Block* from, const Block& to, bool taken,
                                       unsigned refetch) const {
  const bool charged_step_by_step = mode_ == TimingMode::reference && !to.branches_to_itself;
  if (charged_step_by_step) return std::vector<InsnCost>(to.insns.size());
  std::vector<PathBlock> before;
  if (from != nullptr && from->entered_from != nullptr) {
    before.push_back({from->entered_from->insns, from->enters_by_branch});
  }
  if (from != nullptr) before.push_back({from->insns, taken});
  return timing_.cost(before, to.insns, refetch);
}

void BlockCache::collect_counts(const Block* from, const Edge& edge, bool taken) {
  const std::uint64_t count = std::exchange(edge.count, 0);
  if (count == 0) return;
  const Block& to = *edge.to;
  const std::vector<InsnCost> costs = cost(from, to, taken, 0);
  for (std::size_t i = 0; i < to.insns.size(); ++i) {
    const isa::Traffic moved = isa::traffic(to.insns[i]);
    InstructionCount& counted = counts_[to.insns[i].address];
    counted.address = to.insns[i].address;
    Counters& counters = counted.counters;
    counters.instructions += count;
    counters.cycles += count * costs[i].total();
    counters.loads += count * moved.loads;
    counters.stores += count * moved.stores;
    counters.load_bytes += count * moved.loads * moved.bytes_each;
    counters.store_bytes += count * moved.stores * moved.bytes_each;
    for (std::size_t cause = 0; cause < kCoreCauses; ++cause) {
      counters.by_cause[cause] += count * costs[i][static_cast<CycleCause>(cause)];
    }
  }
}

void BlockCache::collect_counts() {
  if (calls_ == nullptr) return;
  if (entry_.ops != nullptr) collect_counts(nullptr, entry_, true);
  entry_.ops = nullptr;
  for (const auto& [key, block] : blocks_) {
    collect_counts(block.get(), block->fall_through, false);
    collect_counts(block.get(), block->taken, true);
    for (const auto& [target, edge] : block->other_targets) collect_counts(block.get(), edge, true);
  }
}

std::vector<InstructionCount> BlockCache::counts() {
  collect_counts();
  std::vector<InstructionCount> sorted;
  for (const auto& [address, count] : counts_) sorted.push_back(count);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.address < b.address;
  });
  return sorted;
}

void BlockCache::fill_edge(Edge& edge, const Block* from, Block& to, bool taken) {
  const std::vector<InsnCost> costs = cost(from, to, taken, 0);
  std::copy(std::begin(to.traffic), std::end(to.traffic), edge.charge);
  for (std::size_t i = 0; i < costs.size(); ++i) add_cost(edge.charge, to.insns[i], costs[i]);
  edge.target = to.begin;
  edge.to = &to;
  edge.ops = to.ops.data();
}

}  // namespace sramscope::sim
