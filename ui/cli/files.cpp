#include "ui/cli/files.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>

#include "ui/cli/terminal.h"

namespace sramscope::cli {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error system_error(const std::string& path, int code) {
  return Error{path + ": " + std::strerror(code)};
}

Result<std::string> read_all(std::FILE* file, const std::string& name) {
  std::string text;
  char buffer[1 << 16];
  errno = 0;
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;)
    text.append(buffer, n);
  if (std::ferror(file) != 0) return system_error(name, errno);
  return text;
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(stdin, std::string(kStdinName));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return system_error(path, EISDIR);
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (!file) return system_error(path, errno);
  return read_all(file.get(), path);
}

std::string write_file(const std::string& path, std::string_view text) {
  if (path == "-") return print_data(text) ? "" : "cannot write to standard output";
  std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "wb"));
  if (!file) return system_error(path, errno).message;
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (std::fclose(file.release()) != 0 || !written) return system_error(path, errno).message;
  return "";
}

std::string cannot_write(const std::string& path) {
  if (path == "-") return "";
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return system_error(path, EISDIR).message;
  if (access(path.c_str(), F_OK) == 0)
    return access(path.c_str(), W_OK) == 0 ? "" : system_error(path, errno).message;
  auto folder = std::filesystem::path(path).parent_path();
  if (folder.empty()) folder = ".";
  return access(folder.c_str(), W_OK) == 0 ? "" : system_error(path, errno).message;
}

bool looks_like_elf(std::string_view bytes) {
  return bytes.starts_with(
      "\x7f"
      "ELF");
}

Result<Image> read_image(const std::string& path) {
  if (path != "-") return load_elf(path);
  const auto bytes = read_file(path);
  if (!bytes) return bytes.error();
  return parse_elf({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()},
                   std::string(kStdinName));
}

}  // namespace sramscope::cli
