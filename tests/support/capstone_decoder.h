#pragma once

#include <capstone/capstone.h>

#include <array>
#include <cstdint>
#include <string>

#include "isa/insn.h"

namespace sramscope::testing {

/// What capstone makes of one instruction; an empty mnemonic when it does not decode it.
struct Disassembled {
  std::string mnemonic;
  std::string operands;
  explicit operator bool() const { return !mnemonic.empty(); }
};

/// capstone 4, M profile. It has no notion of a core, and accepts what A-profile cores have as
/// well.
class CapstoneDecoder {
 public:
  /// With `v8` also LDA, STL, VSEL and so on, but Advanced SIMD's SHA1C stands where LDM is.
  explicit CapstoneDecoder(bool v8 = false) : v8_(v8) { open(); }
  ~CapstoneDecoder() { cs_close(&handle_); }
  CapstoneDecoder(const CapstoneDecoder&) = delete;
  CapstoneDecoder& operator=(const CapstoneDecoder&) = delete;

  Disassembled decode(std::uint16_t hw1, std::uint16_t hw2, Addr address) {
    const std::array<std::uint8_t, 4> bytes = {
        static_cast<std::uint8_t>(hw1), static_cast<std::uint8_t>(hw1 >> 8),
        static_cast<std::uint8_t>(hw2), static_cast<std::uint8_t>(hw2 >> 8)};
    const std::size_t size = isa::insn_size(hw1);
    cs_insn* insn = nullptr;
    const std::size_t count = cs_disasm(handle_, bytes.data(), size, address, 1, &insn);
    if (count == 0) return {};
    Disassembled result;
    if (insn->size == size) result = {insn->mnemonic, insn->op_str};
    const bool was_it = insn->id == ARM_INS_IT;
    cs_free(insn, count);
    if (was_it) reopen();  // or the next instructions would be conditional
    return result;
  }

 private:
  void open() {
    const int mode = CS_MODE_THUMB | CS_MODE_MCLASS | (v8_ ? CS_MODE_V8 : 0);
    cs_open(CS_ARCH_ARM, static_cast<cs_mode>(mode), &handle_);
  }
  void reopen() {
    cs_close(&handle_);
    open();
  }
  bool v8_;
  csh handle_ = 0;
};

}  // namespace sramscope::testing
