#include "sim/semihosting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace sramscope::sim {
namespace {

// Operation numbers: "Semihosting for AArch32 and AArch64", section 6.
enum Operation : std::uint32_t {
  kOpen = 0x01,
  kClose = 0x02,
  kWriteC = 0x03,
  kWrite0 = 0x04,
  kWrite = 0x05,
  kRead = 0x06,
  kReadC = 0x07,
  kIsError = 0x08,
  kIsTty = 0x09,
  kSeek = 0x0a,
  kFlen = 0x0c,
  kTmpNam = 0x0d,
  kRemove = 0x0e,
  kRename = 0x0f,
  kClock = 0x10,
  kTime = 0x11,
  kSystem = 0x12,
  kErrno = 0x13,
  kGetCmdline = 0x15,
  kHeapInfo = 0x16,
  kExit = 0x18,
  kExitExtended = 0x20,
  kElapsed = 0x30,
  kTickFreq = 0x31,
};

constexpr std::uint32_t kFailed = 0xffffffff;
/// ADP_Stopped_ApplicationExit, the only reason that stands for success.
constexpr std::uint32_t kApplicationExit = 0x20026;
/// ":semihosting-features": magic, then bit 0 SH_EXT_EXIT_EXTENDED and bit 1 SH_EXT_STDOUT_STDERR.
constexpr std::string_view kFeatures = "SHFB\x03";
constexpr std::size_t kMaxHandles = 64;
constexpr std::size_t kMaxNameBytes = 4096;
constexpr std::size_t kChunkBytes = 4096;

/// open(2) flags of the modes 0 to 11, which are fopen's "r", "rb", "r+", "r+b", "w" ... "a+b".
constexpr std::array<int, 6> kOpenFlags = {O_RDONLY,
                                           O_RDWR,
                                           O_WRONLY | O_CREAT | O_TRUNC,
                                           O_RDWR | O_CREAT | O_TRUNC,
                                           O_WRONLY | O_CREAT | O_APPEND,
                                           O_RDWR | O_CREAT | O_APPEND};

std::uint64_t scale(Cycles cycles, std::uint64_t per_second, std::uint64_t clock_hz) {
  const std::uint64_t hz = std::max<std::uint64_t>(clock_hz, 1);
  return cycles / hz * per_second + cycles % hz * per_second / hz;
}

}  // namespace

/// One call's view of guest memory. The first address outside memory becomes `problem`; after it,
/// reads give zeros.
class Semihosting::Call {
 public:
  Call(std::uint32_t op, std::uint32_t parameter, GuestMemory& memory)
      : op_(op), parameter_(parameter), memory_(memory) {}

  std::uint32_t parameter() const { return parameter_; }
  const GuestMemory& memory() const { return memory_; }
  bool ok() const { return problem_.empty(); }
  const std::string& problem() const { return problem_; }

  /// Word `index` of the parameter block.
  std::uint32_t word(unsigned index) { return word_at(parameter_ + 4 * index); }

  std::uint32_t word_at(Addr address) {
    const std::string bytes = read(address, 4);
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i)
      value |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])) << (8 * i);
    return value;
  }

  void set_word_at(Addr address, std::uint32_t value) {
    std::string bytes;
    for (unsigned i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i));
    write(address, bytes);
  }

  std::string read(Addr address, std::size_t size) {
    std::string bytes(size, '\0');
    const std::span<std::uint8_t> span(reinterpret_cast<std::uint8_t*>(bytes.data()), size);
    if (ok() && size != 0 && !memory_.read_bytes(address, span)) refuse("reads", address, size);
    return bytes;
  }

  void write(Addr address, std::string_view bytes) {
    const std::span<const std::uint8_t> span(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                             bytes.size());
    if (ok() && !bytes.empty() && !memory_.write_bytes(address, span))
      refuse("writes", address, bytes.size());
  }

  /// A file name of `size` bytes; "" when it is too long.
  std::string name(Addr address, std::uint32_t size) {
    return size > kMaxNameBytes ? "" : read(address, size);
  }

 private:
  void refuse(const char* verb, Addr address, std::size_t size) {
    problem_ = fmt::format(
        "semihosting call 0x{:02x} (parameter 0x{:08x}) {} {} bytes at 0x{:08x}, which is not all "
        "memory",
        op_, parameter_, verb, size, address);
  }

  std::uint32_t op_;
  std::uint32_t parameter_;
  GuestMemory& memory_;
  std::string problem_;
};

