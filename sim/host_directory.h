#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "sramscope/result.h"

namespace sramscope::sim {

/// An open host file; closes it when destroyed.
class HostFile {
 public:
  HostFile() = default;
  explicit HostFile(int descriptor) : descriptor_(descriptor) {}
  ~HostFile();
  HostFile(HostFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  HostFile& operator=(HostFile&& other) noexcept;

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// A host directory and nothing outside it. Paths are resolved one component at a time from an open
/// directory (openat, no symbolic link is ever followed), so neither "..", nor an absolute path
/// elsewhere, nor a link leads out. An absolute path is taken when it starts with the directory's
/// own.
class HostDirectory {
 public:
  /// Errors: the path is no directory or cannot be opened.
  static Result<HostDirectory> open(const std::string& path);

  /// Opens a regular file with `flags` of open(2). A closed file and errno mean failure.
  HostFile open_file(std::string_view path, int flags) const;
  /// True, or false and errno.
  bool remove(std::string_view path) const;
  bool rename(std::string_view from, std::string_view to) const;

 private:
  /// The directory that holds the last component, and that component; a closed file and errno mean
  /// failure.
  struct Parent {
    HostFile directory;
    std::string name;
  };
  HostDirectory(HostFile root, std::string path) : root_(std::move(root)), path_(std::move(path)) {}
  Parent parent_of(std::string_view path) const;

  HostFile root_;
  /// Absolute, without a slash at its end.
  std::string path_;
};

}  // namespace sramscope::sim
