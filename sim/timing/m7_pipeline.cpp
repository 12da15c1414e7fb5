#include "sim/timing/m7_pipeline.h"

#include <algorithm>
#include <string_view>

#include "sim/timing/fp_use.h"

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;

constexpr int kAddress = 0, kShifter = 0, kLateAlu = 1, kMultiplicand = 1, kFlagsRead = 1,
              kAccumulator = 2, kStoreData = 3;
constexpr Addr kFetchBytes = 8;

Timing timing_of(const Insn& in) { return isa::facts(in.op).timing; }
bool is_conditional(const Insn& in) { return in.cond < 14; }

bool reads_carry(const Insn& in) {
  const std::string_view name = isa::facts(in.op).name;
  return name.starts_with("ADC") || name.starts_with("SBC") || in.shift_type == 4 ||
         name.starts_with("SEL");
}

/// REV and RBIT deliver to a late ALU in the cycle of their own issue, saturating operations a
/// cycle late (JN).
int simd_latency(const Insn& in) {
  const std::string_view name = isa::facts(in.op).name;
  if (name.starts_with("REV") || name.starts_with("RBIT")) return 1;
  const bool saturates = timing_of(in) == Timing::Saturate || name.starts_with("Q") ||
                         name.starts_with("UQ") || name.starts_with("USAD");
  return saturates ? 3 : 2;
}

/// Cycles until an FP result can be used: as an operand, added by a fused or by a chained MAC,
/// stored (JN; doubles LLVM).
struct M7FloatLatency {
  int operand, fused_addend, chained_addend, store, busy;
};
M7FloatLatency float_latency(const Insn& in, bool is_double) {
  const std::string_view name = isa::facts(in.op).name;
  switch (timing_of(in)) {
    case Timing::FpDiv:
      return is_double ? M7FloatLatency{30, 30, 30, 30, 28} : M7FloatLatency{16, 16, 16, 16, 14};
    case Timing::FpSqrt:
      return is_double ? M7FloatLatency{30, 30, 30, 30, 28} : M7FloatLatency{14, 14, 14, 14, 12};
    case Timing::FpMac: {
      const bool is_fused = name.starts_with("VF");
      if (is_double) return {8, 6, 6, 6, 2};
      return is_fused ? M7FloatLatency{5, 3, 2, 3, 1} : M7FloatLatency{6, 3, 3, 4, 1};
    }
    case Timing::FpLoad:
    case Timing::FpLoadMultiple:
      return {1, 3, 1, 1, 0};
    case Timing::FpMove:
    case Timing::FpMove2:
      return {3, 3, 3, 1, 0};
    case Timing::FpAlu:
      if (is_double)
        return name.starts_with("VMUL") ? M7FloatLatency{5, 5, 5, 3, 2}
                                        : M7FloatLatency{3, 3, 3, 1, 1};
      return {3, 3, 2, 1, 1};
    default:
      return {1, 1, 1, 1, 0};
  }
}

}  // namespace

void M7Pipeline::clear() {
  values_.fill({});
  floats_.fill({});
  float_free_at_ = end_ = 0;
  open_ = fetching_ = false;
}

/// When `in`, reading register `reg` at `stage`, may issue.
PipelineTime M7Pipeline::ready(unsigned reg, int stage, const Insn& in) const {
  const Value& value = values_[reg];
  PipelineTime at = value.at;
  // A predicated result can be forwarded only to its like (LLVM).
  if (value.condition != 14 && value.condition != in.cond) at += 1;
  return at - stage;
}

