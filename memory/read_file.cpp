#include "memory/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sramscope::memory {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

/// Closes what it holds, unless that is standard input.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : fd_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error system_error(const std::string& path, const char* what) {
  return Error{fmt::format("{}: {} ({})", display_name(path), what, std::strerror(errno))};
}

}  // namespace

std::string display_name(const std::string& path) { return path == "-" ? "<stdin>" : path; }

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(path);
  if (file.get() < 0) return system_error(path, "cannot open");
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{fmt::format("{}: is a directory", display_name(path))};
  }
  std::string text;
  std::array<char, 1 << 16> chunk{};
  for (;;) {
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path, "cannot read");
    if (got == 0) return text;
    if (text.size() + static_cast<std::size_t>(got) > kMaxFileBytes) {
      return Error{fmt::format("{}: larger than 1 GiB", display_name(path))};
    }
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace sramscope::memory
