#include "models/embedded_sources.h"

#include <algorithm>
#include <cassert>

namespace sramscope::models {

std::string_view embedded_source(std::string_view name) {
  const auto files = embedded_sources();
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  assert(found != files.end());
  return found->text;
}

}  // namespace sramscope::models
