#pragma once

#include <optional>
#include <string>

#include "sramscope/report.h"
#include "sramscope/result.h"

namespace sramscope::viewer {

/// Receives reports from a process that runs a firmware, over a pipe: each as the decimal number of
/// its bytes, a line end, and its JSON.
class LiveFeed {
 public:
  /// Takes over the reading end.
  explicit LiveFeed(int descriptor);
  ~LiveFeed();
  LiveFeed(const LiveFeed&) = delete;
  LiveFeed& operator=(const LiveFeed&) = delete;

  /// The newest report that has arrived since the last call, if any; never waits.
  std::optional<Result<Report>> poll();
  /// The other side has closed the pipe: nothing more will come.
  bool ended() const { return ended_; }

  /// The other side: writes one report. False when nobody reads any more.
  static bool send(int descriptor, const Report& report);

 private:
  /// The last whole message in the buffer; what is before it is dropped.
  std::optional<std::string> take_message();

  int descriptor_;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace sramscope::viewer
