#include "isa/rows.h"

#include "isa/float_forms.h"
#include "isa/operand_forms.h"

namespace sramscope::isa {
namespace {

constexpr Row kRows[] = {
#define INSN(id, pattern, since, timing, form) {Op::id, Encoding(pattern), forms::form},
#include "isa/all.def"
#undef INSN
};
static_assert(std::size(kRows) + 1 == kOpCount);

}  // namespace

std::span<const Row> rows() { return kRows; }

}  // namespace sramscope::isa
