#pragma once

#include <span>

#include "isa/encoding.h"
#include "isa/insn.h"

namespace sramscope::isa {

/// Finishes the operands of a matching word; false when the word is UNDEFINED after all. See
/// operand_forms.h.
using Form = bool (*)(Insn&, const Fields&);

/// A table row as the decoder uses it. The rest of it is in `facts(op)`.
struct Row {
  Op op;
  Encoding encoding;
  Form form;
};

/// All rows, in the order of Op: `rows()[i].op == Op(i)`.
std::span<const Row> rows();

}  // namespace sramscope::isa
