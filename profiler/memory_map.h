#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "profiler/clock.h"
#include "profiler/epochs.h"
#include "sramscope/observer.h"
#include "sramscope/report_memory.h"

namespace sramscope::profiler {

/// Address by time at bounded resolution: for each range of addresses and each span of time, how
/// many of the bytes were live at some time in it. Rows are joined when there are too many; columns
/// are too, and then the larger figure stays: it is the most of any of the steps of time that the
/// column is made of.
class MemoryMap {
 public:
  struct Options {
    std::size_t most_rows = 512;
    /// Steps of time that are counted; the report has a quarter of them.
    std::size_t steps = 1024;
    unsigned row_shift = 6;
    unsigned step_shift = 10;
  };
  MemoryMap() : MemoryMap(Options{}) {}
  explicit MemoryMap(const Options& options)
      : options_(options), row_shift_(options.row_shift), step_shift_(options.step_shift) {}

  /// The lives of a byte come in order of time.
  void add(std::span<const Lifetime> lives, const Epochs& epochs);
  /// The map of a run that ended at `end`.
  MemoryMapReport report(Instant end, const Clock& clock) const;

 private:
  using Row = std::vector<std::int32_t>;
  struct Page {
    /// Per byte 1 + the last step that it was counted in.
    std::vector<std::uint32_t> counted_until;
  };

  void add_byte_run(Addr address, std::uint32_t bytes, Instant born, Instant last_read);
  Row& row_of(Addr address);
  void join_rows();
  void join_steps();

  Options options_;
  unsigned row_shift_;
  unsigned step_shift_;
  /// Changes of the count from step to step, by row number.
  std::unordered_map<Addr, Row> rows_;
  Addr last_number_ = 0;
  Row* last_row_ = nullptr;
  std::unordered_map<Addr, Page> pages_;
  Addr last_page_number_ = 0;
  Page* last_page_ = nullptr;
};

}  // namespace sramscope::profiler
