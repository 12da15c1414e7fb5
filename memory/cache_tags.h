#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sramscope/board.h"
#include "sramscope/observer.h"
#include "sramscope/types.h"

namespace sramscope::memory {

/// Which lines a cache holds: tags, ages and dirty marks, no data. Replaces the least recently used
/// line of a set.
class CacheTags {
 public:
  explicit CacheTags(const Cache& cache);

  Addr line_of(Addr address) const { return address & line_mask_; }
  std::uint32_t line_bytes() const { return ~line_mask_ + 1; }

  /// Where a line is held; `kAbsent` if it is not.
  static constexpr std::uint32_t kAbsent = 0xffffffff;
  std::uint32_t find(Addr line) {
    const std::uint32_t likely = hint(line);
    return tags_[likely] == line ? likely : search(line);
  }
  /// Notes the use of the line if it is where it was last.
  void touch_likely(Addr line) {
    if (tags_[hint(line)] == line) touch(hint(line));
  }
  /// Notes the use of the line at `place`.
  void touch(std::uint32_t place) { ages_[place] = ++now_; }
  void mark_dirty(std::uint32_t place) { dirty_[place] = true; }

  struct Filled {
    std::uint32_t place = 0;
    /// The line that had to go was dirty: it is written back.
    bool wrote_back = false;
  };
  /// Puts `line`, which must be absent, in place of the oldest of its set.
  Filled fill(Addr line);
  /// Forgets every line.
  void invalidate();

 private:
  std::uint32_t search(Addr line);
  std::uint32_t& hint(Addr line) { return hints_[(line >> line_bits_) % hints_.size()]; }
  std::uint32_t first_of_set(Addr line) const { return ((line >> line_bits_) & set_mask_) * ways_; }

  Addr line_mask_;
  unsigned line_bits_;
  std::uint32_t set_mask_;
  std::uint32_t ways_;
  std::uint32_t now_ = 0;
  /// By set, then way.
  std::vector<Addr> tags_;
  std::vector<std::uint32_t> ages_;
  std::vector<bool> dirty_;
  /// Where lines were found last, by their low bits.
  std::array<std::uint32_t, 256> hints_{};
};

}  // namespace sramscope::memory