Result<Semihosting> Semihosting::create(SemihostingOptions options) {
  std::optional<HostDirectory> directory;
  if (options.directory) {
    auto opened = HostDirectory::open(*options.directory);
    if (!opened) return opened.error();
    directory = *std::move(opened);
  }
  return Semihosting(std::move(options), std::move(directory));
}

Semihosting::Semihosting(SemihostingOptions options, std::optional<HostDirectory> directory)
    : options_(std::move(options)), directory_(std::move(directory)) {}

SemihostingResult Semihosting::call(std::uint32_t op, std::uint32_t parameter,
                                    GuestMemory& memory) {
  Call call(op, parameter, memory);
  SemihostingResult result;
  serve(op, call, result);
  if (!call.ok()) {
    result.problem = call.problem();
    result.exited = false;
  }
  return result;
}

void Semihosting::serve(std::uint32_t op, Call& call, SemihostingResult& result) {
  switch (op) {
    case kIsError:
      result.value = static_cast<std::int32_t>(call.word(0)) < 0 ? 1 : 0;
      break;
    case kClock:
    case kTime:
    case kElapsed:
    case kTickFreq:
      result.value = serve_time(op, call);
      break;
    case kSystem:  // The guest runs no commands on the host.
      result.value = fail(EACCES);
      break;
    case kErrno:
      result.value = errno_;
      break;
    case kGetCmdline:
      result.value = command_line(call);
      break;
    case kHeapInfo:
      result.value = heap_info(call);
      break;
    case kExit:  // On a 32-bit core the parameter is the reason itself.
      result.exited = true;
      result.exit_status = call.parameter() == kApplicationExit ? 0 : 1;
      break;
    case kExitExtended:
      result.exited = true;
      result.exit_status = call.word(0) == kApplicationExit ? call.word(1) : 1;
      break;
    default:
      result.value = serve_file(op, call, result);
  }
}

std::uint32_t Semihosting::serve_time(std::uint32_t op, Call& call) {
  const Cycles cycles = call.memory().cycles();
  const std::uint64_t clock_hz = call.memory().clock_hz();
  switch (op) {
    case kClock:
      return static_cast<std::uint32_t>(scale(cycles, 100, clock_hz));
    case kTime:
      return static_cast<std::uint32_t>(scale(cycles, 1, clock_hz));
    case kTickFreq:
      return static_cast<std::uint32_t>(clock_hz);
    default:
      call.set_word_at(call.parameter(), static_cast<std::uint32_t>(cycles));
      call.set_word_at(call.parameter() + 4, static_cast<std::uint32_t>(cycles >> 32));
      return 0;
  }
}

std::uint32_t Semihosting::serve_file(std::uint32_t op, Call& call, SemihostingResult& result) {
  switch (op) {
    case kOpen:
      return open(call);
    case kClose:
      return close(call);
    case kWriteC:
      print(call.read(call.parameter(), 1).substr(0, call.ok() ? 1 : 0));
      return 0;
    case kWrite0:
      return write_string(call);
    case kWrite:
      return write(call);
    case kRead:
      return read(call);
    case kReadC:
      return read_character();
    case kIsTty:
      return is_tty(call);
    case kSeek:
      return seek(call);
    case kFlen:
      return length(call);
    case kTmpNam:
      return temporary_name(call);
    case kRemove:
      return remove(call);
    case kRename:
      return rename(call);
    default:
      result.problem = fmt::format("unknown semihosting operation 0x{:02x} (parameter 0x{:08x})",
                                   op, call.parameter());
      return kFailed;
  }
}

