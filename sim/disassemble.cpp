#include "sramscope/disassemble.h"

#include <capstone/capstone.h>

namespace sramscope {
namespace {

/// A capstone handle. Opening one costs more than a disassembly, so each thread keeps its own.
class Capstone {
 public:
  explicit Capstone(unsigned mode) {
    if (cs_open(CS_ARCH_ARM, static_cast<cs_mode>(mode), &handle_) != CS_ERR_OK) handle_ = 0;
  }
  ~Capstone() {
    if (handle_ != 0) cs_close(&handle_);
  }
  Capstone(const Capstone&) = delete;
  Capstone& operator=(const Capstone&) = delete;

  Disassembly first(std::span<const std::uint8_t> code, Addr address) const {
    Disassembly out;
    cs_insn* insn = nullptr;
    if (handle_ == 0 || cs_disasm(handle_, code.data(), code.size(), address, 1, &insn) == 0)
      return out;
    out.mnemonic = insn->mnemonic;
    out.operands = insn->op_str;
    out.size = insn->size;
    cs_free(insn, 1);
    return out;
  }

 private:
  csh handle_ = 0;
};

}  // namespace

Disassembly disassemble(std::span<const std::uint8_t> code, Addr address) {
  thread_local const Capstone kV7m(CS_MODE_THUMB | CS_MODE_MCLASS);
  // Knows what v8-M and FPv5 added (VSEL, VRINT, VMAXNM, LDA, STL), but decodes some v7-M encodings
  // otherwise.
  thread_local const Capstone kV8m(CS_MODE_THUMB | CS_MODE_MCLASS | CS_MODE_V8);
  const auto start = code.first(code.size() < 4 ? code.size() : 4);
  Disassembly out = kV7m.first(start, address);
  return out.size != 0 ? out : kV8m.first(start, address);
}

}  // namespace sramscope