PipelineTime M7Pipeline::operands_ready(const Insn& in, const M7Traits& traits) const {
  const Timing t = timing_of(in);
  const isa::RegisterUse use = isa::register_use(in);
  PipelineTime at = float_ready(in);
  const auto wait = [&](unsigned reg, int stage, int extra) {
    at = std::max(at, ready(reg, stage, in) + extra);
  };
  const auto is_load = [&](unsigned reg) {
    return values_[reg].maker == Maker::word_load || values_[reg].maker == Maker::narrow_load;
  };
  const bool is_branch = traits.branches && !traits.loads;  // predicted: waits for nothing
  const bool accumulates =
      t == Timing::Mla || t == Timing::DspMla || t == Timing::MlaLong || t == Timing::DspMlaLong;
  const bool early_operand = traits.uses_shifter || traits.extracts;
  for (unsigned reg = 0; reg < 15 && !is_branch; ++reg) {
    const std::uint32_t bit = 1u << reg;
    if ((use.reads & bit) == 0) continue;
    const Maker maker = values_[reg].maker;
    if ((use.address & bit) != 0) {
      const bool is_index = reg == in.m && is_load(reg);  // LLVM: operand B of the AGU
      wait(reg, kAddress, is_index || maker == Maker::simd || maker == Maker::multiply ? 1 : 0);
    } else if (traits.stores) {
      wait(reg, kStoreData, 0);
    } else if (traits.multiplies) {
      const bool is_sum = accumulates && reg != in.n && reg != in.m;
      if (is_sum)
        wait(reg, kAccumulator, 0);
      else
        wait(reg, kMultiplicand, maker == Maker::word_load ? 1 : 0);
    } else if (early_operand && (reg == in.m || in.m == isa::kNoReg)) {
      wait(reg, kShifter, 0);
    } else {
      wait(reg, kLateAlu, early_operand && maker == Maker::word_load ? 1 : 0);
    }
  }
  const bool reads_flags = !traits.branches && (is_conditional(in) || reads_carry(in));
  if (reads_flags && t != Timing::It) wait(kFlags, kFlagsRead, 0);
  return at;
}

PipelineTime M7Pipeline::float_ready(const Insn& in) const {
  const Timing t = timing_of(in);
  if (!is_floating(t)) return 0;
  const FpUse use = fp_register_use(in);
  const std::string_view name = isa::facts(in.op).name;
  const bool stores = t == Timing::FpStore || t == Timing::FpStoreMultiple || t == Timing::FpMove ||
                      t == Timing::FpMove2;
  PipelineTime at = t == Timing::FpLoad || t == Timing::FpStore ? 0 : float_free_at_;
  for (unsigned reg = 0; reg < 32; ++reg) {
    if ((use.reads >> reg & 1) == 0) continue;
    const FloatValue& value = floats_[reg];
    const bool is_addend = (use.addend >> reg & 1) != 0;
    PipelineTime needed = value.operand_at;
    if (is_addend)
      needed = name.starts_with("VF") ? value.fused_addend_at : value.chained_addend_at;
    if (stores) needed = value.store_at;
    at = std::max(at, needed);
  }
  return at;
}

/// When the last of the 8-byte words that hold `in` is in the queue of four (DDI 0489: 64 bits per
/// fetch, 4x64-bit queue).
PipelineTime M7Pipeline::fetched(const Insn& in, const Step& how) {
  const auto take = [&](Addr word, PipelineTime at) {
    fetch_word_ = word;
    arrival_ = at;
    for (std::size_t i = 0; i + 1 < word_left_.size(); ++i) word_left_[i] = word_left_[i + 1];
    word_left_.back() = at;
  };
  const Addr first = in.address / kFetchBytes;
  const Addr last = (in.address + in.size - 1) / kFetchBytes;
  if (!fetching_ || how.refetch != 0) {
    word_left_.fill(end_);
    fetching_ = true;
    take(first, end_ + how.refetch);
  } else if (how.after_branch) {
    take(first, std::max(arrival_ + 1, word_left_.front() + 1));
  }
  while (fetch_word_ != last) take(fetch_word_ + 1, std::max(arrival_ + 1, word_left_.front() + 1));
  return arrival_;
}

bool M7Pipeline::banks_differ(const Insn& in, const Step& how) const {
  if (how.data && older_step_.data) return ((*how.data ^ *older_step_.data) & 4) != 0;
  // Known without addresses only for two offsets from one base.
  const bool offsets =
      in.m == isa::kNoReg && older_.m == isa::kNoReg && in.n == older_.n && in.n != isa::kNoReg;
  if (!offsets || older_.writeback || (isa::register_use(older_).writes >> in.n & 1) != 0)
    return true;
  return ((in.imm ^ older_.imm) & 4) != 0;
}

bool M7Pipeline::pairs(const Insn& in, const M7Traits& b, const Step& how) const {
  const M7Traits& a = older_traits_;
  if (a.issues_alone || b.issues_alone || b.older_only) return false;
  if (a.uses_shifter && b.uses_shifter) return false;
  if ((a.extracts && b.uses_shifter) || (a.uses_shifter && b.extracts)) return false;
  if (a.multiplies && (b.multiplies || b.stores)) return false;
  if (a.stores && (b.multiplies || b.stores)) return false;
  if (a.branches && b.branches) return false;
  if (a.is_float && b.is_float) return false;
  return !(a.loads && b.loads) || banks_differ(in, how);
}

