#include "ui/viewer/open.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ui/cli/files.h"

namespace sramscope::viewer {
namespace {

constexpr std::size_t kMostRecentFiles = 10;

void remember(ViewerState& state, const std::string& path) {
  auto& recent = state.recent_files;
  std::erase(recent, path);
  recent.insert(recent.begin(), path);
  if (recent.size() > kMostRecentFiles) recent.resize(kMostRecentFiles);
}

}  // namespace

Result<std::shared_ptr<const Document>> read_document(const std::string& path) {
  const auto text = cli::read_file(path);
  if (!text) return text.error();
  const std::string name = path == "-" ? std::string(cli::kStdinName) : path;
  if (cli::looks_like_elf(*text)) {
    return Error{
        fmt::format("{}: an ELF file, not a report; make one with: sramscope run {} "
                    "--report report.json",
                    name, name)};
  }
  auto report = report_from_json(*text, name);
  if (!report) return report.error();
  return std::shared_ptr<const Document>(
      std::make_shared<Document>(make_document(std::move(*report), path)));
}

bool open_files(ViewerState& state, const std::vector<std::string>& paths) {
  std::vector<ViewerState::DocumentPtr> documents;
  for (const std::string& path : paths) {
    auto document = read_document(path);
    if (!document) return state.complain(document.error().message), false;
    documents.push_back(std::move(*document));
  }
  for (const std::string& path : paths) remember(state, path);
  state.open(std::move(documents));
  return true;
}

void drop_file(ViewerState& state, const std::string& path) {
  std::vector<std::string> paths{path};
  if (state.documents().size() == 1 && !state.document().path.empty())
    paths.insert(paths.begin(), state.document().path);
  if (open_files(state, paths)) state.say("opened " + path);
}

}  // namespace sramscope::viewer
