// The decoder against LLVM 14's, for every core: validity of all 16-bit words and of a sample of
// the 32-bit ones. A tool, not a test, since LLVM is large; a test then sees that we still decode
// as we did here (DecodeSweep.IsWhatWasComparedWithLlvm).
//
//   decode_llvm [--each N] [--update FILE]     N second halfwords for each first one, 256 or more;
//   65536 takes all
//
// LLVM tells UNPREDICTABLE words ("soft fail") apart where it knows them: these are not compared.
// What it accepts beyond the manual is listed with reasons, an entry that explains nothing fails.
// Ends with status 1 on a difference without a reason.

#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/MCTargetOptions.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "tests/differential/decode_case.h"
#include "tests/differential/decode_map.h"
#include "tests/differential/unpredictable_operands.h"

namespace sramscope::testing {
namespace {

using isa::Op;

constexpr Addr kAddress = 0x1000;

const char* triple_of(CoreKind core) {
  switch (core) {
    case CoreKind::cortex_m0:
    case CoreKind::cortex_m0plus:
      return "thumbv6m-none-eabi";
    case CoreKind::cortex_m3:
      return "thumbv7m-none-eabi";
    case CoreKind::cortex_m4:
    case CoreKind::cortex_m7:
      return "thumbv7em-none-eabi";
    case CoreKind::cortex_m23:
      return "thumbv8m.base-none-eabi";
    case CoreKind::cortex_m33:
      return "thumbv8m.main-none-eabi";
  }
  return "";
}

class LlvmDecoder {
 public:
  enum class Verdict { undefined, unpredictable, valid };

  explicit LlvmDecoder(const SweptCore& core) {
    const llvm::Triple triple(triple_of(core.core));
    std::string error;
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple.str(), error);
    if (target == nullptr) throw std::runtime_error(error);
    registers_.reset(target->createMCRegInfo(triple.str()));
    assembly_.reset(target->createMCAsmInfo(*registers_, triple.str(), llvm::MCTargetOptions()));
    subtarget_.reset(target->createMCSubtargetInfo(triple.str(), core.name, ""));
    context_ = std::make_unique<llvm::MCContext>(triple, assembly_.get(), registers_.get(),
                                                 subtarget_.get());
    disassembler_.reset(target->createMCDisassembler(*subtarget_, *context_));
    instructions_.reset(target->createMCInstrInfo());
    printer_.reset(target->createMCInstPrinter(triple, 0, *assembly_, *instructions_, *registers_));
  }

  Verdict decode(Halfwords words) {
    const auto status = decode_into(instruction_, words);
    if (status == llvm::MCDisassembler::Fail) return Verdict::undefined;
    if (instructions_->getName(instruction_.getOpcode()) == "t2IT") leave_it_block();
    return status == llvm::MCDisassembler::Success ? Verdict::valid : Verdict::unpredictable;
  }

  /// The text of what was decoded last: "\tadd\tr0, r1".
  std::string text() {
    std::string text;
    llvm::raw_string_ostream out(text);
    printer_->printInst(&instruction_, kAddress, "", *subtarget_, out);
    return text;
  }

 private:
  llvm::MCDisassembler::DecodeStatus decode_into(llvm::MCInst& instruction, Halfwords words) {
    const std::array<std::uint8_t, 4> bytes = {
        static_cast<std::uint8_t>(words.first), static_cast<std::uint8_t>(words.first >> 8),
        static_cast<std::uint8_t>(words.second), static_cast<std::uint8_t>(words.second >> 8)};
    std::uint64_t size = 0;
    instruction.clear();
    return disassembler_->getInstruction(
        instruction, size, llvm::ArrayRef<std::uint8_t>(bytes.data(), isa::insn_size(words.first)),
        kAddress, llvm::nulls());
  }
  /// Its state stays in the disassembler.
  void leave_it_block() {
    llvm::MCInst nop;
    for (int i = 0; i < 5; ++i) decode_into(nop, Halfwords{0xbf00, 0});
  }