bool M7Pipeline::is_early(const Insn& in, const M7Traits& traits, bool older,
                          PipelineTime at) const {
  if (is_conditional(in)) return false;
  const bool adds = traits.may_be_early && older;
  const bool shifts = traits.simple_shift && (older || !older_traits_.uses_shifter);
  if (!adds && !shifts) return false;
  const std::uint32_t reads = isa::register_use(in).reads;
  for (unsigned reg = 0; reg < 15; ++reg) {
    if ((reads >> reg & 1) != 0 && ready(reg, 0, in) > at) return false;
  }
  return true;
}

void M7Pipeline::write(unsigned reg, PipelineTime at, Maker maker, const Insn& in) {
  values_[reg] = {at, maker, is_conditional(in) ? in.cond : std::uint8_t{14}};
}

void M7Pipeline::write_results(const Insn& in, const M7Traits& traits, bool early,
                               PipelineTime at) {
  const isa::RegisterUse use = isa::register_use(in);
  const Timing t = timing_of(in);
  if (in.sets_flags || t == Timing::Compare) write(kFlags, at + 2, Maker::other, in);
  unsigned transferred = 0;
  for (unsigned reg = 0; reg < 15; ++reg) {
    if ((use.writes >> reg & 1) == 0) continue;
    const bool is_base = in.writeback && reg == in.n && (traits.loads || traits.stores);
    if (is_base) {
      write(reg, at + 1, Maker::other, in);
    } else if (traits.loads) {
      const bool is_narrow = isa::traffic(in).bytes_each < 4;
      write(reg, at + (is_narrow ? 3 : 2) + transferred++ / 2,
            is_narrow ? Maker::narrow_load : Maker::word_load, in);
    } else if (traits.multiplies) {
      write(reg, at + 3, Maker::multiply, in);
    } else if (traits.older_only) {
      write(reg, at + simd_latency(in), Maker::simd, in);
    } else {
      write(reg, at + (early ? 1 : 2) + traits.hold - 1, Maker::other, in);
    }
  }
  if (is_floating(t)) write_floats(in, at);
}

void M7Pipeline::write_floats(const Insn& in, PipelineTime at) {
  const FpUse use = fp_register_use(in);
  const M7FloatLatency latency = float_latency(in, use.is_double);
  if (latency.busy > 0) float_free_at_ = std::max(float_free_at_, at + latency.busy);
  for (unsigned reg = 0; reg < 32; ++reg) {
    if ((use.writes >> reg & 1) == 0) continue;
    floats_[reg] = {at + latency.operand, at + latency.fused_addend, at + latency.chained_addend,
                    at + latency.store};
  }
}

InsnCost M7Pipeline::step(const Insn& in, const Step& how) {
  const M7Traits traits = m7_traits(in);
  if (how.refetch != 0) open_ = false;
  const PipelineTime operands = operands_ready(in, traits);
  const PipelineTime arrived = fetched(in, how);
  const PipelineTime wanted = std::max(operands, arrived);
  InsnCost cost;
  const bool in_time = open_ && wanted < end_;
  const bool younger = in_time && pairs(in, traits, how);
  PipelineTime at = end_ - 1;
  if (!younger) {
    at = std::max(wanted, end_);
    const auto waited = static_cast<unsigned>(at - end_);
    const unsigned refetch = std::min(waited, how.refetch);
    const bool for_operands = operands > arrived;
    cost.add(CycleCause::branch, refetch);
    cost.add(for_operands ? CycleCause::hazard : CycleCause::fetch_wait, waited - refetch);
    // A cycle of its own only because the two may not pair is a hazard.
    cost.add(in_time && !traits.issues_alone && !older_traits_.issues_alone ? CycleCause::hazard
                                                                            : CycleCause::issue,
             1);
    cost.add(CycleCause::multi_cycle, traits.hold - 1);
    end_ = at + traits.hold;
  }
  word_left_.back() = std::max(word_left_.back(), at);
  write_results(in, traits, is_early(in, traits, !younger, at), at);
  open_ = !younger && !traits.issues_alone;
  older_ = in;
  older_traits_ = traits;
  older_step_ = how;
  return cost;
}

}  // namespace sramscope::sim
