#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sramscope/image.h"
#include "sramscope/types.h"

namespace sramscope {

/// One function on the call stack.
struct StackFrame {
  /// The instruction under way: what faulted, the call, or what an exception interrupted.
  Addr pc = 0;
  /// "" where no symbol covers `pc`.
  std::string function;
  /// Bytes from the start of the function; 0 for inlined ones.
  std::uint32_t offset = 0;
  /// Its line is 0 where the debug information tells none.
  SourceLine source;
  /// Has no frame of its own: its body is part of the next frame's function.
  bool inlined = false;
  /// Without unwind information the frame was guessed from what looks like a return address; so are
  /// those after it.
  bool maybe = false;
  /// Not called by this frame but entered when this exception came, 0: called.
  unsigned entered_by_exception = 0;
};

/// A fault of the guest as values; `Stop::message` says the same in words.
struct Fault {
  /// "read", "write", "fetch", "unaligned", "undefined" ...
  std::string kind;
  /// Address of the access, where there is one.
  Addr address = 0;
  /// Bytes of the access, else 0.
  std::uint32_t size = 0;
  /// r0..r12, SP, LR and the address of the faulting instruction.
  std::array<std::uint32_t, 16> registers{};
  std::uint32_t xpsr = 0;
  std::uint32_t msp = 0;
  std::uint32_t psp = 0;
  std::uint32_t control = 0;
  std::uint32_t primask = 0;
  std::uint32_t basepri = 0;
  std::uint32_t faultmask = 0;
  /// Status registers as the fault leaves them; all 0 on v6-M and v8-M Baseline, which have none.
  std::uint32_t cfsr = 0;
  std::uint32_t hfsr = 0;
  std::uint32_t mmfar = 0;
  std::uint32_t bfar = 0;
  /// Number of the exception that takes the fault (3 HardFault ... 6 UsageFault); 0: none can, the
  /// core locks up.
  unsigned exception = 0;
  /// The faulting function first, at most 32 besides inlined ones.
  std::vector<StackFrame> stack;
};

}  // namespace sramscope