  std::unique_ptr<llvm::MCRegisterInfo> registers_;
  std::unique_ptr<llvm::MCAsmInfo> assembly_;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget_;
  std::unique_ptr<llvm::MCContext> context_;
  std::unique_ptr<llvm::MCDisassembler> disassembler_;
  std::unique_ptr<llvm::MCInstrInfo> instructions_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
  llvm::MCInst instruction_;
};

// ---- why they differ ---------------------------------------------------------------------------

bool permanently_undefined(const DecodeCase& c) { return c.ours() && is_udf(c.in.op); }
bool memory_hint(const DecodeCase& c) {
  return c.ours() && (c.named("MEMHINT") || c.named("PLDW"));
}
bool fpu_is_a_coprocessor(const DecodeCase& c) {
  const std::uint32_t number = coprocessor_of(c.word());
  return c.ours() && is_coprocessor_row(c.in.op) && (number == 10 || number == 11);
}
bool second_coprocessor_space(const DecodeCase& c) {
  const bool refused = !c.ours() && (c.word() & 0xfe000000) == 0xfc000000;
  return refused && (coprocessor_of(c.word()) | 1) == 11;
}
bool fpu_system_register(const DecodeCase& c) {
  const bool system = c.mnemonic.find("vmrs") == 1 || c.mnemonic.find("vmsr") == 1;
  return !c.ours() && system && (c.word() >> 16 & 0xf) != 1;
}
bool with_asynchronous_abort(const DecodeCase& c) {
  return !c.ours() && (c.word() & 0xffec) == 0xb664;
}

constexpr DecodeDifference kLlvmDifferences[] = {
    {"UDF.W is UNDEFINED also where LLVM does not know its name", permanently_undefined},
    {"unallocated memory hints pass time (A5.3.9); LLVM knows PLDW only with the multiprocessing "
     "extension",
     memory_hint},
    {"FP on a core without FPU: a coprocessor that is absent (NOCP), not UNDEFINED",
     fpu_is_a_coprocessor},
    {"LDC2 and STC2 of coprocessors 10 and 11 are UNDEFINED (A6.4)", second_coprocessor_space},
    {"FPSCR is the only register of VMRS and VMSR (A7.7.257)", fpu_system_register, 2048},
    {"CPS of A, which the M profile lacks", with_asynchronous_abort},
    {"UNPREDICTABLE: should-be bits", unpredictable::should_be_bits},
    {"UNPREDICTABLE: SP or PC in data processing (A5.1.2)", unpredictable::data_processing},
    {"UNPREDICTABLE: ADD and SUB: SP plus a register shifted by more than LSL #3",
     unpredictable::shifted_to_sp},
    {"UNPREDICTABLE: CMP and CMN: PC, and SP as the second register", unpredictable::compare},
    {"UNPREDICTABLE: MOV.W: PC, SP to SP, SP with S", unpredictable::move},
    {"UNPREDICTABLE: loads and stores of SP or PC, but for LDR and STR of words",
     unpredictable::transferred},
    {"UNPREDICTABLE: PC as a base", unpredictable::base_register},
    {"UNPREDICTABLE: SP in a list, PC in one that is stored, PC as its base",
     unpredictable::listed},
    {"UNPREDICTABLE: BX and BLX of PC, BXNS and BLXNS of SP, ADD PC, PC",
     unpredictable::branch_register},
    {"UNPREDICTABLE: SP or PC to or from a special or FP register",
     unpredictable::system_register_operand},
    {"UNPREDICTABLE: register list", unpredictable::register_list},
    {"UNPREDICTABLE: the written base is transferred", unpredictable::written_base},
    {"UNPREDICTABLE: two results in one register", unpredictable::same_destination},
    {"UNPREDICTABLE: Rm encoded twice, differently", unpredictable::operand_twice},
    {"UNPREDICTABLE: bit field beyond bit 31", unpredictable::bit_field},
    {"UNPREDICTABLE: immediate of zero bytes repeated", unpredictable::doubled_zero},
    {"UNPREDICTABLE: IT with condition 15, or AL with else", unpredictable::if_then},
    {"UNPREDICTABLE: CPS of nothing", unpredictable::empty_cps},
    {"FAULTMASK is ARMv7-M's and ARMv8-M Mainline's", unpredictable::fault_mask},
    {"UNPREDICTABLE: fixed point with more fraction bits than width", unpredictable::fraction_bits},
};

struct Counts {
  long total = 0;
  long agreed = 0;
  long unpredictable = 0;
  long unexplained = 0;
};

class LlvmComparison {
 public:
  Counts run(const SweptCore& core, std::uint32_t each) {
    LlvmDecoder llvm(core);
    const isa::Arch arch = isa::arch_of(core.core);
    Counts counts;
    const auto check = [&](Halfwords words) { check_one(words, arch, llvm, counts); };
    for_each_narrow_word(check);
    if (each == 0x10000) {
      for (std::uint32_t word = 0xe8000000; word != 0; ++word) {
        check(Halfwords{static_cast<std::uint16_t>(word >> 16), static_cast<std::uint16_t>(word)});
      }
    } else {
      for_each_wide_sample(each, check);
    }
    for_each_word_of_rows(500, check);
    return counts;
  }

