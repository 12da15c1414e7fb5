#include "sim/timing/fp_use.h"

#include <string_view>

namespace sramscope::sim {
namespace {

using isa::Insn;
using isa::Timing;

std::uint32_t single(std::uint8_t reg) { return reg < 32 ? 1u << reg : 0; }
std::uint32_t pair(std::uint8_t reg) { return reg < 16 ? 3u << (2 * reg) : 0; }
std::uint32_t registers(std::uint8_t reg, bool is_double) {
  return is_double ? pair(reg) : single(reg);
}

/// Types of the result and of the operands, from the row's name: VADD_F64, VCVT_F64_S32.
struct Types {
  bool result = false;
  bool operands = false;
};
Types types_of(std::string_view name) {
  const bool any = name.find("F64") != name.npos;
  if (!name.starts_with("VCVT") || name.ends_with("_fixed")) return {any, any};
  const std::string_view types = name.substr(name.find('_') + 1);
  return {types.starts_with("F64"), types.ends_with("F64")};
}

FpUse transfer_use(const Insn& in, Timing timing) {
  const bool is_double = isa::facts(in.op).name.ends_with("_D");
  std::uint32_t moved = registers(in.d, is_double);
  if (timing == Timing::FpLoadMultiple || timing == Timing::FpStoreMultiple) {
    const unsigned words = is_double ? in.imm & ~1u : in.imm;
    const unsigned first = is_double ? 2u * in.d : in.d;
    moved = static_cast<std::uint32_t>(((std::uint64_t{1} << words) - 1) << first);
  }
  FpUse use;
  use.is_double = is_double;
  const bool loads = timing == Timing::FpLoad || timing == Timing::FpLoadMultiple;
  (loads ? use.writes : use.reads) = moved;
  return use;
}

FpUse move_use(const Insn& in) {
  FpUse use;
  switch (in.op) {
    case isa::Op::VMOV_Sn_Rt:
    case isa::Op::VMOV_scalar_Rt:
      use.writes = single(in.n);
      break;
    case isa::Op::VMOV_Rt_Sn:
    case isa::Op::VMOV_Rt_scalar:
      use.reads = single(in.n);
      break;
    case isa::Op::VMOV_SS_RR:
      use.writes = single(in.m) * 3;
      break;
    case isa::Op::VMOV_RR_SS:
      use.reads = single(in.m) * 3;
      break;
    case isa::Op::VMOV_D_RR:
      use.writes = pair(in.m);
      break;
    case isa::Op::VMOV_RR_D:
      use.reads = pair(in.m);
      break;
    default:
      break;
  }
  return use;
}

}  // namespace

bool is_floating(Timing timing) { return timing >= Timing::FpAlu && timing <= Timing::FpSystem; }

FpUse fp_register_use(const Insn& in) {
  const Timing timing = isa::facts(in.op).timing;
  switch (timing) {
    case Timing::FpLoad:
    case Timing::FpStore:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
      return transfer_use(in, timing);
    case Timing::FpMove:
    case Timing::FpMove2:
      return move_use(in);
    case Timing::FpAlu:
    case Timing::FpMac:
    case Timing::FpDiv:
    case Timing::FpSqrt:
      break;
    default:
      return {};
  }
  const std::string_view name = isa::facts(in.op).name;
  const Types types = types_of(name);
  FpUse use;
  use.is_double = types.result || types.operands;
  use.reads = registers(in.n, types.operands) | registers(in.m, types.operands);
  const std::uint32_t result = registers(in.d, types.result);
  if (name.starts_with("VCMP")) {
    use.reads |= result;
  } else {
    use.writes = result;
  }
  if (timing == Timing::FpMac) {
    use.addend = result & ~use.reads;
    use.reads |= result;
  }
  return use;
}

}  // namespace sramscope::sim
