#include "sim/timing/armv7m_pipeline.h"

#include <algorithm>

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;

bool is_single_load(Timing t) {
  return t == Timing::Load || t == Timing::LoadReg || t == Timing::LoadLiteral ||
         t == Timing::LoadExclusive;
}
bool is_single_store(Timing t) {
  return t == Timing::Store || t == Timing::StoreReg || t == Timing::StoreExclusive;
}
/// Integer data processing, whose result comes too late for an address computed in the next cycle.
bool is_data_processing(Timing t) { return t <= Timing::Div; }
bool loads_pc(const Insn& in, Timing t) { return is_single_load(t) && in.d == 15; }

/// Cycles to refill the pipeline after `branch` was taken (P of the TRM, 1 to 3): direct branches
/// know their target in decode, CBZ and register branches in execute, loads to PC after the data
/// cycle. CoreMark at -Os tells CBZ apart, at -Og BL.
unsigned refill(const Insn& branch) {
  switch (isa::facts(branch.op).timing) {
    case Timing::Branch:
    case Timing::BranchCond:
    case Timing::BranchLink:
      return 1;
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
    case Timing::LoadMultiple:
    case Timing::TableBranch:
      return 3;
    case Timing::Barrier:
    case Timing::System:
      return 0;
    default:
      return 2;
  }
}

/// Cycles of the FP pipe and until the result can be used by the next FP instruction, and how much
/// earlier a multiply-accumulate can add it (GCC cortex-m4-fpu.md; Arm 100166 table 7-1 with its
/// note: one more when the next one uses the result).
struct FpLatency {
  unsigned busy = 1;
  unsigned result = 1;
  unsigned addend_early = 0;
};
FpLatency fp_latency(Timing t) {
  switch (t) {
    case Timing::FpAlu:
      return {1, 2, 1};
    case Timing::FpMac:
      return {3, 4, 1};
    case Timing::FpDiv:
    case Timing::FpSqrt:
      return {14, 15, 0};
    default:
      return {};
  }
}

}  // namespace

void ArmV7mPipeline::clear() {
  past_ = {};
  fp_ = {};
  began_ = now_ = 0;
}

/// Cycles of each class when it stands alone, without the second cycle of a single load, which is
/// charged to what follows.
unsigned ArmV7mPipeline::table_cost(const Insn& in) const {
  const unsigned words = isa::traffic(in).loads + isa::traffic(in).stores;
  switch (isa::facts(in.op).timing) {
    case Timing::Mla:
      return costs_.multiply_accumulate;
    case Timing::MulLong:
      return costs_.long_multiply;
    case Timing::MlaLong:
    case Timing::DspMlaLong:
      return costs_.long_multiply_accumulate;
    case Timing::StoreReg:
    case Timing::StoreExclusive:
      return 2;
    case Timing::LoadDual:
    case Timing::StoreDual:
      return 3;
    case Timing::LoadMultiple:
    case Timing::StoreMultiple:
    case Timing::FpLoad:
    case Timing::FpStore:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      return 1 + words;
    case Timing::TableBranch:
      return 2;
    case Timing::Div:
      return 2;  // the data-dependent rest at run time
    case Timing::FpMove2:
      return 2;
    case Timing::System:
      return 2;  // TRM: 1 or 2
    case Timing::Barrier:
      return 4;  // 1 + B, which the TRM leaves open: assumption
    default:
      return 1;
  }
}

unsigned ArmV7mPipeline::hazards(Timing t, const isa::RegisterUse& use, bool chained) const {
  unsigned cycles = 0;
  // A load takes two cycles; the second is lost to all but a load or store that pipelines with it
  // (TRM 3.3.3), used or not (JN).
  if (past_.bubble && !chained) ++cycles;
  const bool single = is_single_load(t) || is_single_store(t);
  // TRM 3.3.3: an address that uses the previous data-processing result waits a cycle.
  if (single && (use.address & past_.computed) != 0) ++cycles;
  // STR #imm then LDR takes 4 cycles on silicon (JN), 3 in the TRM.
  if (is_single_load(t) && past_.store_imm) ++cycles;
  // The instruction directly after an STR #imm that stands alone overwrites the register being
  // stored. Measured effect (CoreMark -O0, pqm4), mechanism unknown: assumption, `kStoreHold`.
  constexpr unsigned kStoreHold = 1;
  if ((use.writes & past_.held) != 0) cycles += kStoreHold;
  return cycles;
}

void ArmV7mPipeline::redirect(const Insn& target) {
  // The refill counts from the end of the branch; three cycles lie between addressing a word and
  // executing it.
  const PipelineTime addressed =
      past_.any ? now_ + static_cast<PipelineTime>(refill(past_.insn)) - 3 : now_ - 3;
  fetch_.redirect(target.address, addressed);
}

InsnCost ArmV7mPipeline::step(const Insn& in, const Step& how) {
  const Timing t = isa::facts(in.op).timing;
  const isa::RegisterUse use = how.executed ? isa::register_use(in) : isa::RegisterUse{};
  InsnCost cost;
  PipelineTime start = now_;
  const bool single = is_single_load(t) || is_single_store(t);
  const bool chained = how.executed && single && past_.bubble && (use.address & past_.loaded) == 0;

  const bool anew = !past_.any || how.after_branch;
  if (anew) redirect(in);
  const unsigned refilled = how.after_branch && past_.any ? refill(past_.insn) : 0;
  const unsigned hazard = hazards(t, use, chained);
  const PipelineTime fetched = fetch_.ready(in, began_);
  // A bubble behind a load passes while the pipeline refills or waits for instructions.
  start = std::max(now_ + std::max<PipelineTime>(hazard, refilled), fetched);
  cost.add(CycleCause::branch, refilled);
  cost.add(CycleCause::hazard, hazard > refilled ? hazard - refilled : 0);
  cost.add(CycleCause::fetch_wait,
           static_cast<unsigned>(start - now_) - std::max(hazard, refilled));

  // IT folds onto a preceding 16-bit instruction (TRM 3.3.2).
  const bool folded = t == Timing::It && past_.narrow;
  unsigned cycles = folded ? 0 : how.executed ? table_cost(in) : 1;
  if (loads_pc(in, t) && how.executed) ++cycles;
  if (is_floating(t) && how.executed && costs_.has_fpu) {
    const FpUse registers = fp_register_use(in);
    const unsigned wait = fp_.wait(registers, start);
    cost.add(CycleCause::hazard, wait);
    start += wait;
    const FpLatency latency = fp_latency(t);
    fp_.begin(registers, start, latency.busy, std::max(latency.result, cycles),
              latency.addend_early);
  }
  cost.add(CycleCause::issue, folded ? 0 : 1);
  cost.add(CycleCause::multi_cycle, cycles > 0 ? cycles - 1 : 0);
  past_ = how.executed ? remember(in, t, use, chained) : Past{in, true};
  past_.narrow = in.size == 2;
  began_ = start;
  now_ = start + cycles;
  return cost;
}

ArmV7mPipeline::Past ArmV7mPipeline::remember(const Insn& in, Timing t, const isa::RegisterUse& use,
                                              bool chained) const {
  Past past;
  past.insn = in;
  past.any = true;
  past.bubble = is_single_load(t) && !loads_pc(in, t);
  past.loaded = past.bubble ? use.writes : 0;
  past.computed = is_data_processing(t) ? use.writes : t == Timing::It ? past_.computed : 0;
  past.store_imm = t == Timing::Store;
  past.held = t == Timing::Store && !chained && in.d < 16 ? 1u << in.d : 0;
  return past;
}

}  // namespace sramscope::sim
