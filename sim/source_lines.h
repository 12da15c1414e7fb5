#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "sim/frame_rules.h"
#include "sramscope/image.h"

namespace sramscope {

/// The debug information of one ELF file, each part read when it is first asked for. Works on a
/// copy of the file.
class DebugInfo {
 public:
  explicit DebugInfo(std::vector<std::uint8_t> file);
  explicit DebugInfo(LineTable lines);
  ~DebugInfo();
  DebugInfo(const DebugInfo&) = delete;
  DebugInfo& operator=(const DebugInfo&) = delete;

  const LineTable& lines() const;
  /// The inlined calls at `address` in the function that begins at `function`, innermost first.
  std::vector<InlinedCall> inlined_at(Addr function, Addr address) const;
  /// How to leave the function at `pc`, from .debug_frame.
  std::optional<sim::FrameRule> frame_rule_at(Addr pc) const;

 private:
  struct File;
  File* file() const;

  mutable std::mutex mutex_;
  mutable std::vector<std::uint8_t> bytes_;
  mutable std::unique_ptr<File> file_;
  mutable std::optional<LineTable> lines_;
  mutable std::optional<std::vector<sim::FrameProgram>> frames_;
};

namespace sim {

/// Makes the line programs of `debug_line` leave alone what the linker discarded. Linkers put 0 (or
/// nearly 2^32) for the address of a discarded function, and on parts whose flash begins at 0 such
/// a function then seems to lie where real ones are. Here these are moved to the end of the address
/// space, where `read_lines` drops them.
void move_discarded_lines(std::span<std::uint8_t> debug_line);

}  // namespace sim
}  // namespace sramscope
