#include "sim/block_cache.h"

#include <algorithm>

#include "sim/core.h"

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

bool may_lower_sp(const Insn& in) {
  if ((isa::register_use(in).writes & (1u << 13)) == 0) return false;
  const Timing t = isa::facts(in.op).timing;
  return t != Timing::LoadMultiple && t != Timing::FpLoadMultiple && t != Timing::System;
}

bool is_divide(const Insn& in) { return isa::facts(in.op).timing == Timing::Div; }

/// Does the instruction end its block? A conditional branch inside IT does as well.
bool ends(const Insn& in) { return in.op == Op::Undefined || isa::ends_block(in); }

void add_traffic(std::uint32_t* lanes, const Insn& in) {
  const isa::Traffic moved = isa::traffic(in);
  lanes[kLaneInstructions] += 1;
  lanes[kLaneLoads] += moved.loads;
  lanes[kLaneStores] += moved.stores;
  lanes[kLaneLoadBytes] += std::uint32_t{moved.loads} * moved.bytes_each;
  lanes[kLaneStoreBytes] += std::uint32_t{moved.stores} * moved.bytes_each;
}

bool moves_data(const Insn& in) {
  const isa::Traffic moved = isa::traffic(in);
  return moved.loads + moved.stores != 0;
}

}  // namespace

BlockCache::BlockCache(memory::Bus& bus, const isa::Arch& arch, const TimingModel& timing,
                       const HandlerTable& handlers)
    : bus_(bus), arch_(arch), timing_(timing), handlers_(handlers) {}

void BlockCache::clear() {
  blocks_.clear();
  jumps_.clear();
  bus_.unprotect_code();
}

const Edge& BlockCache::edge(Block* from, Addr target, bool taken) {
  if (from == nullptr) return entry(target, 0);
  Block& to = block_at(target, 0);
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
  fill_edge(entry_, nullptr, block_at(target, it_state), true);
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

Block& BlockCache::block_at(Addr address, unsigned it_state) {
  const std::uint64_t key = address | std::uint64_t{it_state} << 32;
  auto found = blocks_.find(key);
  if (found == blocks_.end()) found = blocks_.emplace(key, build(address, it_state)).first;
  return *found->second;
}

std::unique_ptr<Block> BlockCache::build(Addr address, unsigned it_state) {
  auto block = std::make_unique<Block>();
  block->begin = block->end = address;
  block->it_state = it_state;
  decode_into(*block);
  if (block->insns.empty()) {
    GuestFault fault;
    fault.kind = GuestFault::Kind::fetch;
    fault.address = fault.pc = address;
    fault.has_pc = true;
    throw fault;
  }
  weave(*block);
  bus_.protect_code(block->begin, block->end);
  return block;
}

void BlockCache::decode_into(Block& block) {
  ItState it{block.it_state};
  while (block.insns.size() < kMaxInsns || it.active()) {
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

void BlockCache::weave(Block& block) {
  const std::size_t count = block.insns.size();
  std::vector<std::uint16_t> cycles(count);
  timing_.cost({}, block.insns, cycles);
  std::uint32_t after = 0;
  for (const std::uint16_t c : cycles) after += c;
  for (std::size_t i = 0; i < count; ++i) {
    const Insn& in = block.insns[i];
    add_traffic(block.traffic, in);
    after -= cycles[i];
    const auto tick = static_cast<std::int16_t>(static_cast<int>(i) - static_cast<int>(count));
    const auto push = [&](Handler handler, const Insn& insn) {
      MicroOp op(insn);
      op.handler = handler;
      op.tick = tick;
      op.cycles_after = static_cast<std::uint16_t>(after);
      block.ops.push_back(op);
    };
    if (isa::facts(in.op).timing == Timing::It && in.op != Op::Undefined) continue;
    const std::size_t skip = block.ops.size();
    if (block.conditional[i]) {
      Insn condition = in;
      const bool plain = cycles[i] <= 1 && !moves_data(in);
      condition.imm = plain ? kNothingToTakeBack : cycles[i] - std::min<std::uint32_t>(cycles[i], 1);
      push(handlers_.skip_unless, condition);
    }
    if (is_divide(in)) push(handlers_.charge_divide, in);
    push(handlers_.insn[static_cast<unsigned>(in.op)][in.sets_flags], in);
    if (may_lower_sp(in)) push(handlers_.track_stack, in);
    if (block.conditional[i]) {
      block.ops[skip].in.d = static_cast<std::uint8_t>(block.ops.size() - skip);
    }
  }
  block.ops.emplace_back(&block);
  block.ops.back().handler = handlers_.end_block;
  const Insn& last = block.insns.back();
  block.branches_to_itself =
      count == 1 && isa::facts(last.op).timing == Timing::Branch && last.imm == block.begin;
}

void BlockCache::fill_edge(Edge& edge, const Block* from, Block& to, bool taken) {
  std::vector<std::uint16_t> cycles(to.insns.size());
  BlockEntry entry;
  if (from != nullptr) entry.before = from->insns;
  entry.taken = taken;
  timing_.cost(entry, to.insns, cycles);
  std::uint32_t total = fetch_wait(from, to);
  for (const std::uint16_t c : cycles) total += c;
  std::copy(std::begin(to.traffic), std::end(to.traffic), edge.charge);
  edge.charge[kLaneCycles] = total;
  edge.target = to.begin;
  edge.to = &to;
  edge.ops = to.ops.data();
}

std::uint32_t BlockCache::fetch_wait(const Block* from, const Block& to) const {
  const Region* region = bus_.region_of(to.begin);
  if (region == nullptr || region->wait_states == 0) return 0;
  const Addr line = std::max<std::uint32_t>(region->line_bytes, 4);
  const Addr first = to.begin / line;
  const Addr last = (to.end - 1) / line;
  // The line that the last instruction came from is still in the buffer.
  const bool buffered = from != nullptr && (from->end - 1) / line == first;
  return (last - first + (buffered ? 0 : 1)) * region->wait_states;
}

}  // namespace sramscope::sim
