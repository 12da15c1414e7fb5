#ifndef SRAMSCOPE_PLAIN_LOOP

#include "sim/handlers_impl.h"

namespace sramscope::sim {

const HandlerTable& threaded_handlers(bool shadow) {
  static const HandlerTable with = Handlers<true, true>::make();
  static const HandlerTable without = Handlers<false, true>::make();
  return shadow ? with : without;
}

}  // namespace sramscope::sim

#endif
