#include "ui/viewer/source_files.h"

#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <vector>

namespace sramscope::viewer {
namespace {

constexpr std::size_t kMostLines = 100'000;

std::vector<std::string> read_lines(const std::string& file) {
  std::vector<std::string> lines;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return lines;
  std::ifstream in(file);
  std::string line;
  while (lines.size() < kMostLines && std::getline(in, line)) {
    std::string shown;
    for (const char c : line) {
      if (c == '\t')
        shown += "    ";
      else if (c != '\r')
        shown += c;
    }
    lines.push_back(std::move(shown));
  }
  return lines;
}

}  // namespace

const std::string& source_line(const std::string& file, unsigned line) {
  static const std::string kNothing;
  // A cache, keyed by path: what it holds depends on nothing but the files.
  thread_local std::unordered_map<std::string, std::vector<std::string>> files;
  auto known = files.find(file);
  if (known == files.end()) known = files.emplace(file, read_lines(file)).first;
  if (line == 0 || line > known->second.size()) return kNothing;
  return known->second[line - 1];
}

std::string short_file(const std::string& file) {
  const auto slash = file.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

}  // namespace sramscope::viewer
