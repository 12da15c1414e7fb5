#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/heap_info.h"
#include "sim/host_directory.h"
#include "sramscope/result.h"
#include "sramscope/types.h"

namespace sramscope::sim {

/// The machine as a semihosting call sees it.
class GuestMemory {
 public:
  virtual ~GuestMemory() = default;
  /// Copies guest bytes out, or in; false when a byte of the range is no memory (then nothing is
  /// promised about the rest).
  virtual bool read_bytes(Addr address, std::span<std::uint8_t> bytes) = 0;
  virtual bool write_bytes(Addr address, std::span<const std::uint8_t> bytes) = 0;
  /// Simulated time since the start of the run.
  virtual Cycles cycles() const = 0;
  virtual std::uint64_t clock_hz() const = 0;
};

struct SemihostingOptions {
  /// Receives console output, stdout and stderr alike.
  std::function<void(std::string_view)> console = {};
  /// Supplies up to that many bytes of console input; fewer than asked, or none, at its end.
  std::function<std::string(std::size_t)> console_input = {};
  /// Directory that file operations may use; none: every one fails with EACCES.
  std::optional<std::string> directory = {};
  std::string command_line = "prog";
  HeapInfo heap = {};
};

/// What a call gives back.
struct SemihostingResult {
  /// For r0.
  std::uint32_t value = 0;
  /// The firmware ends the run, with this status.
  bool exited = false;
  std::uint32_t exit_status = 0;
  /// Not empty: the call itself is broken (unknown operation, pointer outside memory). The run
  /// should stop with this sentence.
  std::string problem;
};

/// The host's side of Arm semihosting ("Semihosting for AArch32 and AArch64", version 3), complete
/// enough for newlib and picolibc. Deterministic: time is simulated time, SYS_TIME counts from 0 at
/// the start of the run, and the console is never a terminal (SYS_ISTTY answers 0, as QEMU does
/// when its output is a file).
class Semihosting {
 public:
  /// Errors: the directory cannot be opened.
  static Result<Semihosting> create(SemihostingOptions options);

  /// Serves operation `op` (r0) with `parameter` (r1).
  SemihostingResult call(std::uint32_t op, std::uint32_t parameter, GuestMemory& memory);

 private:
  class Call;
  enum class HandleKind : std::uint8_t { console_input, console_output, features, file };
  struct Handle {
    HandleKind kind = HandleKind::console_output;
    HostFile file;
    /// Read position, for `features`.
    std::size_t position = 0;
  };

  Semihosting(SemihostingOptions options, std::optional<HostDirectory> directory);
  void serve(std::uint32_t op, Call& call, SemihostingResult& result);
  std::uint32_t serve_time(std::uint32_t op, Call& call);
  std::uint32_t serve_file(std::uint32_t op, Call& call, SemihostingResult& result);
  std::uint32_t open(Call& call);
  std::uint32_t open_file(const std::string& name, std::uint32_t mode);
  std::uint32_t close(Call& call);
  std::uint32_t write(Call& call);
  std::uint32_t write_string(Call& call);
  std::uint32_t read(Call& call);
  std::uint32_t read_character();
  std::uint32_t is_tty(Call& call);
  std::uint32_t seek(Call& call);
  std::uint32_t length(Call& call);
  std::uint32_t temporary_name(Call& call);
  std::uint32_t remove(Call& call);
  std::uint32_t rename(Call& call);
  std::uint32_t command_line(Call& call);
  std::uint32_t heap_info(Call& call);

  std::string read_some(Handle& handle, std::size_t size);
  std::size_t write_some(Handle& handle, std::string_view bytes);
  std::uint32_t add_handle(Handle handle);
  /// The open handle of that number, else nullptr with errno set to EBADF.
  Handle* find_handle(std::uint32_t number);
  /// Notes the guest's errno and returns -1.
  std::uint32_t fail(int error);
  void print(std::string_view text) const;

  SemihostingOptions options_;
  std::optional<HostDirectory> directory_;
  /// Handle n is entry n - 1.
  std::vector<std::optional<Handle>> handles_;
  std::uint32_t errno_ = 0;
};

}  // namespace sramscope::sim