std::uint32_t Semihosting::open(Call& call) {
  const std::uint32_t mode = call.word(1);
  const std::string name = call.name(call.word(0), call.word(2));
  if (!call.ok()) return kFailed;
  if (mode >= 2 * kOpenFlags.size()) return fail(EINVAL);
  if (name == ":tt") {  // "r" is the keyboard; "w" and "a" are stdout and stderr.
    return add_handle(
        {mode < 4 ? HandleKind::console_input : HandleKind::console_output, HostFile(), 0});
  }
  if (name == ":semihosting-features") {
    return mode < 2 ? add_handle({HandleKind::features, HostFile(), 0}) : fail(EACCES);
  }
  return open_file(name, mode);
}

std::uint32_t Semihosting::open_file(const std::string& name, std::uint32_t mode) {
  if (!directory_) return fail(EACCES);
  HostFile file = directory_->open_file(name, kOpenFlags[mode / 2]);
  if (!file.is_open()) return fail(errno);
  return add_handle({HandleKind::file, std::move(file), 0});
}

std::uint32_t Semihosting::close(Call& call) {
  const std::uint32_t number = call.word(0);
  if (!find_handle(number)) return kFailed;
  handles_[number - 1].reset();
  return 0;
}

/// Returns the number of bytes that were not written.
std::uint32_t Semihosting::write(Call& call) {
  Handle* handle = find_handle(call.word(0));
  const Addr address = call.word(1);
  const std::uint32_t size = call.word(2);
  std::uint32_t done = 0;
  while (handle && call.ok() && done < size) {
    const std::size_t chunk = std::min<std::size_t>(size - done, kChunkBytes);
    const std::string bytes = call.read(address + done, chunk);
    const std::size_t written = call.ok() ? write_some(*handle, bytes) : 0;
    done += static_cast<std::uint32_t>(written);
    if (written < chunk) break;
  }
  return size - done;
}

std::size_t Semihosting::write_some(Handle& handle, std::string_view bytes) {
  if (handle.kind == HandleKind::console_output) {
    print(bytes);
    return bytes.size();
  }
  if (handle.kind != HandleKind::file) {
    fail(EBADF);
    return 0;
  }
  const ssize_t written = ::write(handle.file.descriptor(), bytes.data(), bytes.size());
  if (written < 0) fail(errno);
  return written < 0 ? 0 : static_cast<std::size_t>(written);
}

std::uint32_t Semihosting::write_string(Call& call) {
  std::string text;
  for (Addr address = call.parameter(); call.ok(); ++address) {
    const std::string c = call.read(address, 1);
    if (c[0] == '\0') break;
    text += c;
    if (text.size() == kChunkBytes) {
      print(text);
      text.clear();
    }
  }
  print(text);
  return 0;
}

/// Returns the number of bytes that were not read.
std::uint32_t Semihosting::read(Call& call) {
  Handle* handle = find_handle(call.word(0));
  const Addr address = call.word(1);
  const std::uint32_t size = call.word(2);
  std::uint32_t done = 0;
  while (handle && call.ok() && done < size) {
    const std::size_t chunk = std::min<std::size_t>(size - done, kChunkBytes);
    const std::string bytes = read_some(*handle, chunk);
    call.write(address + done, bytes);
    done += static_cast<std::uint32_t>(bytes.size());
    if (bytes.size() < chunk) break;
  }
  return size - done;
}

std::string Semihosting::read_some(Handle& handle, std::size_t size) {
  switch (handle.kind) {
    case HandleKind::console_input: {
      std::string bytes = options_.console_input ? options_.console_input(size) : "";
      if (bytes.size() > size) bytes.resize(size);
      return bytes;
    }
    case HandleKind::features: {
      const auto bytes = kFeatures.substr(handle.position, size);
      handle.position += bytes.size();
      return std::string(bytes);
    }
    case HandleKind::file: {
      std::string bytes(size, '\0');
      const ssize_t got = ::read(handle.file.descriptor(), bytes.data(), size);
      if (got < 0) fail(errno);
      bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
      return bytes;
    }
    case HandleKind::console_output:
      break;
  }
  fail(EBADF);
  return "";
}

std::uint32_t Semihosting::read_character() {
  const std::string c = options_.console_input ? options_.console_input(1) : "";
  return c.empty() ? kFailed : static_cast<std::uint8_t>(c[0]);
}

std::uint32_t Semihosting::is_tty(Call& call) {
  if (!find_handle(call.word(0))) return kFailed;
  errno_ = ENOTTY;
  return 0;
}

