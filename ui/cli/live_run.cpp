#include "ui/cli/live_run.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "ui/cli/exit_code.h"
#include "ui/cli/terminal.h"
#include "ui/viewer/live_feed.h"
#include "ui/viewer/viewer.h"

namespace sramscope::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenSnapshots{250};

/// Waits for the run; its exit code.
int wait_for_run(pid_t run) {
  int status = 0;
  while (waitpid(run, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(kInternal);
}

}  // namespace

bool LiveRun::split() {
  const auto now = Clock::now();
  if (now - last_ < kBetweenSnapshots) return false;
  last_ = now;
  if (copy_ != 0 && waitpid(copy_, nullptr, WNOHANG) == 0) return false;  // still reporting
  copy_ = fork();
  if (copy_ < 0)
    copy_ = 0;  // no room for a copy: there is a next time
  else
    is_copy_ = copy_ == 0;
  return is_copy_;
}

void LiveRun::wait_for_copy() {
  if (copy_ != 0) waitpid(copy_, nullptr, 0);
  copy_ = 0;
}

void LiveRun::send_and_leave(const Report& report) {
  viewer::LiveFeed::send(descriptor_, report);
  _exit(0);  // not exit(): the output that waits in buffers is the original's to write
}

void LiveRun::send(const Report& report) {
  wait_for_copy();
  viewer::LiveFeed::send(descriptor_, report);
}

int run_beside_viewer(const std::function<int(LiveRun&)>& run) {
  std::array<int, 2> ends = {};
  if (pipe(ends.data()) != 0)
    return print_error(fmt::format("cannot start the run: {}", std::strerror(errno))), kUsage;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0)
    return print_error(fmt::format("cannot start the run: {}", std::strerror(errno))), kUsage;
  if (child == 0) {
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    LiveRun live(ends[1]);
    const int code = run(live);
    std::fflush(nullptr);
    _exit(code);
  }
  close(ends[1]);
  viewer::LiveFeed feed(ends[0]);
  const std::string problem = viewer::watch(feed);
  if (!feed.ended()) kill(child, SIGINT);
  const int code = wait_for_run(child);
  if (!problem.empty()) return print_error(problem), kUsage;
  return code;
}

}  // namespace sramscope::cli
