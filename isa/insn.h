#pragma once

#include <cstdint>
#include <string_view>

#include "isa/arch.h"
#include "sramscope/types.h"

namespace sramscope::isa {

/// One value per row of the .def tables, then `Undefined`.
enum class Op : std::uint16_t {
#define INSN(id, pattern, since, timing, form) id,
#include "isa/all.def"
#undef INSN
  Undefined,
};
inline constexpr unsigned kOpCount = static_cast<unsigned>(Op::Undefined) + 1;

/// What a timing model needs to know about a row: which unit it uses and how it moves data.
enum class Timing : std::uint8_t {
  Alu,            ///< data processing, operand 2 a register or small immediate
  AluShift,       ///< data processing with an inline-shifted register
  Shift,          ///< LSL LSR ASR ROR by immediate or register
  Move,           ///< MOV, MOVW, MOVT, MVN immediate
  Compare,        ///< CMP CMN TST TEQ: writes flags only
  Extend,         ///< SXTB UXTH ...
  BitField,       ///< BFI BFC UBFX SBFX
  Bits,           ///< CLZ RBIT REV REV16 REVSH
  Saturate,       ///< SSAT USAT and the 16-bit forms, QADD family
  Simd,           ///< parallel add/subtract, SEL, PKH, USAD8
  ExtendAdd,      ///< SXTAB and the like
  Mul,            ///< 32-bit product
  Mla,            ///< with accumulate
  MulLong,        ///< 64-bit product
  MlaLong,        ///< 64-bit accumulate
  DspMul,         ///< SMULxy SMUAD SMMUL ...
  DspMla,         ///< SMLAxy SMLAD SMMLA ...
  DspMlaLong,     ///< SMLALxy SMLALD UMAAL
  Div,
  Load,           ///< one register, immediate offset (index/writeback in the Insn)
  LoadReg,        ///< one register, register offset
  LoadLiteral,    ///< PC-relative
  LoadDual,
  LoadMultiple,   ///< LDM, POP; register list in `imm`
  LoadExclusive,
  Store,
  StoreReg,
  StoreDual,
  StoreMultiple,  ///< STM, PUSH
  StoreExclusive,
  Preload,
  Branch,         ///< unconditional, direct
  BranchCond,
  CompareBranch,  ///< CBZ, CBNZ
  BranchLink,     ///< BL
  BranchReg,      ///< BX, BLX register
  TableBranch,
  It,
  Nop,            ///< NOP and hints that only pass time
  Wait,           ///< WFI, WFE
  Barrier,        ///< DMB DSB ISB
  System,         ///< MRS MSR CPS CLREX
  Supervisor,     ///< SVC BKPT UDF
  FpAlu,          ///< VADD VSUB VMUL VABS VNEG VCMP VCVT VMOV between FP registers
  FpMac,          ///< VMLA VFMA ...
  FpDiv,
  FpSqrt,
  FpMove,         ///< one register between core and FPU
  FpMove2,        ///< two registers between core and FPU
  FpLoad,
  FpStore,
  FpLoadMultiple, ///< first register in `d`, number of words in `imm`
  FpStoreMultiple,
  FpSystem,       ///< VMRS VMSR
  Mve,
};

/// "No register" in a register field.
inline constexpr std::uint8_t kNoReg = 0xff;

/// A decoded instruction. Everything that depends only on the encoding and its address is worked out here, once.
struct Insn {
  Op op = Op::Undefined;
  std::uint8_t d = kNoReg;  ///< destination; Rt of loads and stores; RdLo; Sd/Dd
  std::uint8_t n = kNoReg;  ///< first operand; base address
  std::uint8_t m = kNoReg;  ///< second operand; index
  std::uint8_t a = kNoReg;  ///< Ra; Rt2; RdHi; status register of STREX
  std::uint8_t shift_type = 0;  ///< 0 LSL, 1 LSR, 2 ASR, 3 ROR, 4 RRX
  std::uint8_t shift_n = 0;     ///< amount 0..32; rotation 0, 8, 16, 24 of the extends
  /// Expanded immediate; offset in bytes (unsigned, `add` gives its sign); absolute target of a direct branch; absolute
  /// address of a literal; register list; raw immediate of SVC, BKPT, UDF, hints.
  std::uint32_t imm = 0;
  Addr address = 0;
  std::uint8_t cond = 14;       ///< condition of B<cond>; firstcond of IT; 14 = always
  std::uint8_t size = 2;        ///< bytes of the encoding
  bool sets_flags : 1 = false;
  bool index : 1 = true;       ///< P: address includes the offset
  bool add : 1 = true;         ///< U
  bool writeback : 1 = false;  ///< W
  /// Modified immediates: whether the expansion defines the carry, and that carry.
  bool imm_sets_carry : 1 = false;
  bool imm_carry : 1 = false;
};

/// Facts that follow from the row alone.
struct OpFacts {
  std::string_view name;
  Since since;
  Timing timing;
};
const OpFacts& facts(Op op);

/// Decodes one instruction. `hw2` is ignored for 16-bit encodings. `in_it` tells that the instruction stands in an IT block (16-bit
/// data processing then leaves the flags alone). Returns `Op::Undefined` (with size set) for what `arch` lacks.
Insn decode(std::uint16_t hw1, std::uint16_t hw2, Addr address, const Arch& arch, bool in_it);

/// 4 when `hw1` starts a 32-bit encoding (0b11101, 0b11110, 0b11111), else 2.
constexpr unsigned insn_size(std::uint16_t hw1) { return hw1 >= 0xe800 ? 4 : 2; }

/// True when the instruction may change the flow of control (writes PC, traps, or ends a block for another reason:
/// exception return, ISB, CPS, MSR, WFI, SVC, BKPT).
bool ends_block(const Insn& in);

/// Registers an instruction uses, as bit masks over r0..r15.
struct RegisterUse {
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  /// The part of `reads` that forms a memory address.
  std::uint32_t address = 0;
};
RegisterUse register_use(const Insn& in);

/// Words and bytes an instruction moves when it executes: known from the encoding.
struct Traffic {
  std::uint8_t loads = 0;   ///< registers loaded (a 64-bit FP register counts as two words)
  std::uint8_t stores = 0;
  std::uint8_t bytes_each = 0;
};
Traffic traffic(const Insn& in);

}  // namespace sramscope::isa