  /// False when an entry explains nothing.
  bool report(std::uint32_t each) const {
    bool needed = true;
    for (std::size_t i = 0; i < std::size(kLlvmDifferences); ++i) {
      std::cout << "  " << explained_[i] << ": " << kLlvmDifferences[i].reason << '\n';
      if (explained_[i] == 0 && each >= kLlvmDifferences[i].seen_from) needed = false;
    }
    if (!needed) std::cout << "an entry above is not needed\n";
    return needed;
  }

 private:
  void check_one(Halfwords words, const isa::Arch& arch, LlvmDecoder& llvm, Counts& counts) {
    ++counts.total;
    const isa::Insn in = isa::decode(words.first, words.second, kAddress, arch, false);
    const LlvmDecoder::Verdict verdict = llvm.decode(words);
    if (verdict == LlvmDecoder::Verdict::unpredictable) {
      ++counts.unpredictable;
    } else if ((verdict == LlvmDecoder::Verdict::valid) == (in.op != Op::Undefined)) {
      ++counts.agreed;
    } else {
      const std::string text = verdict == LlvmDecoder::Verdict::valid ? llvm.text() : "";
      explain({in, words, &arch, matching_row(words, arch), text, text}, counts);
    }
  }

  void explain(const DecodeCase& c, Counts& counts) {
    for (std::size_t i = 0; i < std::size(kLlvmDifferences); ++i) {
      if (!kLlvmDifferences[i].explains(c)) continue;
      ++explained_[i];
      return;
    }
    if (++counts.unexplained > 20) return;
    std::cout << "  " << std::hex << c.word() << std::dec << ": " << isa::facts(c.in.op).name
              << ", LLVM: " << (c.theirs() ? c.mnemonic : "undefined") << '\n';
  }

  std::array<long, std::size(kLlvmDifferences)> explained_{};
};

int compare_all(std::uint32_t each, const char* map_file) {
  LLVMInitializeARMTargetInfo();
  LLVMInitializeARMTargetMC();
  LLVMInitializeARMDisassembler();
  LlvmComparison comparison;
  bool good = true;
  for (const SweptCore& core : kSweptCores) {
    const Counts counts = comparison.run(core, each);
    std::cout << core.name << ": " << counts.total << " words, " << counts.agreed << " agree, "
              << counts.unpredictable << " UNPREDICTABLE, "
              << counts.total - counts.agreed - counts.unpredictable - counts.unexplained
              << " explained, " << counts.unexplained << " unexplained" << std::endl;
    good = good && counts.unexplained == 0;
  }
  good = comparison.report(each) && good;
  if (good && map_file != nullptr) {
    std::ofstream out(map_file);
    DecodeMap::of_our_decoder().write(out);
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace sramscope::testing

int main(int argc, char** argv) {
  std::uint32_t each = sramscope::testing::kSampleOfEach;
  const char* map_file = nullptr;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--each") each = static_cast<std::uint32_t>(std::atol(argv[i + 1]));
    if (option == "--update") map_file = argv[i + 1];
  }
  return sramscope::testing::compare_all(each, map_file);
}
