#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sramscope/result.h"
#include "ui/viewer/state.h"

namespace sramscope::viewer {

/// Reads a report. Errors name the file, the place and the reason.
Result<std::shared_ptr<const Document>> read_document(const std::string& path);

/// Opens reports in place of what is shown; a problem is shown and changes nothing. Returns whether
/// they were opened.
bool open_files(ViewerState& state, const std::vector<std::string>& paths);

/// A file dropped on the window: the first one opens, the next one is compared with it, one more
/// starts anew.
void drop_file(ViewerState& state, const std::string& path);

}  // namespace sramscope::viewer
