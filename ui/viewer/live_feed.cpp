#include "ui/viewer/live_feed.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace sramscope::viewer {

LiveFeed::LiveFeed(int descriptor) : descriptor_(descriptor) {
  fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

LiveFeed::~LiveFeed() { close(descriptor_); }

std::optional<Result<Report>> LiveFeed::poll() {
  std::array<char, 65536> chunk;
  while (!ended_) {
    const ssize_t count = read(descriptor_, chunk.data(), chunk.size());
    if (count > 0) {
      buffer_.append(chunk.data(), static_cast<std::size_t>(count));
    } else if (count == 0) {
      ended_ = true;
    } else if (errno != EINTR) {
      break;  // nothing there at the moment
    }
  }
  std::optional<std::string> newest;
  while (auto message = take_message()) newest = std::move(message);
  if (!newest) return std::nullopt;
  return report_from_json(*newest, "the running firmware");
}

std::optional<std::string> LiveFeed::take_message() {
  const auto line = buffer_.find('\n');
  if (line == std::string::npos) return std::nullopt;
  std::size_t size = 0;
  std::from_chars(buffer_.data(), buffer_.data() + line, size);
  if (buffer_.size() - line - 1 < size) return std::nullopt;
  std::string message = buffer_.substr(line + 1, size);
  buffer_.erase(0, line + 1 + size);
  return message;
}

bool LiveFeed::send(int descriptor, const Report& report) {
  const std::string json = to_json(report);
  const std::string message = fmt::format("{}\n{}", json.size(), json);
  std::size_t sent = 0;
  while (sent < message.size()) {
    const ssize_t count = write(descriptor, message.data() + sent, message.size() - sent);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace sramscope::viewer
