#include "sim/host_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace sramscope::sim {
namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr mode_t kNewFileMode = 0644;

struct Free {
  void operator()(char* text) const { std::free(text); }
};

}  // namespace

HostFile::~HostFile() {
  if (is_open()) ::close(descriptor_);
}

HostFile& HostFile::operator=(HostFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Result<HostDirectory> HostDirectory::open(const std::string& path) {
  const std::unique_ptr<char, Free> absolute(::realpath(path.c_str(), nullptr));
  HostFile root(absolute ? ::open(absolute.get(), kDirectoryFlags) : -1);
  if (!root.is_open()) {
    return Error{fmt::format("semihosting directory {}: {}", path, std::strerror(errno))};
  }
  std::string text = absolute.get();
  if (text == "/") text.clear();
  return HostDirectory(std::move(root), std::move(text));
}

HostDirectory::Parent HostDirectory::parent_of(std::string_view path) const {
  const auto refuse = [](int error) {
    errno = error;
    return Parent{};
  };
  if (path.find('\0') != path.npos) return refuse(EINVAL);
  if (path.starts_with('/')) {
    if (!path.starts_with(path_ + '/')) return refuse(EACCES);
    path.remove_prefix(path_.size() + 1);
  }
  Parent parent{HostFile(::openat(root_.descriptor(), ".", kDirectoryFlags)), ""};
  while (parent.directory.is_open()) {
    const std::size_t slash = path.find('/');
    const std::string component(path.substr(0, slash));
    if (component == "..") return refuse(EACCES);
    if (slash == path.npos) {
      if (component.empty() || component == ".") return refuse(EISDIR);
      parent.name = component;
      return parent;
    }
    path.remove_prefix(slash + 1);
    if (component.empty() || component == ".") continue;
    parent.directory =
        HostFile(::openat(parent.directory.descriptor(), component.c_str(), kDirectoryFlags));
  }
  return parent;
}

HostFile HostDirectory::open_file(std::string_view path, int flags) const {
  const Parent parent = parent_of(path);
  if (!parent.directory.is_open()) return HostFile();
  // O_NONBLOCK: a FIFO must not hang us; fstat then tells it from a file.
  const int all_flags = flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  HostFile file(
      ::openat(parent.directory.descriptor(), parent.name.c_str(), all_flags, kNewFileMode));
  struct stat status {};
  if (file.is_open() && (::fstat(file.descriptor(), &status) != 0 || !S_ISREG(status.st_mode))) {
    file = HostFile();
    errno = EACCES;
  }
  return file;
}

bool HostDirectory::remove(std::string_view path) const {
  const Parent parent = parent_of(path);
  return parent.directory.is_open() &&
         ::unlinkat(parent.directory.descriptor(), parent.name.c_str(), 0) == 0;
}

bool HostDirectory::rename(std::string_view from, std::string_view to) const {
  const Parent source = parent_of(from);
  if (!source.directory.is_open()) return false;
  const Parent target = parent_of(to);
  return target.directory.is_open() &&
         ::renameat(source.directory.descriptor(), source.name.c_str(),
                    target.directory.descriptor(), target.name.c_str()) == 0;
}

}  // namespace sramscope::sim
