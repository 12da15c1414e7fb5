#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>

#include "sramscope/report.h"

namespace sramscope::cli {

/// The run's side of `run --view`: sends reports to the viewer, which is another process.
///
/// A report of a run that is going on is made by a copy of the process (fork): it ends its run on
/// the spot, reports, and is gone, while the original carries on undisturbed.
class LiveRun {
 public:
  explicit LiveRun(int descriptor) : descriptor_(descriptor) {}

  /// To be called now and then during the run. True in the copy, which then has to end its run and
  /// call `send_and_leave`.
  bool split();
  bool is_copy() const { return is_copy_; }
  /// Ends the copy.
  [[noreturn]] void send_and_leave(const Report& report);
  /// The report of the finished run.
  void send(const Report& report);

 private:
  using Clock = std::chrono::steady_clock;
  void wait_for_copy();

  int descriptor_;
  pid_t copy_ = 0;
  bool is_copy_ = false;
  Clock::time_point last_ = Clock::now();
};

/// Runs `run` in a process of its own while the viewer shows in this one how far it is. Closing the
/// window ends the run. Returns the exit code of `run`, or `kUsage` when there is no display.
int run_beside_viewer(const std::function<int(LiveRun&)>& run);

}  // namespace sramscope::cli
