#include "ui/cli/toolchain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

extern char** environ;

namespace sramscope::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A started program, and the file that takes its messages.
struct Process {
  pid_t id = -1;
  fs::path log;
};

Result<Process> start(const std::vector<std::string>& words, const std::string& directory,
                      const fs::path& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  Process process{-1, log};
  const int problem =
      posix_spawn(&process.id, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return Error{fmt::format("cannot start {}: error {}", words[0], problem)};
  return process;
}

/// Waits; "" or what the program said when it failed.
std::string finish(const Process& process) {
  int status = 0;
  waitpid(process.id, &status, 0);
  const bool failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  std::string said = failed ? text_of(process.log) : "";
  std::error_code ignored;
  fs::remove(process.log, ignored);
  return failed && said.empty() ? "it failed without a message" : said;
}

bool up_to_date(const fs::path& object, const fs::path& directory, const std::string& source) {
  std::error_code error;
  const auto built = fs::last_write_time(object, error);
  if (error) return false;
  if (built < fs::last_write_time(directory / source, error)) return false;
  // The constants depend on nothing else; whatever else there is may include any header.
  return source == "weights.c" || source == "test_input.c";
}

}  // namespace

std::optional<std::string> find_cross_compiler() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto candidate = fs::path(folder) / "arm-none-eabi-gcc";
    if (access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return std::nullopt;
}

Result<bool> write_firmware(const GeneratedFirmware& firmware, const std::string& directory) {
  for (const GeneratedFile& file : firmware.files) {
    const fs::path path = fs::path(directory) / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return Error{fmt::format("{}: {}", path.parent_path().string(), error.message())};
    if (fs::exists(path, error) && text_of(path) == file.text) continue;
    std::ofstream stream(path, std::ios::binary);
    stream << file.text;
    if (!stream.flush()) return Error{fmt::format("{}: cannot write", path.string())};
  }
  return true;
}

Result<std::string> compile_firmware(const GeneratedFirmware& firmware,
                                     const std::string& directory, const std::string& compiler) {
  const fs::path root = fs::absolute(directory);
  std::vector<Process> running;
  std::vector<std::string> link = {compiler};
  link.insert(link.end(), firmware.compile_options.begin(), firmware.compile_options.end());
  for (const auto& source : firmware.sources) {
    const std::string object = fs::path(source).stem().string() + ".o";
    link.push_back(object);
    if (up_to_date(root / object, root, source)) continue;
    std::vector<std::string> words = {compiler};
    words.insert(words.end(), firmware.compile_options.begin(), firmware.compile_options.end());
    words.insert(words.end(), {"-c", source, "-o", object});
    auto process = start(words, root.string(), root / (object + ".log"));
    if (!process) return process.error();
    running.push_back(*process);
  }
  std::string problems;
  for (const auto& process : running) problems += finish(process);
  if (!problems.empty())
    return Error{fmt::format("{} refused {}:\n{}", compiler, directory, problems)};
  link.insert(link.end(), firmware.link_options.begin(), firmware.link_options.end());
  link.insert(link.end(), {"-o", "firmware.elf"});
  auto process = start(link, root.string(), root / "link.log");
  if (!process) return process.error();
  problems = finish(*process);
  if (!problems.empty()) return Error{fmt::format("cannot link {}:\n{}", directory, problems)};
  return (fs::path(directory) / "firmware.elf").string();
}

}  // namespace sramscope::cli
