#include <array>
#include <string_view>

#include "isa/insn.h"

namespace sramscope::isa {
namespace {

/// The mask of one register field; none for an absent one.
constexpr std::uint32_t bit(std::uint8_t reg) { return reg < 16 ? 1u << reg : 0; }
constexpr std::uint32_t kLr = 1u << 14;
constexpr std::uint32_t kPc = 1u << 15;

/// Bytes per access from a row's name, as Arm builds it: LDR or STR, EX, S for sign-extending, B or
/// H.
constexpr std::uint8_t access_bytes(std::string_view name) {
  if (name == "TBB_T1") return 1;
  if (name == "TBH_T1") return 2;
  const std::string_view stem = name.substr(0, 3);
  if (stem != "LDR" && stem != "STR" && stem != "LDA" && stem != "STL") return 4;
  name.remove_prefix(3);
  if (name.starts_with("EX")) name.remove_prefix(2);
  if (name.starts_with("S")) name.remove_prefix(1);
  if (name.starts_with("B")) return 1;
  return name.starts_with("H") ? 2 : 4;
}
static_assert(access_bytes("LDR_imm_T1") == 4 && access_bytes("STREXB_T1") == 1);
static_assert(access_bytes("LDRSHT_T1") == 2 && access_bytes("LDRSB_reg_T1") == 1);
static_assert(access_bytes("LDRD_imm_T1") == 4 && access_bytes("STM_T1") == 4);

constexpr std::array<std::uint8_t, kOpCount> kAccessBytes = {
#define INSN(id, pattern, since, timing, form) access_bytes(#id),
#include "isa/all.def"
#undef INSN
};

/// A transfer of one double-precision register: VLDR_D, VSTMIA_D ...
constexpr bool is_double(std::string_view name) { return name.ends_with("_D"); }

RegisterUse address_use(const Insn& in) {
  RegisterUse use;
  use.address = bit(in.n) | bit(in.m);
  use.reads = use.address;
  if (in.writeback) use.writes = bit(in.n);
  return use;
}

RegisterUse load_use(const Insn& in, std::uint32_t loaded) {
  RegisterUse use = address_use(in);
  use.writes |= loaded;
  return use;
}

RegisterUse store_use(const Insn& in, std::uint32_t stored) {
  RegisterUse use = address_use(in);
  use.reads |= stored;
  return use;
}

/// FP registers are not core registers: d, n and m of an FP operation name S or D registers.
RegisterUse fp_use(const Insn& in, Timing timing) {
  switch (timing) {
    case Timing::FpLoad:
    case Timing::FpStore:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple: {
      RegisterUse use;
      use.reads = use.address = bit(in.n);
      if (in.writeback) use.writes = bit(in.n);
      return use;
    }
    case Timing::FpMove:
    case Timing::FpMove2:
    case Timing::FpSystem: {
      const std::uint32_t core = bit(in.d) | bit(in.a);
      switch (in.op) {
        case Op::VMOV_Sn_Rt:
        case Op::VMOV_scalar_Rt:
        case Op::VMOV_SS_RR:
        case Op::VMOV_D_RR:
        case Op::VMSR:
          return {.reads = core};
        default:
          return {.writes = core};
      }
    }
    default:
      return {};
  }
}

/// Rd := f(Rn, Rm, Ra), the shape of nearly all data processing.
RegisterUse data_use(const Insn& in) {
  RegisterUse use;
  use.reads = bit(in.n) | bit(in.m) | bit(in.a);
  use.writes = bit(in.d);
  if (in.op == Op::MOVT_T1 || in.op == Op::BFI_T1 || in.op == Op::BFC_T1) use.reads |= bit(in.d);
  return use;
}

RegisterUse branch_use(const Insn& in) {
  RegisterUse use;
  use.reads = bit(in.n) | bit(in.m);
  use.writes = kPc;
  if (in.op == Op::BL_T1 || in.op == Op::BLX_reg_T1 || in.op == Op::BLXNS_T1) use.writes |= kLr;
  return use;
}

bool writes_pc_as_result(const Insn& in) {
  switch (facts(in.op).timing) {
    case Timing::Alu:
    case Timing::Move:
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
      return in.d == 15;
    case Timing::LoadMultiple:
      return (in.imm & kPc) != 0;
    default:
      return false;
  }
}

}  // namespace

bool ends_block(const Insn& in) {
  switch (facts(in.op).timing) {
    case Timing::Branch:
    case Timing::BranchCond:
    case Timing::CompareBranch:
    case Timing::BranchLink:
    case Timing::BranchReg:
    case Timing::TableBranch:
    case Timing::Wait:
    case Timing::Supervisor:
      return true;
    case Timing::Barrier:
      return in.op == Op::ISB_T1;
    case Timing::System:
      return in.op == Op::MSR_T1 || in.op == Op::CPS_T1;
    default:
      return writes_pc_as_result(in);
  }
}

RegisterUse register_use(const Insn& in) {
  const Timing timing = facts(in.op).timing;
  switch (timing) {
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
    case Timing::LoadExclusive:
      return load_use(in, bit(in.d));
    case Timing::LoadDual:
      return load_use(in, bit(in.d) | bit(in.a));
    case Timing::LoadMultiple:
      return load_use(in, in.imm);
    case Timing::Store:
    case Timing::StoreReg:
      return store_use(in, bit(in.d));
    case Timing::StoreDual:
      return store_use(in, bit(in.d) | bit(in.a));
    case Timing::StoreMultiple:
      return store_use(in, in.imm);
    case Timing::StoreExclusive: {
      RegisterUse use = store_use(in, bit(in.d));
      use.writes |= bit(in.a);
      return use;
    }
    case Timing::Preload:
      return address_use(in);
    case Timing::MulLong:
      return {.reads = bit(in.n) | bit(in.m), .writes = bit(in.d) | bit(in.a)};
    case Timing::MlaLong:
    case Timing::DspMlaLong: {
      const std::uint32_t sum = bit(in.d) | bit(in.a);
      return {.reads = bit(in.n) | bit(in.m) | sum, .writes = sum};
    }
    case Timing::Branch:
    case Timing::BranchCond:
    case Timing::CompareBranch:
    case Timing::BranchLink:
    case Timing::BranchReg:
      return branch_use(in);
    case Timing::TableBranch:
      return load_use(in, kPc);
    case Timing::FpAlu:
    case Timing::FpMac:
    case Timing::FpDiv:
    case Timing::FpSqrt:
    case Timing::FpMove:
    case Timing::FpMove2:
    case Timing::FpLoad:
    case Timing::FpStore:
    case Timing::FpLoadMultiple:
    case Timing::FpStoreMultiple:
    case Timing::FpSystem:
      return fp_use(in, timing);
    default:
      return data_use(in);
  }
}

Traffic traffic(const Insn& in) {
  const std::uint8_t bytes = kAccessBytes[static_cast<unsigned>(in.op)];
  const auto count = [](unsigned n) { return static_cast<std::uint8_t>(n); };
  const unsigned listed = static_cast<unsigned>(__builtin_popcount(in.imm));
  const bool doubles = is_double(facts(in.op).name);
  const unsigned fp_words = doubles ? in.imm & ~1u : in.imm;
  switch (facts(in.op).timing) {
    case Timing::Load:
    case Timing::LoadReg:
    case Timing::LoadLiteral:
    case Timing::LoadExclusive:
    case Timing::TableBranch:
      return {.loads = 1, .bytes_each = bytes};
    case Timing::LoadDual:
      return {.loads = 2, .bytes_each = 4};
    case Timing::LoadMultiple:
      return {.loads = count(listed), .bytes_each = 4};
    case Timing::Store:
    case Timing::StoreReg:
    case Timing::StoreExclusive:
      return {.stores = 1, .bytes_each = bytes};
    case Timing::StoreDual:
      return {.stores = 2, .bytes_each = 4};
    case Timing::StoreMultiple:
      return {.stores = count(listed), .bytes_each = 4};
    case Timing::FpLoad:
      return {.loads = count(doubles ? 2 : 1), .bytes_each = 4};
    case Timing::FpStore:
      return {.stores = count(doubles ? 2 : 1), .bytes_each = 4};
    case Timing::FpLoadMultiple:
      return {.loads = count(fp_words), .bytes_each = 4};
    case Timing::FpStoreMultiple:
      return {.stores = count(fp_words), .bytes_each = 4};
    default:
      return {};
  }
}

}  // namespace sramscope::isa
