#include "sim/timing/cortex_m4.h"

#include "sramscope/board.h"

#include <algorithm>
#include <bit>

namespace sramscope::sim {

namespace {

using isa::Insn;
using isa::Timing;

/// Cycles of each class when it stands alone (Arm 100166 table 3-1; FP rows: LLVM's ARMScheduleM4 and GCC's cortex-m4-fpu).
/// Refill of taken branches is added on the edge.
unsigned table_cost(const Insn& in) {
  const unsigned words = isa::traffic(in).loads + isa::traffic(in).stores;
  switch (isa::facts(in.op).timing) {
    case Timing::Load: case Timing::LoadReg: case Timing::LoadLiteral:
    case Timing::LoadExclusive: return 2;
    case Timing::Store: return 1;  // retires into the write buffer
    case Timing::StoreReg: case Timing::StoreExclusive: return 2;
    case Timing::LoadDual: case Timing::StoreDual: return 3;
    case Timing::LoadMultiple: case Timing::StoreMultiple:
    case Timing::FpLoad: case Timing::FpStore:
    case Timing::FpLoadMultiple: case Timing::FpStoreMultiple: return 1 + words;
    case Timing::TableBranch: return 2;
    case Timing::Div: return 2;  // the data-dependent rest at run time
    case Timing::FpMac: return 3;
    case Timing::FpDiv: case Timing::FpSqrt: return 14;
    case Timing::FpMove2: return 2;
    case Timing::System: return 2;   // "1 or 2": assumption
    case Timing::Barrier: return 4;  // 1 + refill: assumption, the TRM leaves it open
    default: return 1;
  }
}

/// Cycles to refill the pipeline after `branch` changed the flow (P of the TRM, 1 to 3): direct branches know their target in
/// decode, CBZ and register branches in execute, loads to PC after the data cycle.
unsigned refill(const Insn& branch) {
  switch (isa::facts(branch.op).timing) {
    case Timing::Branch: case Timing::BranchCond: case Timing::BranchLink: return 1;
    case Timing::Load: case Timing::LoadReg: case Timing::LoadLiteral:
    case Timing::LoadMultiple: case Timing::TableBranch: return 3;
    case Timing::Barrier: case Timing::System: return 0;
    default: return 2;
  }
}

bool is_single_load(Timing t) {
  return t == Timing::Load || t == Timing::LoadReg || t == Timing::LoadLiteral ||
         t == Timing::LoadExclusive;
}
bool is_single_store(Timing t) {
  return t == Timing::Store || t == Timing::StoreReg || t == Timing::StoreExclusive;
}
bool is_memory(Timing t) {
  return is_single_load(t) || is_single_store(t) || t == Timing::LoadDual ||
         t == Timing::StoreDual || t == Timing::LoadMultiple || t == Timing::StoreMultiple;
}
/// Integer data processing, whose result comes too late for an address computed in the next cycle.
bool is_data_processing(Timing t) { return t <= Timing::Div; }

/// What the next instruction must know about those before it.
struct Pipeline {
  bool after_chainable_load = false;  ///< the previous one is a load that a neighbour may overlap with
  std::uint32_t loaded = 0;           ///< registers it loads
  std::uint32_t computed = 0;         ///< results of a directly preceding data-processing instruction
  bool after_store_imm = false;       ///< the previous one is STR [Rn, #imm]
  std::uint32_t store_held = 0;       ///< its data register, when it did not overlap with a load
  bool after_narrow = false;          ///< the previous one is a 16-bit instruction
  unsigned unaligned_wide_run = 0;    ///< 32-bit instructions at addr % 4 == 2 in a row
};

/// Cycles of a single load or store given its neighbour.
unsigned single_access(const Insn& in, Timing t, const isa::RegisterUse& use, const Pipeline& p) {
  unsigned cycles = table_cost(in);
  // Arm 100166 3.3.3: an address that uses the previous data-processing result waits a cycle.
  if ((use.address & p.computed) != 0) ++cycles;
  const bool chained = p.after_chainable_load && (use.address & p.loaded) == 0;
  if (chained) return cycles - 1;
  // STR #imm then LDR takes 4 cycles on silicon (jnk0le), 3 in the TRM.
  if (is_single_load(t) && p.after_store_imm) ++cycles;
  return cycles;
}

/// Cycles of one instruction; `p` is the state left by the one before and becomes that of this one.
unsigned step(const Insn& in, Pipeline& p) {
  const Timing t = isa::facts(in.op).timing;
  const isa::RegisterUse use = isa::register_use(in);
  // IT folds onto a preceding 16-bit instruction.
  if (t == Timing::It) {
    const unsigned cycles = p.after_narrow ? 0 : 1;
    const Pipeline before = p;
    p = {};
    p.computed = before.computed;
    p.after_narrow = in.size == 2;
    return cycles;
  }
  unsigned cycles = is_single_load(t) || is_single_store(t) ? single_access(in, t, use, p) : table_cost(in);
  if ((use.writes & p.store_held) != 0) ++cycles;  // measured effect, mechanism unknown: assumption

  Pipeline next;
  const bool chained = p.after_chainable_load && (use.address & p.loaded) == 0;
  next.after_chainable_load = is_single_load(t);
  next.loaded = is_memory(t) ? use.writes : 0;
  next.computed = is_data_processing(t) ? use.writes : 0;
  next.after_store_imm = t == Timing::Store;
  next.store_held = t == Timing::Store && !chained && in.d < 16 ? 1u << in.d : 0;
  next.after_narrow = in.size == 2;
  const bool unaligned_wide = in.size == 4 && in.address % 4 == 2;
  next.unaligned_wide_run = unaligned_wide ? p.unaligned_wide_run + 1 : 0;
  // The 3-word fetch buffer runs dry once in a run of halfword-aligned 32-bit instructions (compendium.i-0.nl).
  if (next.unaligned_wide_run == 3) ++cycles;
  p = next;
  return cycles;
}

}  // namespace

void CortexM4Timing::cost(const BlockEntry& entry, std::span<const Insn> block,
                          std::span<std::uint16_t> cycles) const {
  Pipeline pipeline;
  unsigned first = 0;
  if (entry.taken && !entry.before.empty()) {
    first = refill(entry.before.back());
    // A 32-bit target that straddles two words needs a second fetch.
    if (!block.empty() && block[0].size == 4 && block[0].address % 4 == 2) ++first;
  } else {
    const std::size_t context = std::min<std::size_t>(entry.before.size(), 4);
    for (const Insn& in : entry.before.last(context)) step(in, pipeline);
  }
  for (std::size_t i = 0; i < block.size(); ++i) {
    cycles[i] = static_cast<std::uint16_t>(step(block[i], pipeline) + (i == 0 ? first : 0));
  }
}

unsigned CortexM4Timing::divide_cycles(std::uint32_t n, std::uint32_t d, bool is_signed) const {
  // The TRM gives 2 to 12 with early termination and no formula. Assumption: four quotient bits per cycle.
  const auto magnitude = [&](std::uint32_t v) { return is_signed && (v >> 31) ? 0u - v : v; };
  const std::uint32_t an = magnitude(n);
  const std::uint32_t ad = magnitude(d);
  if (ad == 0 || an < ad) return 0;
  const unsigned quotient_bits =
      static_cast<unsigned>(std::countl_zero(ad) - std::countl_zero(an)) + 1;
  return std::min(12u, 4 + (quotient_bits + 3) / 4) - 2;
}

unsigned CortexM4Timing::unaligned_cycles(Addr address, unsigned size) const {
  // Arm 100165 3.3.3: byte-aligned word +2, other unaligned +1.
  return size == 4 && (address & 1) != 0 ? 2 : 1;
}

std::unique_ptr<TimingModel> make_timing_model(CoreKind core) {
  if (core == CoreKind::cortex_m4) {
    return std::make_unique<CortexM4Timing>(
        "Cortex-M4 table; flash costs its wait states once per line fetched and once per load, no prefetch and no flash cache");
  }
  return std::make_unique<CortexM4Timing>(
      std::string(core_name(core)) +
      " has no timing model yet: counted with the Cortex-M4 table; flash costs its wait states once per line fetched and once per load, "
      "no caches");
}

}  // namespace sramscope::sim