std::uint32_t Semihosting::seek(Call& call) {
  Handle* handle = find_handle(call.word(0));
  const std::uint32_t position = call.word(1);
  if (!handle) return kFailed;
  if (handle->kind == HandleKind::features) {
    if (position > kFeatures.size()) return fail(EINVAL);
    handle->position = position;
    return 0;
  }
  if (handle->kind != HandleKind::file) return fail(ESPIPE);
  return ::lseek(handle->file.descriptor(), position, SEEK_SET) < 0 ? fail(errno) : 0;
}

std::uint32_t Semihosting::length(Call& call) {
  const Handle* handle = find_handle(call.word(0));
  if (!handle) return kFailed;
  if (handle->kind == HandleKind::features) return static_cast<std::uint32_t>(kFeatures.size());
  if (handle->kind != HandleKind::file) return 0;
  struct stat status {};
  if (::fstat(handle->file.descriptor(), &status) != 0) return fail(errno);
  constexpr off_t kMost = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::uint32_t>(std::min(status.st_size, kMost));
}

/// The same identifier gives the same name. The file is not created.
std::uint32_t Semihosting::temporary_name(Call& call) {
  const Addr buffer = call.word(0);
  const std::string name = fmt::format("sramscope-tmp.{}", call.word(1) & 0xff);
  const std::uint32_t room = call.word(2);
  if (!directory_) return fail(EACCES);
  if (name.size() + 1 > room) return fail(EINVAL);
  call.write(buffer, name + '\0');
  return 0;
}

std::uint32_t Semihosting::remove(Call& call) {
  const std::string name = call.name(call.word(0), call.word(1));
  if (!directory_ || !call.ok()) return fail(EACCES);
  return directory_->remove(name) ? 0 : fail(errno);
}

std::uint32_t Semihosting::rename(Call& call) {
  const std::string from = call.name(call.word(0), call.word(1));
  const std::string to = call.name(call.word(2), call.word(3));
  if (!directory_ || !call.ok()) return fail(EACCES);
  return directory_->rename(from, to) ? 0 : fail(errno);
}

std::uint32_t Semihosting::command_line(Call& call) {
  const std::string text = options_.command_line + '\0';
  if (text.size() > call.word(1)) return fail(E2BIG);
  call.write(call.word(0), text);
  call.set_word_at(call.parameter() + 4, static_cast<std::uint32_t>(text.size() - 1));
  return 0;
}

/// The parameter block holds the address of the four words to fill.
std::uint32_t Semihosting::heap_info(Call& call) {
  const Addr block = call.word(0);
  call.set_word_at(block, options_.heap.heap_base);
  call.set_word_at(block + 4, options_.heap.heap_limit);
  call.set_word_at(block + 8, options_.heap.stack_base);
  call.set_word_at(block + 12, options_.heap.stack_limit);
  return 0;
}

std::uint32_t Semihosting::add_handle(Handle handle) {
  auto slot = std::find(handles_.begin(), handles_.end(), std::nullopt);
  if (slot == handles_.end()) {
    if (handles_.size() == kMaxHandles) return fail(EMFILE);
    slot = handles_.emplace(handles_.end());
  }
  slot->emplace(std::move(handle));
  return static_cast<std::uint32_t>(slot - handles_.begin()) + 1;
}

Semihosting::Handle* Semihosting::find_handle(std::uint32_t number) {
  if (number >= 1 && number <= handles_.size() && handles_[number - 1])
    return &*handles_[number - 1];
  fail(EBADF);
  return nullptr;
}

/// newlib's numbers equal the host's up to ERANGE (34); anything above becomes EACCES (a refused
/// symbolic link) or EIO.
std::uint32_t Semihosting::fail(int error) {
  constexpr int kLastCommon = ERANGE;
  if (error == ELOOP) error = EACCES;
  errno_ = static_cast<std::uint32_t>(error > 0 && error <= kLastCommon ? error : EIO);
  return kFailed;
}

void Semihosting::print(std::string_view text) const {
  if (options_.console && !text.empty()) options_.console(text);
}

}  // namespace sramscope::sim
