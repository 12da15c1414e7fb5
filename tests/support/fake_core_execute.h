#pragma once

#include "isa/semantics/all.h"
#include "tests/support/fake_core.h"

namespace sramscope::testing {

using Handler = void (*)(FakeCore&, const isa::Insn&);

/// The semantic function of each Op. A row without a function of its name does not compile here.
inline constexpr Handler kHandlers[] = {
#define INSN(id, pattern, since, timing, form) &isa::semantics::id<FakeCore>,
#include "isa/all.def"
#undef INSN
    &isa::semantics::Undefined<FakeCore>,
};

/// Executes one decoded instruction, whatever its condition in an IT block would be.
inline void execute(FakeCore& core, const isa::Insn& in) {
  kHandlers[static_cast<unsigned>(in.op)](core, in);
}

/// Decodes at `address` for a Cortex-M7, which has everything but ARMv8-M, and executes.
inline isa::Insn execute_word(FakeCore& core, std::uint32_t word, Addr address = 0x100) {
  const bool wide = word > 0xffff;
  const auto hw1 = static_cast<std::uint16_t>(wide ? word >> 16 : word);
  const auto hw2 = static_cast<std::uint16_t>(wide ? word : 0);
  const isa::Insn in = isa::decode(hw1, hw2, address, isa::arch_of(CoreKind::cortex_m7), false);
  execute(core, in);
  return in;
}

}  // namespace sramscope::testing
