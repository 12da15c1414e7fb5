#include "sim/branch_predictor.h"

#include <algorithm>

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;
using Kind = BranchSite::Kind;

Kind kind_of(const Insn& in) {
  switch (isa::facts(in.op).timing) {
    case Timing::Branch:
      return Kind::direct;
    case Timing::BranchCond:
    case Timing::CompareBranch:
      return Kind::conditional;
    case Timing::BranchLink:
      return Kind::call;
    case Timing::BranchReg:
      if (in.op == isa::Op::BLX_reg_T1 || in.op == isa::Op::BLXNS_T1) return Kind::indirect_call;
      return in.m == 14 || in.n == 14 ? Kind::returns : Kind::indirect;
    case Timing::LoadMultiple:
      return Kind::returns;
    case Timing::Load:
      return in.n == 13 ? Kind::returns : Kind::indirect;
    case Timing::TableBranch:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
      return Kind::indirect;
    case Timing::Alu:
    case Timing::Move:
      return in.m == 14 ? Kind::returns : Kind::indirect;
    default:
      return Kind::none;
  }
}

}  // namespace

BranchSite branch_site(const Insn& in) {
  BranchSite site;
  if (!isa::ends_block(in)) return site;
  site.kind = kind_of(in);
  site.is_conditional = in.cond < 14 || site.kind == Kind::conditional;
  site.address = in.address;
  site.next = in.address + in.size;
  site.target = in.imm;
  return site;
}

BranchPredictor::Entry* BranchPredictor::find(Set& set, Addr address) {
  for (Entry& entry : set) {
    if (entry.address == address) return &entry;
  }
  return nullptr;
}

Addr BranchPredictor::foreseen_target(const BranchSite& site, const Entry* entry) {
  switch (site.kind) {
    case Kind::returns:
      return returns_[top_ % kReturns];
    case Kind::indirect:
    case Kind::indirect_call:
      return entry != nullptr ? entry->target : 1;
    default:
      return site.target;
  }
}

BranchPredictor::Outcome BranchPredictor::resolve(const BranchSite& site, bool taken, Addr target) {
  Set& set = sets_[(site.address >> 2) % kSets];
  Entry* entry = find(set, site.address);
  bool foreseen = true;
  if (site.is_conditional) {
    const bool backward = site.kind == Kind::conditional && site.target <= site.address;
    foreseen = entry != nullptr ? entry->counter >= 2 : backward;
  }
  const bool wrong = foreseen != taken || (taken && foreseen_target(site, entry) != target);
  const bool is_direct =
      site.kind == Kind::conditional || site.kind == Kind::direct || site.kind == Kind::call;
  const bool redirected = taken && is_direct && entry == nullptr;
  if (taken && site.kind == Kind::returns) --top_;
  if (taken && (site.kind == Kind::call || site.kind == Kind::indirect_call))
    returns_[++top_ % kReturns] = site.next;
  learn(set, entry, site, taken, target, wrong);
  return wrong ? Outcome::wrong : redirected ? Outcome::redirected : Outcome::right;
}

void BranchPredictor::learn(Set& set, Entry* entry, const BranchSite& site, bool taken, Addr target,
                            bool wrong) {
  if (entry == nullptr) {
    // Also on a mispredict: else a backward branch that is never taken would be mispredicted for
    // ever.
    if (!taken && !wrong) return;
    entry = &*std::min_element(set.begin(), set.end(),
                               [](const Entry& a, const Entry& b) { return a.used < b.used; });
    *entry = {site.address, target, static_cast<std::uint8_t>(taken ? 2 : 1), 0};
  } else if (taken) {
    entry->counter = static_cast<std::uint8_t>(std::min(entry->counter + 1, 3));
    entry->target = target;
  } else if (entry->counter > 0) {
    --entry->counter;
  }
  entry->used = ++clock_;
}

}  // namespace sramscope::sim
