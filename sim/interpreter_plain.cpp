#include "sim/handlers_impl.h"

namespace sramscope::sim {

const HandlerTable& plain_handlers(bool shadow) {
  static const HandlerTable with = Handlers<true, false>::make();
  static const HandlerTable without = Handlers<false, false>::make();
  return shadow ? with : without;
}

}  // namespace sramscope::sim
